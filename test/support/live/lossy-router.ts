// Run by a live test in a network namespace: hands every frame from one interface on to the other one, and does to
// those that carry data what a bad network does, by count and not by chance. Prints what it has done when its input
// ends.
import { readSync, writeSync } from 'node:fs';
import { loadLibc } from '../../../src/system/libc.ts';
import { internetChecksum } from '../packet/packets.ts';

const afPacket = 17;
const sockRaw = 3;
const sockNonblock = 0o4000;
const ethPAll = 3;
const ethPIp = 0x0800;
const tcpProtocol = 6;
const ethernetBytes = 14;
/** More than a frame of these interfaces has. */
const frameBytes = 65_536;
/** What nothing comes after is held back no longer than this. */
const holdMs = 5;

const { ports, dropEvery, holdEvery, repeatEvery } = JSON.parse(process.argv[2] ?? '{}');
const done = { carrying: 0, dropped: 0, held: 0, repeated: 0 };
const libc = loadLibc();

function openPort(name: string): number {
  const fd = libc.socket(afPacket, sockRaw | sockNonblock, 0);
  const address = Buffer.alloc(20);
  address.writeUInt16LE(afPacket, 0);
  address.writeUInt16BE(ethPAll, 2);
  address.writeInt32LE(libc.interfaceIndex(name), 4);
  libc.bind(fd, address);
  return fd;
}

/** The TCP segment in a frame, if it is one. */
function segmentOf(frame: Buffer): Buffer | undefined {
  if (frame.readUInt16BE(12) !== ethPIp || frame.readUInt8(ethernetBytes + 9) !== tcpProtocol) return undefined;
  const end = ethernetBytes + frame.readUInt16BE(ethernetBytes + 2);
  return frame.subarray(ethernetBytes + (frame.readUInt8(ethernetBytes) & 15) * 4, end);
}

/** The kernel leaves checksums to hardware, of which there is none here, and takes no segment without one from us. */
function setChecksum(frame: Buffer, segment: Buffer): void {
  const pseudoHeader = Buffer.alloc(12);
  frame.copy(pseudoHeader, 0, ethernetBytes + 12, ethernetBytes + 20);
  pseudoHeader.writeUInt8(tcpProtocol, 9);
  pseudoHeader.writeUInt16BE(segment.length, 10);
  segment.writeUInt16BE(0, 16);
  segment.writeUInt16BE(internetChecksum(pseudoHeader, segment), 16);
}

/** One direction. A watch that nobody keeps ends with the next garbage collection. */
function forward(from: number, to: number): { close(): void } {
  let carrying = 0;
  let held: Buffer | undefined;
  const send = (frame: Buffer) => writeSync(to, frame);
  const release = () => {
    if (held !== undefined) send(held);
    held = undefined;
  };

  function handle(frame: Buffer): void {
    const segment = segmentOf(frame);
    if (segment === undefined) return void send(frame);
    setChecksum(frame, segment);
    if (segment.length === segment.readUInt8(12) >>> 2) return void send(frame);
    carrying++;
    done.carrying++;
    if (carrying % dropEvery === 0) {
      done.dropped++;
    } else if (carrying % holdEvery === 0 && held === undefined) {
      done.held++;
      held = Buffer.from(frame);
      setTimeout(release, holdMs);
    } else {
      send(frame);
      release();
      if (carrying % repeatEvery !== 0) return;
      done.repeated++;
      send(frame);
    }
  }

  const buffer = Buffer.alloc(frameBytes);
  const handleAll = () => {
    for (let length = read(from, buffer); length > 0; length = read(from, buffer)) handle(buffer.subarray(0, length));
  };
  // An error that is thrown straight from this callback would be lost.
  return libc.watchReadable(from, () => setImmediate(handleAll));
}

/** 0 when there is nothing to read. */
function read(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

const [first, second] = ports.map(openPort);
const watches = [forward(first, second), forward(second, first)];
console.log('{"listening":true}');
process.stdin.resume().on('end', () => {
  for (const watch of watches) watch.close();
  console.log(JSON.stringify({ done }));
});
