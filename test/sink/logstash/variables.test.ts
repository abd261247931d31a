import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';

test('variables of the logstash sink that would have no effect are problems', () => {
  const http = { LOGSTASH_TYPE: 'http' };
  const tls = { LOGSTASH_TLS: 'true' };
  const cases = [
    [{ LOGSTASH_TLS_CA: '/ca.pem' }, 'LOGSTASH_TLS_CA has no effect without LOGSTASH_TLS=true.'],
    [{ LOGSTASH_TLS_VERIFY: 'true' }, 'LOGSTASH_TLS_VERIFY has no effect without LOGSTASH_TLS=true.'],
    [{ ...tls, LOGSTASH_TLS_CERT: 'c' }, 'LOGSTASH_TLS_CERT has no effect without LOGSTASH_TLS_KEY.'],
    [{ ...tls, LOGSTASH_TLS_KEY: 'k' }, 'LOGSTASH_TLS_KEY has no effect without LOGSTASH_TLS_CERT.'],
    [
      { ...http, LOGSTASH_FIELD: 'url' },
      'LOGSTASH_FIELD=url is a field that Logstash has its own use for: choose another name.',
    ],
    [{ LOGSTASH_UDP_RATE: '5' }, 'LOGSTASH_UDP_RATE has no effect without LOGSTASH_TYPE=udp.'],
    [
      { LOGSTASH_TYPE: 'udp', LOGSTASH_TIMEOUT_MS: '500' },
      'LOGSTASH_TIMEOUT_MS has no effect without LOGSTASH_TYPE=tcp or LOGSTASH_TYPE=http.',
    ],
    [{ LOGSTASH_USER: 'u', LOGSTASH_PASSWORD: 'p' }, 'LOGSTASH_USER has no effect without LOGSTASH_TYPE=http.'],
    [{ ...http, LOGSTASH_USER: 'u' }, 'LOGSTASH_USER has no effect without LOGSTASH_PASSWORD.'],
    [{ ...http, LOGSTASH_PASSWORD: 'p' }, 'LOGSTASH_PASSWORD has no effect without LOGSTASH_USER.'],
    [
      { ...tls, LOGSTASH_TYPE: 'udp' },
      'LOGSTASH_TLS=true does not go together with LOGSTASH_TYPE=udp: datagrams are not encrypted.',
    ],
  ] as const;
  for (const [env, problem] of cases) {
    const loaded = loadSettings({ SEND_LOGS_TO: 'logstash', ...env });
    assert.ok(loaded.kind === 'invalid');
    assert.deepEqual(loaded.problems, [problem]);
  }
});
