import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Counters } from '../../src/telemetry/counters.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom } from '../support/program/random.ts';
import { framesOf, type PipelineRun, runCaptureFile, startPipeline } from '../support/program/run-pipeline.ts';

const folders = ['test/golden', '../shared/samples', '../shared/vectors/tcp-reassembly'];
const captures = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.pcap(ng)?$/.test(name))
      .map((name) => `${folder}/${name}`),
  );

/** The equations of docs/counters.md, after the capture has been closed: nothing is open or held any more. */
function assertConserved({ counters, exchanges, accounts, failures, pipeline }: PipelineRun): void {
  assert.deepEqual(failures, []);
  assert.equal(pipeline.bufferedBytes, 0, 'bytes are left in buffers');
  assert.equal(pipeline.openConnections, 0);
  assert.equal(pipeline.openRequests, 0);
  assert.equal(pipeline.openExchanges.size, 0);
  assert.equal(
    counters.frames_received + counters.packets_reassembled,
    counters.segments_received + sumOf(counters, 'frames_skipped_') + counters.fragments_received,
    'frames',
  );
  assert.equal(
    counters.fragments_received,
    counters.fragments_reassembled + sumOf(counters, 'fragments_dropped_'),
    'fragments',
  );
  assert.equal(
    counters.payload_bytes_received,
    counters.payload_bytes_delivered +
      counters.payload_bytes_duplicate +
      counters.payload_bytes_ignored +
      counters.payload_bytes_dropped_closed +
      counters.payload_bytes_unaccepted,
    'payload bytes',
  );
  const { connections_finished, connections_reset, connections_replaced, connections_redirected } = counters;
  const ended = connections_finished + connections_reset + connections_replaced + connections_redirected;
  const given =
    counters.connections_idle +
    counters.connections_evicted_count +
    counters.connections_evicted_memory +
    counters.connections_failed;
  assert.equal(counters.connections_opened, ended + given + counters.connections_shutdown, 'connections');
  const leftOut = counters.exchanges_ignored_url + counters.exchanges_own_traffic;
  const counted = sumOf(counters, 'exchanges_') - leftOut;
  assert.equal(exchanges.length, counted + counters.http_late_responses, 'exchanges');
  const { sessions_websocket, sessions_tunnel } = counters;
  assert.equal(counters.http_tunnels, sessions_websocket + sessions_tunnel, 'sessions that have begun');
  const fates = ['logged', 'ignored_url', 'own_traffic', 'not_asked_for'] as const;
  const settled = fates.reduce((sum, fate) => sum + counters[`sessions_${fate}`], 0);
  assert.equal(sessions_websocket + sessions_tunnel, settled, 'sessions');
  const { sessions_logged, attempts_logged, progress_logged } = counters;
  const ofOthers = sessions_logged + attempts_logged + progress_logged;
  assert.equal(counters.records_built, exchanges.length - leftOut + ofOthers, 'records');
  assert.equal(progress_logged, accounts.length, 'interim records');
}

function sumOf(counters: Counters, prefix: string): number {
  return Object.entries(counters).reduce((sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0), 0);
}

describe('everything that comes in ends in exactly one counter', () => {
  for (const path of captures) {
    test(`in ${path}`, async () => assertConserved(await runCaptureFile(path)));
  }

  test('also when the frames are mutated, repeated, dropped and put in another order', async () => {
    for (const path of captures) {
      const frames = await framesOf(path);
      const seeds = path.startsWith('test/golden') ? 20 : 3;
      for (let seed = 0; seed < seeds; seed++) {
        const random = createRandom(seed);
        const run = startPipeline();
        for (let index = 0; index < frames.length * 2; index++) {
          const frame = frames[Math.trunc(random() * frames.length)];
          if (frame === undefined) continue;
          const bytes = random() < 0.5 ? mutated(frame.bytes, random) : frame.bytes;
          run.counters.frames_received++;
          run.pipeline.frame({
            ...frame,
            bytes,
            end: bytes.length,
            wireLength: Math.max(bytes.length, frame.wireLength),
          });
          if (random() < 0.1) run.pipeline.tick(frame.time + random() * 20_000_000);
        }
        run.pipeline.close();
        assertConserved(run);
      }
    }
  });
});
