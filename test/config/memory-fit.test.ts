import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings, type Settings } from '../../src/config/settings.ts';

const MiB = 1024 * 1024;

function bounds(env: Readonly<Record<string, string>>, limitBytes: number | undefined): readonly number[] {
  const loaded = loadSettings(env, { memoryLimitBytes: limitBytes });
  assert.equal(loaded.kind, 'ok');
  const { tcp, delivery } = (loaded as { readonly settings: Settings }).settings;
  return [tcp.maxConnections, tcp.maxBufferedBytes / MiB, delivery.queue.queueBytes / MiB];
}

test('without a memory limit, or with a large one, the bounds are the documented defaults', () => {
  for (const limit of [undefined, 1024 * MiB, 64 * 1024 * MiB]) assert.deepEqual(bounds({}, limit), [100_000, 128, 16]);
});

test('a smaller container has smaller bounds, which all fit into it', () => {
  assert.deepEqual(bounds({}, 192 * MiB), [10_922, 24, 8]);
  for (let limit = 16; limit <= 2048; limit += 16) {
    const [connections = 0, buffered = 0, queue = 0] = bounds({ SEND_LOGS_TO: 'stdout,fluentd' }, limit * MiB);
    assert.ok(connections >= 1000 && buffered >= 2 && queue >= 2);
    const sum = 96 + (connections * 3) / 1024 + buffered + 2 * queue;
    if (limit >= 128) assert.ok(sum <= limit, `${sum} MiB in a container of ${limit}`);
  }
});

test('what the operator sets stays as it is, and what depends on it makes room', () => {
  const env = { MAX_CONNECTIONS: '50000', MAX_BUFFERED: '64MiB', QUEUE_LIMIT: '32MiB' };
  assert.deepEqual(bounds(env, 128 * MiB), [50_000, 64, 32]);
  assert.deepEqual(bounds({ MAX_BUFFERED_PER_CONNECTION: '20MiB', BATCH_BYTES: '7MiB' }, 128 * MiB).slice(1), [20, 14]);
});

test('what cannot fit is one warning, and never a reason to end', () => {
  const warned = (env: Readonly<Record<string, string>>, limit: number) =>
    loadSettings(env, { memoryLimitBytes: limit * MiB }).warnings;
  for (const limit of [48, 64, 192]) assert.deepEqual(warned({}, limit), []);
  assert.match(warned({}, 32).join(), /^The memory limit of 32 MiB is too small: .* needs 48 MiB/);
  const [warning = '', ...others] = warned({ MAX_BUFFERED: '500MiB', QUEUE_LIMIT: '1GiB' }, 64);
  assert.match(warning, /^MAX_BUFFERED, QUEUE_LIMIT allow 1527 MiB, for which the memory limit of 64 MiB is too small/);
  assert.deepEqual(others, []);
  assert.deepEqual(warned({ MAX_CONNECTIONS: '10000', MAX_BUFFERED: '24MiB', QUEUE_LIMIT: '8MiB' }, 192), []);
});
