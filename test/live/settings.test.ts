// The same traffic, as loggers with different settings write it.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, serverPort, startServer } from '../support/capture/namespaces.ts';
import { document, gzipped } from '../support/live/gzipped.ts';
import { startCapture } from '../support/program/run-logger.ts';

type Json = { readonly [name: string]: unknown };

const plans = {
  plain: {},
  ignoring: { IGNORE_URLS: '/health,/static/*' },
  withoutHeaders: { LOG_HEADERS: 'false' },
  someHeaders: { LOGHEADERS: 'X-One, authorization' },
  bodies: { LOG_BODIES: 'true' },
  unredacted: { REDACT: 'false', LOG_BODIES: 'application/json' },
  ecs: { LOG_SCHEMA: 'ecs' },
  otel: { LOG_SCHEMA: 'otel' },
  legacy: { LOG_SCHEMA: 'legacy' },
  debug: { MODE: 'debug' },
} as const;

const requestBody = { user: 'ada', password: 'hush' };

liveTest('each setting changes what it says it does', { namespaces: 1 }, async (here) => {
  await startServer(here);
  const names = Object.keys(plans) as (keyof typeof plans)[];
  const running = names.map((name) => startCapture({ IFACE: 'lo', ...plans[name] }, inside(here)));
  const loggers = await Promise.all(running);
  await runClient(here, 'gzip', { host: '127.0.0.1' });
  const finished = await Promise.all(loggers.map((logger) => logger.stop()));
  /** The record of `/gzip`, and all that the logger wrote. */
  const of = (name: keyof typeof plans) => {
    const run = finished[names.indexOf(name)];
    assert.ok(run !== undefined && run.code === 0, run?.stderr);
    const [record, ...others]: readonly Json[] = run.records;
    assert.ok(record !== undefined, name);
    return { record, count: 1 + others.length, ...run };
  };

  assert.equal(of('plain').count, 3);
  assert.ok(names.every((name) => name === 'unredacted' || !of(name).stdout.includes('hush')));

  const { count, stderr, records } = of('ignoring');
  assert.deepEqual([count, records[0]?.path], [1, '/gzip']);
  assert.match(stderr, /summary: 3 exchanges \(3 answered\); 1 record written \(2 ignored by URL\); .*; no loss/);

  assert.ok(
    !('request_headers' in of('withoutHeaders').record) && !('response_headers' in of('withoutHeaders').record),
  );
  assert.deepEqual(of('someHeaders').record['request_headers'], { authorization: '[redacted]', 'x-one': '1' });

  const { record } = of('bodies');
  assert.deepEqual(JSON.parse(String(record['request_body'])), { ...requestBody, password: '[redacted]' });
  assert.deepEqual(JSON.parse(String(record['response_body'])), { ...document, password: '[redacted]' });
  assert.equal(record['response_bytes'], gzipped.length);
  assert.deepEqual(JSON.parse(String(of('unredacted').record['request_body'])), requestBody);
  assert.equal(of('unredacted').record['url'], '/gzip?token=hush');
  assert.ok(!('request_body' in of('plain').record));

  const ecs = of('ecs').record;
  assert.deepEqual(ecs['url'], {
    original: '/gzip?token=[redacted]',
    scheme: 'http',
    domain: '127.0.0.1',
    port: serverPort,
    path: '/gzip',
    query: 'token=[redacted]',
  });
  assert.equal((ecs['event'] as Json)['id'], of('plain').record['id']);
  const otel = of('otel').record;
  assert.deepEqual([otel['http.request.method'], otel['http.response.status_code']], ['POST', 200]);
  assert.equal(otel['url.path'], '/gzip');
  const legacy = of('legacy').record;
  assert.deepEqual([legacy['type'], legacy['resCode'], legacy['dstPort']], ['income', '200', serverPort]);

  assert.match(of('debug').stderr, /debug addresses of this pod: .*127\.0\.0\.1/);
  assert.match(of('debug').stderr, /debug counters: .*\brecords_built=3\b.*\bstdout_delivered=3\b/);
  assert.ok(!of('plain').stderr.includes('debug'));
});
