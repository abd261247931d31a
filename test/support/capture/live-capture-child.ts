// Run by the live tests, in a network namespace or with other privileges: captures with the settings given as JSON,
// prints one JSON line per event, stops when standard input ends.

import type { Frame } from '../../../src/capture/frame.ts';
import { defaultRing } from '../../../src/capture/live/af-packet.ts';
import { createLiveSource } from '../../../src/capture/live/live-source.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';

const { printFrames = true, ...settings } = JSON.parse(process.argv[2] ?? '{}');
const counters = createCounters();
const print = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
let ticks = 0;
let clock = 0;

function describe({ bytes, start, end, wireLength, time, linkType, direction }: Frame): object {
  const packet = bytes.subarray(start, end);
  const ipv6 = packet.readUInt8(0) >>> 4 === 6;
  const addresses = ipv6
    ? [packet.subarray(8, 24), packet.subarray(24, 40)]
    : [packet.subarray(12, 16), packet.subarray(16, 20)];
  const ports = packet.subarray(ipv6 ? 40 : 20);
  const protocol = packet.readUInt8(ipv6 ? 6 : 9);
  return {
    version: ipv6 ? 6 : 4,
    protocol,
    from: addresses[0]?.toString('hex'),
    to: addresses[1]?.toString('hex'),
    fromPort: ports.readUInt16BE(0),
    toPort: ports.readUInt16BE(2),
    length: packet.length,
    wireLength,
    late: Date.now() * 1000 - time,
    linkType,
    direction: direction ?? 'unknown',
    text: packet.toString('latin1').match(/payload-[a-z0-9-]+/)?.[0],
  };
}

const say = (message: string) => print({ log: message });
const source = createLiveSource({ interfaces: [], filter: 'tcp', ring: defaultRing, ...settings }, counters, {
  log: { debug: say, info: say, warn: say, error: say },
  started: (start) => print({ start }),
});
process.stdin.resume().on('end', () => {
  print({ stopping: Date.now() });
  source.stop();
});
const running = source.run({
  frame(frame) {
    if (printFrames) print({ frame: describe(frame) });
  },
  tick(now) {
    ticks++;
    clock = now;
    // The first tick says that every interface that is there is open.
    if (ticks === 1) print({ ready: true });
  },
});
const end = await running;
print({ end, ticks, clock, stopped: Date.now(), counters, cpu: process.cpuUsage(), rss: process.memoryUsage.rss() });
