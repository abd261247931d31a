// Run by the live tests in a network namespace: sends Ethernet frames, given in hexadecimal, out of an interface.
import { writeSync } from 'node:fs';
import { loadLibc } from '../../../src/system/libc.ts';

const [name = '', ...frames] = process.argv.slice(2);
const libc = loadLibc();
const afPacket = 17;
const sockRaw = 3;
const fd = libc.socket(afPacket, sockRaw, 0);
const address = Buffer.alloc(20);
address.writeUInt16LE(afPacket, 0);
address.writeInt32LE(libc.interfaceIndex(name), 4);
libc.bind(fd, address);
for (const frame of frames) writeSync(fd, Buffer.from(frame, 'hex'));
libc.close(fd);
