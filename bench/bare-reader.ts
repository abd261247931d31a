// The least that this program could do: takes every packet from its own capture stage and throws it away. What that
// costs is the limit for all that stands behind it. Usage: `bare-reader.js file PATH` or `bare-reader.js interface
// NAME`.

import { createCaptureFileSource } from '../src/capture/file/capture-file-source.ts';
import { defaultRing } from '../src/capture/live/af-packet.ts';
import { createLiveSource } from '../src/capture/live/live-source.ts';
import { createCounters } from '../src/telemetry/counters.ts';

const [kind, where = ''] = process.argv.slice(2);
const counters = createCounters();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const live = { interfaces: [where], filter: 'tcp', ring: defaultRing };
const source =
  kind === 'file'
    ? createCaptureFileSource({ paths: [where] }, counters)
    : createLiveSource(live, counters, { log: silent, started: () => console.error('capturing') });
process.once('SIGINT', () => source.stop());
const end = await source.run({ frame: () => {}, tick: () => {} });
console.error(
  `${counters.frames_received} packets read, ${counters.frames_dropped_kernel} packets dropped by the kernel`,
);
process.exitCode = end.kind === 'failed' ? 1 : 0;
