// How public captures show less of a conversation than there was.
import { type Random, randomInteger } from '../program/random.ts';
import type { CapturedPacket } from '../program/run-pipeline.ts';
import { tcpParts } from './ip-packets.ts';

type Packets = readonly CapturedPacket[];

export type Loss = (packets: Packets, random: Random) => CapturedPacket[];

/** A snap length counts from the IP header here. */
function snapped(packets: Packets, length: number): CapturedPacket[] {
  return packets.map(({ time, bytes, wireLength = bytes.length }) => ({
    time,
    bytes: bytes.subarray(0, length),
    wireLength,
  }));
}

function withoutRuns(packets: Packets, random: Random): CapturedPacket[] {
  const lost = new Set<number>();
  for (let runs = randomInteger(random, 1, 6); runs > 0; runs--) {
    const at = randomInteger(random, 0, packets.length);
    for (let index = randomInteger(random, 1, 5); index > 0; index--) lost.add(at + index - 1);
  }
  return packets.filter((_, index) => !lost.has(index));
}

/** Those to the flow's higher address or port, or the others. */
function oneWay(packets: Packets, isUp: boolean): CapturedPacket[] {
  return packets.filter(({ bytes }) => {
    const flow = tcpParts(bytes)?.flow ?? '';
    const half = (flow.length - 8) / 2;
    const isFirst = flow.slice(0, half) + flow.slice(-8, -4) < flow.slice(half, 2 * half) + flow.slice(-4);
    return isFirst === isUp;
  });
}

export const losses: Readonly<Record<string, Loss>> = {
  'a snap length of 96': (packets) => snapped(packets, 96),
  'a snap length of 128': (packets) => snapped(packets, 128),
  'a snap length of 256': (packets) => snapped(packets, 256),
  'any snap length': (packets, random) => snapped(packets, randomInteger(random, 40, 1500)),
  'runs of packets missing': withoutRuns,
  'packets missing all over': (packets, random) => packets.filter(() => random() < 0.9),
  'half of all packets missing': (packets, random) => packets.filter(() => random() < 0.5),
  'the beginning missing': (packets, random) => packets.slice(randomInteger(random, 0, packets.length)),
  'the end missing': (packets, random) => packets.slice(0, randomInteger(random, 0, packets.length)),
  'one direction missing': (packets) => oneWay(packets, true),
  'the other direction missing': (packets) => oneWay(packets, false),
};
