import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';

test('the file sink needs a path, and its other variables have no effect without one', () => {
  const missing = 'SEND_LOGS_TO=file needs FILE_PATH, the file that records are appended to.';
  const cases = [
    [{ SEND_LOGS_TO: 'file' }, missing],
    [{ SEND_LOGS_TO: 'stdout,file', FILE_PATH: ' ' }, missing],
    [{ SEND_LOGS_TO: 'file', FILE_KEEP: '3' }, missing],
  ] as const;
  for (const [env, problem] of cases) {
    const loaded = loadSettings(env);
    assert.ok(loaded.kind === 'invalid');
    assert.deepEqual(loaded.problems, [problem]);
  }
  const unused = [
    [{ FILE_ROTATE_SIZE: '1MiB' }, 'FILE_ROTATE_SIZE'],
    [{ FILE_ROTATE_AGE_S: '60' }, 'FILE_ROTATE_AGE_S'],
    [{ FILE_KEEP: '5' }, 'FILE_KEEP'],
    [{ SEND_LOGS_TO: 'stdout', FILE_GZIP: 'true' }, 'FILE_GZIP'],
  ] as const;
  for (const [env, name] of unused) {
    assert.deepEqual(loadSettings(env).warnings, [
      `${name} has no effect without FILE_PATH; no records go to file, so this changes nothing.`,
    ]);
  }
});

test('a path that is refused is one problem, not also missing', () => {
  const loaded = loadSettings({ SEND_LOGS_TO: 'file', FILE_PATH: '/var/log/' });
  assert.ok(loaded.kind === 'invalid');
  assert.deepEqual(loaded.problems, [
    'FILE_PATH="/var/log/" is not allowed: it is a directory; allowed: path of a file.',
  ]);
});

test('the file sink beside others, with all of its variables', () => {
  const loaded = loadSettings({
    SEND_LOGS_TO: 'fluentd,file',
    FILE_PATH: '/logs/records.log',
    FILE_ROTATE_SIZE: '10MiB',
    FILE_ROTATE_AGE_S: '3600',
    FILE_KEEP: '24',
    FILE_GZIP: 'true',
  });
  assert.ok(loaded.kind === 'ok');
  assert.deepEqual(loaded.settings.sinks.sendLogsTo, ['fluentd', 'file']);
  assert.deepEqual(loaded.settings.sinks.file, {
    path: '/logs/records.log',
    rotateBytes: 10 * 1024 * 1024,
    rotateAgeMs: 3_600_000,
    keep: 24,
    gzip: true,
    stallMs: 10_000,
    hangMs: 30_000,
  });
  assert.deepEqual(loaded.warnings, []);
});
