// The least that this program could do: takes every packet from its own capture stage and throws it away. What that costs is the limit for all
// that stands behind it. Usage: `bare-reader.js file PATH` or `bare-reader.js interface NAME`.

import { createCaptureFileSource } from '../src/capture/file/capture-file.ts';
import { DEFAULT_RING } from '../src/capture/live/af-packet.ts';
import { createLiveSource } from '../src/capture/live/live-source.ts';
import { createCounters } from '../src/telemetry/counters.ts';

const [kind, where = ''] = process.argv.slice(2);
const counters = createCounters();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const live = { interfaces: [where], filter: 'tcp', ring: DEFAULT_RING };
const source =
  kind === 'file'
    ? createCaptureFileSource({ path: where }, counters)
    : createLiveSource(live, counters, silent, () => console.error('capturing'));
process.once('SIGINT', () => source.stop());
const end = await source.run({ frame: () => {}, tick: () => {} });
console.error(
  `${counters.frames_received} packets read, ${counters.frames_dropped_kernel} packets dropped by the kernel`,
);
process.exitCode = end.kind === 'failed' ? 1 : 0;
