// Run by a live test in a network namespace: sends out of an interface what makes a logger hold on to memory, from ever
// new connections: half heads, bodies that stop, bytes behind holes, requests that nobody answers. Nobody has these
// addresses, so nobody answers.
import { writeSync } from 'node:fs';
import { loadLibc } from '../../../src/system/libc.ts';
import { tcpPacket } from '../packet/packets.ts';

const [name = '', connections = '0'] = process.argv.slice(2);
const afPacket = 17;
const sockRaw = 3;
const clientSequence = 1000;
const libc = loadLibc();
const socket = libc.socket(afPacket, sockRaw, 0);
const address = Buffer.alloc(20);
address.writeUInt16LE(afPacket, 0);
address.writeInt32LE(libc.interfaceIndex(name), 4);
libc.bind(socket, address);
/** To everybody on the cable. */
const ethernet = Buffer.from('ffffffffffff0200000000010800', 'hex');

const filler = 'x'.repeat(1200);
/** What a client says after its SYN, and how far behind. */
const attacks: readonly (readonly [said: string, ahead: number])[] = [
  [`GET / HTTP/1.1\r\nX-Half: ${filler}`, 0],
  [`POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n${filler}`, 0],
  [filler, 5000],
  [`GET /unanswered?${filler} HTTP/1.1\r\nHost: attacked\r\nX-Filler: ${'y'.repeat(100)}\r\n\r\n`, 0],
];

for (let index = 0; index < Number(connections); index++) {
  const [said, ahead] = attacks[index % attacks.length] ?? ['', 0];
  send(index, 'S', clientSequence - 1, '');
  send(index, 'A', clientSequence + ahead, said);
}

function send(index: number, flags: string, sequence: number, payload: string): void {
  const packet = tcpPacket({
    source: `10.80.${Math.trunc(index / 50_000)}.1`,
    destination: '10.80.255.1',
    sourcePort: 1024 + (index % 50_000),
    destinationPort: 80,
    sequence,
    acknowledgment: flags === 'S' ? 0 : 5000,
    flags,
    payload,
  });
  writeSync(socket, Buffer.concat([ethernet, packet]));
}
