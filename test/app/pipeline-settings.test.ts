import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pipelineSettings } from '../../src/app/pipeline-settings.ts';
import { loadSettings, type Settings } from '../../src/config/settings.ts';

function settingsOf(env: Readonly<Record<string, string>>): Settings {
  const loaded = loadSettings(env);
  assert.ok(loaded.kind === 'ok');
  return loaded.settings;
}

const file = { isLive: false, readsToEnd: true };
const live = { isLive: true, readsToEnd: false };

test('tunnels are looked into in a file but not live, unless DECAPSULATE says something else', () => {
  const looksInto = (env: Readonly<Record<string, string>>) =>
    [file, live].map((kind) => pipelineSettings(settingsOf(env), kind).packet.decapsulates);
  assert.deepEqual(looksInto({}), [true, false]);
  assert.deepEqual(looksInto({ DECAPSULATE: 'true' }), [true, true]);
  assert.deepEqual(looksInto({ DECAPSULATE: 'false' }), [false, false]);
});

test('bodies are kept only where they are logged', () => {
  const limit = (env: Readonly<Record<string, string>>) =>
    pipelineSettings(settingsOf(env), file).exchange.bodyLimitBytes;
  assert.equal(limit({}), 0);
  assert.equal(limit({ LOG_BODIES: 'true', LOG_BODY_LIMIT: '123' }), 123);
});

test('exchanges that last are told of as often as asked for, and never to those who know only whole ones', () => {
  const interval = (env: Readonly<Record<string, string>>) =>
    pipelineSettings(settingsOf(env), live).exchange.progressIntervalMs;
  assert.equal(interval({}), 60_000);
  assert.equal(interval({ PROGRESS_INTERVAL_S: '5', LOG_SCHEMA: 'ecs' }), 5000);
  assert.equal(interval({ PROGRESS_INTERVAL_S: '5', LOG_SCHEMA: 'legacy' }), 0);
});

test('a whole file is read to its end before a request counts as unanswered', () => {
  const waits = [file, live].map((kind) => pipelineSettings(settingsOf({}), kind).exchange.readsToEnd);
  assert.deepEqual(waits, [true, false]);
});
