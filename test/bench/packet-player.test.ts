import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { playedLoad } from '../../bench/live-load.ts';
import { LiveNetwork, liveMissing, serverInterface } from '../../bench/live-network.ts';
import { freshHeads, type NamedWorkload, smallExchanges } from '../../bench/replay-workloads.ts';
import { programMissing, startCapture } from '../support/program/run-logger.ts';

const skip = programMissing || (liveMissing('ip') ?? false);
const run = promisify(execFile);

for (const workload of [smallExchanges, freshHeads])
  test(`${workload.name}, played out of an interface, are all logged`, { skip, timeout: 300_000 }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'khl-player-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const network = new LiveNetwork(folder);
    t.after(() => network.remove());
    const logger = await startCapture({ IFACE: serverInterface, LOG_HEADERS: 'true' }, network.onServer([]));
    const sent = await playTwice(network, workload);
    await logger.until(({ records }) => records.length >= sent, 'records of all exchanges');
    const { records, stderr } = await logger.stop();
    assert.equal(records.length, sent, stderr);
    assert.equal(new Set(records.map(({ id }) => id)).size, sent);
    assert.deepEqual([...new Set(records.map(({ outcome }) => outcome))], ['answered']);
  });

/** As the benchmark does: first to warm up, then to measure. */
async function playTwice(network: LiveNetwork, workload: NamedWorkload): Promise<number> {
  const { words, played } = playedLoad(workload, 200, true);
  const seconds = 1;
  const exchanges = played?.(seconds) ?? 0;
  for (const before of [0, exchanges]) {
    const [program = '', ...rest] = network.onClient(words(seconds, before));
    await run(program, rest, { timeout: 120_000, killSignal: 'SIGKILL' });
  }
  return 2 * exchanges;
}
