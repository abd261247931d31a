import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';

function elasticsearchOf(env: { readonly [name: string]: string }) {
  const loaded = loadSettings(env);
  if (loaded.kind === 'invalid') assert.fail(loaded.problems.join('\n'));
  return loaded.settings.sinks.elasticsearch;
}

function problemsOf(env: { readonly [name: string]: string }): readonly string[] {
  const loaded = loadSettings({ SEND_LOGS_TO: 'elasticsearch', ...env });
  return loaded.kind === 'invalid' ? loaded.problems : [];
}

test('user and password are for basic authentication', () => {
  const env = { ELASTICSEARCH_USER: 'logger', ELASTICSEARCH_PASSWORD: 'pass:word' };
  assert.deepEqual(elasticsearchOf(env).credentials, { kind: 'basic', user: 'logger', password: 'pass:word' });
});

test('the password and the API key can come from files', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  writeFileSync(path, 'from-a-file\n');
  const user = { ELASTICSEARCH_USER: 'logger', ELASTICSEARCH_PASSWORD_FILE: path };
  assert.deepEqual(elasticsearchOf(user).credentials, { kind: 'basic', user: 'logger', password: 'from-a-file' });
  const key = { ELASTICSEARCH_API_KEY_FILE: path };
  assert.deepEqual(elasticsearchOf(key).credentials, { kind: 'api-key', key: 'from-a-file' });
});

test('TLS variables go with an https URL', () => {
  const { tls } = elasticsearchOf({
    ELASTICSEARCH_HOST: 'https://es',
    ELASTICSEARCH_TLS_CA: '/ca.pem',
    ELASTICSEARCH_TLS_CERT: '/cert.pem',
    ELASTICSEARCH_TLS_KEY: '/key.pem',
    ELASTICSEARCH_TLS_VERIFY: 'false',
  });
  assert.deepEqual(tls, { ca: '/ca.pem', cert: '/cert.pem', key: '/key.pem', verify: false });
});

test('variables that do not go together are one problem each', () => {
  const wrong: readonly (readonly [env: { readonly [name: string]: string }, problem: RegExp])[] = [
    [{ ELASTICSEARCH_USER: 'u' }, /^ELASTICSEARCH_USER has no effect without ELASTICSEARCH_PASSWORD\.$/],
    [{ ELASTICSEARCH_PASSWORD: 'p' }, /^ELASTICSEARCH_PASSWORD has no effect without ELASTICSEARCH_USER\.$/],
    [{ ELASTICSEARCH_TLS_CA: '/ca.pem' }, /^ELASTICSEARCH_TLS_CA has no effect without an https/],
    [{ ELASTICSEARCH_TLS_VERIFY: 'false' }, /^ELASTICSEARCH_TLS_VERIFY has no effect without an https/],
    [
      { ELASTICSEARCH_HOST: 'https://e', ELASTICSEARCH_TLS_CERT: '/cert.pem' },
      /^ELASTICSEARCH_TLS_CERT has no effect without ELASTICSEARCH_TLS_KEY\.$/,
    ],
    [
      { ELASTICSEARCH_HOST: 'https://e', ELASTICSEARCH_TLS_KEY: '/key.pem' },
      /^ELASTICSEARCH_TLS_KEY has no effect without ELASTICSEARCH_TLS_CERT\.$/,
    ],
    [
      { ELASTICSEARCH_USER: 'u', ELASTICSEARCH_PASSWORD: 'hunter2', ELASTICSEARCH_API_KEY: 'hunter2' },
      /^ELASTICSEARCH_API_KEY and ELASTICSEARCH_USER are both set/,
    ],
    [{ ELASTICSEARCH_API_KEY: 'two hunter2' }, /^ELASTICSEARCH_API_KEY has white space/],
    [
      { ELASTICSEARCH_INDEX: 'http-%{+yyyy.MM.dd}', ELASTICSEARCH_DATA_STREAM: 'true' },
      /^ELASTICSEARCH_DATA_STREAM=true does not go together with a date/,
    ],
  ];
  for (const [env, expected] of wrong) {
    const [problem = '', ...others] = problemsOf(env);
    assert.match(problem, expected);
    assert.doesNotMatch(problem, /hunter2/);
    assert.deepEqual(others, []);
  }
});

test('a port that one of several hosts has is no contradiction', () => {
  const { baseUrls } = elasticsearchOf({ ELASTICSEARCH_HOST: 'http://a:81,b', ELASTICSEARCH_PORT: '82' });
  assert.deepEqual(baseUrls, ['http://a:81', 'http://b:82']);
});
