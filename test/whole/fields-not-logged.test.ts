import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { createRecorder } from '../../src/pipeline.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createTargetFilter } from '../../src/record/ignore-urls.ts';
import type { LogRecord } from '../../src/record/record.ts';
import { answer, get, Playbook, post } from '../support/http1/playbook.ts';

/** What becomes of the exchanges of a connection. */
function record(env: { readonly [name: string]: string }, playbook: Playbook): readonly LogRecord[] {
  const loaded = loadSettings(env);
  if (loaded.kind !== 'ok') throw new Error(loaded.problems.join(' '));
  const records: LogRecord[] = [];
  const { record: settings } = loaded.settings;
  const recorded = createRecorder(
    { counters: playbook.counters, ownTraffic: { isOwnExchange: () => false } },
    {
      observe: () => {},
      isIgnored: createTargetFilter(settings.ignoreUrls),
      buildRecord: createRecordBuilder({ ...settings, identity: { ...settings.identity, hostname: 'h' } }),
      sinks: [{ write: (built: LogRecord) => records.push(built) }],
    },
  );
  for (const exchange of playbook.exchanges) recorded(exchange);
  return records;
}

const fields = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: v`);

test('fields that are not logged are counted for each record, also when the same head comes again', () => {
  const playbook = new Playbook();
  // From its third time on, a head is known as a whole.
  for (let times = 0; times < 6; times++)
    playbook.client(get('/', ...fields(10))).server(answer(200, '', ...fields(20)));
  const records = record({ MAX_FIELDS: '4' }, playbook);
  for (const { requestHeaders, responseHeaders } of records) {
    assert.deepEqual(Object.keys(requestHeaders?.object ?? {}), ['x-0', 'x-1', 'x-2', 'x-3']);
    // The first one of an answer is its length.
    assert.deepEqual(Object.keys(responseHeaders?.object ?? {}), ['content-length', 'x-0', 'x-1', 'x-2']);
  }
  assert.equal(records.length, 6);
  assert.equal(playbook.counters.header_fields_not_logged, 6 * (6 + 17));
});

test('nothing is counted of headers that nobody wants to have logged, nor of exchanges that are ignored', () => {
  const exchange = () => new Playbook().client(get('/a', ...fields(10))).server(answer(200, ''));
  for (const env of [{ LOG_HEADERS: 'false' }, { LOG_HEADERS: 'x-3' }, { IGNORE_URLS: '/a' }]) {
    const playbook = exchange();
    record({ MAX_FIELDS: '1', ...env }, playbook);
    assert.equal(playbook.counters.header_fields_not_logged, 0);
  }
});

test('what a message means is found among all of its fields, however few of them are logged', () => {
  const last = ['Host: cart', 'User-Agent: u', 'traceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01'];
  const playbook = new Playbook();
  playbook.client(`POST /a HTTP/1.1\r\n${[...fields(4999), 'Content-Length: 5', ...last].join('\r\n')}\r\n\r\n12345`);
  playbook.client(`${get('/b', ...fields(5000), 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`);
  playbook.client(post('/c', 'abc'));
  playbook.server(
    `HTTP/1.1 200 OK\r\n${fields(4999).join('\r\n')}\r\nContent-Length: 2\r\nContent-Type: t/x\r\n\r\nab`,
  );
  playbook.server(answer(404, 'none', ...fields(5000)));
  playbook.server(answer(200, '')).finish();
  assert.deepEqual(playbook.lines, [
    'POST /a 200 answered sent 5 received 2',
    'GET /b 404 answered sent 3 received 4',
    'POST /c 200 answered sent 3',
  ]);
  const [first] = record({}, playbook);
  assert.deepEqual(
    [first?.host, first?.userAgent, first?.traceId, first?.spanId, first?.contentType],
    ['cart', 'u', '0123456789abcdef0123456789abcdef', '0123456789abcdef', 't/x'],
  );
  assert.equal(playbook.counters.header_fields_not_logged, 4747 + 4745 + 4745 + 4745);
});

test('an upgrade and an expectation are seen behind more fields than are logged', () => {
  const upgrade = new Playbook();
  upgrade.client(get('/', ...fields(5000), 'Connection: Upgrade', 'Upgrade: websocket'));
  upgrade.server(`HTTP/1.1 101 Switching\r\n${fields(5000).join('\r\n')}\r\nUpgrade: websocket\r\n\r\n`);
  assert.equal(upgrade.counters.http_tunnels, 1);
  const expects = ['Expect: 100-continue', 'Content-Length: 5'];
  const refused = new Playbook().client(`POST /a HTTP/1.1\r\n${[...fields(5000), ...expects].join('\r\n')}\r\n\r\n`);
  refused.server(answer(417, '')).client(get('/b')).server(answer(200, '')).finish();
  assert.deepEqual(refused.lines, ['POST /a 417 answered', 'GET /b 200 answered']);
});
