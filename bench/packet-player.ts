// Sends a generated workload out of an interface, packet by packet, at a steady rate: traffic that costs the machine
// little beside the capture.
import { writeSync } from 'node:fs';
import { loadLibc } from '../src/system/libc.ts';
import { generateCapture, packetsPerExchange, type Workload } from './capture-generator.ts';

export type PlayerSettings = {
  readonly interfaceName: string;
  readonly workload: Workload;
  /** Exchanges per second. */
  readonly rate: number;
  /** The rate rises from nothing in this time, as nobody meets full load with code that was never run before. */
  readonly rampSeconds: number;
};

const afPacket = 17;
const sockRaw = 3;
/** Of a pcap file and of each packet in it. */
const fileHeader = 24;
const packetHeader = 16;
/** Who is later than this does not catch up: that would be a burst that nobody has asked for. */
const maxLateMs = 20;
const never = new Int32Array(new SharedArrayBuffer(4));

const settings: PlayerSettings = JSON.parse(process.argv[2] ?? '{}');
const socket = openSocket(settings.interfaceName);
const { workload } = settings;
/** Packets per millisecond. */
const fullRate = (settings.rate * packetsPerExchange(workload.exchangeTemplates)) / 1000;
const rampMs = Math.max(1, settings.rampSeconds * 1000);
let started: number | undefined;
/** When the next packet is due, by `performance.now()`. */
let due = 0;
let isFirstPart = true;
generateCapture(workload, play);

/** One part of the capture. The next one is made while no packet is due, or a little late. */
function play(part: Buffer): void {
  if (started === undefined) begin();
  for (let at = isFirstPart ? fileHeader : 0; at < part.length; ) {
    const length = part.readUInt32LE(at + 8);
    at += packetHeader;
    wait();
    writeSync(socket, part, at, length);
    at += length;
  }
  isFirstPart = false;
}

function begin(): void {
  started = performance.now();
  due = started;
  process.stderr.write('playing\n');
}

/** Until the next packet is due. */
function wait(): void {
  let now = performance.now();
  for (; now < due; now = performance.now()) Atomics.wait(never, 0, 0, 1);
  due = Math.max(due, now - maxLateMs) + 1 / rateAt(now - (started ?? now));
}

function rateAt(milliseconds: number): number {
  return fullRate * Math.min(1, Math.max(milliseconds / rampMs, 0.01));
}

function openSocket(name: string): number {
  const libc = loadLibc();
  const descriptor = libc.socket(afPacket, sockRaw, 0);
  const address = Buffer.alloc(20);
  address.writeUInt16LE(afPacket, 0);
  address.writeInt32LE(libc.interfaceIndex(name), 4);
  libc.bind(descriptor, address);
  return descriptor;
}
