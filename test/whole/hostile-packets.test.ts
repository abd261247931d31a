// What a peer makes the logger do grows no faster than what it sends: four times as many packets may cost four times as
// much, not sixteen times. Each row goes the whole way, from frames to records and metrics. A new way to send packets
// is a new row.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from '../../src/capture/frame.ts';
import type { PipelineSettings } from '../../src/pipeline.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { assertLinear } from '../support/program/cpu-cost.ts';
import { defaultPipelineSettings, startPipeline } from '../support/program/run-pipeline.ts';
import { hostileConnections } from '../support/whole/hostile-connections.ts';
import { hostileFrames } from '../support/whole/hostile-frames.ts';
import { hostileMessages } from '../support/whole/hostile-messages.ts';
import { type Hostile, HostilePeer, type HostileTable } from '../support/whole/hostile-peer.ts';
import { hostileSegments } from '../support/whole/hostile-segments.ts';

/** How often the clock is told, microseconds, as a capture file does it. */
const tickInterval = 100_000;
const usual = defaultPipelineSettings();
/** Most of what comes is beyond these limits. */
const tight: PipelineSettings = {
  ...usual,
  tcp: { ...usual.tcp, maxConnections: 500, maxBufferedBytes: 2 ** 20, maxBufferedBytesPerConnection: 2 ** 18 },
};

function readAll(frames: readonly Frame[], settings: PipelineSettings): void {
  const { requests } = makeRequestMetrics({ maxRoutes: 200, maxPeers: 50, maxSeries: 1000 });
  const { pipeline, counters, failures } = startPipeline({
    settings,
    observe: (exchange) => requests.observe(exchange),
    isLocal: (ip) => ip === '10.0.0.1',
  });
  let nextTick = 0;
  for (const frame of frames) {
    if (frame.time >= nextTick) {
      pipeline.tick(frame.time);
      nextTick = frame.time + tickInterval;
    }
    counters.frames_received++;
    pipeline.frame(frame);
  }
  pipeline.close();
  assert.deepEqual(failures, []);
}

function framesOf(hostile: Hostile, count: number): readonly Frame[] {
  const peer = new HostilePeer();
  hostile(peer, count);
  return peer.frames;
}

type Kind = { readonly table: HostileTable; readonly count: number; readonly settings: PipelineSettings };

const kinds: { readonly [title: string]: Kind } = {
  segments: { table: hostileSegments, count: 8000, settings: usual },
  connections: { table: hostileConnections, count: 32_000, settings: usual },
  'connections beyond the limit': { table: hostileConnections, count: 8000, settings: tight },
  packets: { table: hostileFrames, count: 8000, settings: usual },
  messages: { table: hostileMessages, count: 8000, settings: usual },
};

for (const [kind, { table, count, settings }] of Object.entries(kinds)) {
  describe(`${kind} cost no more each when there are many:`, () => {
    for (const [title, hostile] of Object.entries(table)) {
      test(title, async () => {
        const [less, more] = [framesOf(hostile, count / 4), framesOf(hostile, count)];
        const most = () => framesOf(hostile, 4 * count);
        await assertLinear({ run: (frames) => readAll(frames, settings), less: () => less, more: () => more, most });
      });
    }
  });
}
