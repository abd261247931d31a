import { createHash } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** RFC 6455, section 5.2. */
const opcodes = { text: 1, close: 8 } as const;
const firstHeader = 0x80;
const maskFlag = 0x80;
/** Of what stands for a masking key in a demo: the payload stays as it is. */
const mask = Buffer.alloc(4);
const normalClosure = Buffer.from([1000 >> 8, 1000 & 0xff]);
const messagePauseMs = 200;

/** A frame with a short payload. */
function frame(opcode: keyof typeof opcodes, payload: Buffer | string, isMasked: boolean): Buffer {
  const bytes = Buffer.from(payload as string);
  const header = Buffer.of(firstHeader | opcodes[opcode], (isMasked ? maskFlag : 0) | bytes.length);
  return Buffer.concat([header, isMasked ? mask : Buffer.alloc(0), bytes]);
}

/** A server agrees to a WebSocket, says something from time to time and goes when the client does. */
export async function serveSession({ headers }: IncomingMessage, socket: Duplex): Promise<void> {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  socket.on('error', () => {});
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
  );
  // The client says one thing, and then good-bye.
  socket.once('data', () => socket.once('data', () => socket.end(frame('close', normalClosure, false))));
  for (const message of ['the kettle is on', 'tea is ready']) {
    await delay(messagePauseMs);
    if (socket.writable) socket.write(frame('text', message, false));
  }
}

/** A client opens a WebSocket and has a short talk; resolves when that is over, also where it was broken off. */
export function talkInSession(options: RequestOptions, started: (opening: ClientRequest) => void): Promise<void> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('the key of a demo').toString('base64').slice(0, 24),
  };
  return new Promise((resolve) => {
    const opening = request({ ...options, headers: { ...options.headers, ...handshake } });
    started(opening);
    opening.once('error', () => resolve());
    opening.once('response', (response) => response.resume().once('close', resolve));
    opening.once('upgrade', (_, socket) => {
      let heard = 0;
      socket.on('error', () => {}).once('close', resolve);
      socket.on('data', () => ++heard === 2 && socket.write(frame('close', normalClosure, true)));
      socket.write(frame('text', 'two cups', true));
    });
    opening.end();
  });
}
