import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';

test('variables of the fluentd sink that would have no effect are problems', () => {
  const cases = [
    [{ FLUENTD_TLS_CA: '/ca.pem' }, 'FLUENTD_TLS_CA has no effect without FLUENTD_TLS=true.'],
    [{ FLUENTD_TLS_VERIFY: 'true' }, 'FLUENTD_TLS_VERIFY has no effect without FLUENTD_TLS=true.'],
    [{ FLUENTD_TLS_SERVER_NAME: 'a' }, 'FLUENTD_TLS_SERVER_NAME has no effect without FLUENTD_TLS=true.'],
    [{ FLUENTD_TLS: 'true', FLUENTD_TLS_CERT: 'c' }, 'FLUENTD_TLS_CERT has no effect without FLUENTD_TLS_KEY.'],
    [{ FLUENTD_TLS: 'true', FLUENTD_TLS_KEY: 'k' }, 'FLUENTD_TLS_KEY has no effect without FLUENTD_TLS_CERT.'],
    [{ FLUENTD_USER: 'u', FLUENTD_PASSWORD: 'p' }, 'FLUENTD_USER has no effect without FLUENTD_SHARED_KEY.'],
    [{ FLUENTD_SHARED_KEY: 'k', FLUENTD_USER: 'u' }, 'FLUENTD_USER has no effect without FLUENTD_PASSWORD.'],
    [{ FLUENTD_SHARED_KEY: 'k', FLUENTD_PASSWORD: 'p' }, 'FLUENTD_PASSWORD has no effect without FLUENTD_USER.'],
  ] as const;
  for (const [env, problem] of cases) {
    const loaded = loadSettings({ SEND_LOGS_TO: 'fluentd', ...env });
    assert.ok(loaded.kind === 'invalid');
    assert.deepEqual(loaded.problems, [problem]);
  }
});

test('a server of the fluentd sink has its own port or the common one', () => {
  const loaded = loadSettings({ FLUENTD_HOST: 'a:1,b', FLUENTD_PORT: '2' });
  assert.ok(loaded.kind === 'ok');
  assert.deepEqual(loaded.settings.sinks.fluentd.servers, [
    { host: 'a', port: 1 },
    { host: 'b', port: 2 },
  ]);
});

test('TLS and credentials of the fluentd sink are all there or not at all', () => {
  const loaded = loadSettings({
    FLUENTD_TLS: 'true',
    FLUENTD_SHARED_KEY: 'k',
    FLUENTD_USER: 'u',
    FLUENTD_PASSWORD: 'p',
  });
  assert.ok(loaded.kind === 'ok');
  const { tls, credentials } = loaded.settings.sinks.fluentd;
  assert.deepEqual(tls, { ca: undefined, cert: undefined, key: undefined, serverName: undefined, verify: true });
  assert.deepEqual(credentials, { sharedKey: 'k', user: 'u', password: 'p' });
});
