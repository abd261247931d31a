import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SchemaName } from '../../../src/record/schema/schema.ts';
import { ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/elasticsearch-document.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../../tools/log-lines.ts';
import { sinkContract } from '../contract.ts';
import { elasticsearchSettings, flatBatch, openTransport } from './elasticsearch-parts.ts';
import { answering, elasticsearchInfo, FakeElasticsearch, type Fault } from './fake-elasticsearch.ts';

async function openFake(t: TestContext): Promise<FakeElasticsearch> {
  const fake = new FakeElasticsearch();
  await fake.start();
  t.after(() => fake.stop());
  return fake;
}

const silent: Fault = () => 'handled';
const cutOff: Fault = (_, response) => {
  response.socket?.resetAndDestroy();
  return 'handled';
};

for (const gzip of [true, false]) {
  sinkContract(`elasticsearch (gzip ${gzip})`, async (t) => {
    const fake = await openFake(t);
    const settings = elasticsearchSettings([fake.baseUrl], { gzip, timeoutMs: 700 });
    const transport = new ElasticsearchTransport(settings, 'flat', new OwnTraffic(), new LogLines().log);
    return {
      transport,
      encode: createBulkEncoder('flat', 'http'),
      received: () => fake.received,
      behave: async (behaviour) => {
        fake.fault = behaviour === 'silent' ? silent : () => undefined;
        fake.statusOf = () => (behaviour === 'refusing' ? 400 : 201);
        await (behaviour === 'away' ? fake.stop() : fake.start());
      },
      close: async () => {
        transport.close();
        await fake.stop();
      },
    };
  });
}

test('documents are stored under the ids of their records, and sent again they are duplicates', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  assert.deepEqual(await transport.send(flatBatch(3)), { kind: 'delivered', duplicates: 0 });
  assert.deepEqual(await transport.send(flatBatch(5)), { kind: 'delivered', duplicates: 3 });
  assert.deepEqual(
    [...fake.documents.values()].map(({ index, id, source }) => [index, id, source['id']]),
    [0, 1, 2, 3, 4].map((index) => ['http', `record-00000${index}`, `record-00000${index}`]),
  );
});

test('at first contact one line says what is there and what will be done, and no more is said', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  for (let round = 0; round < 3; round++) await transport.send(flatBatch(2, round * 2));
  assert.deepEqual(lines.all, [
    `info  elasticsearch: ${fake.baseUrl} is Elasticsearch 8.17.0; records go to data stream http; index template http installed`,
  ]);
  assert.equal(fake.requests.filter(({ url }) => url === '/').length, 1);
});

test('batches under way at once share one first contact', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await Promise.all([0, 1, 2, 3].map((round) => transport.send(flatBatch(2, round * 2))));
  assert.equal(fake.documents.size, 8);
  assert.equal(fake.requests.filter(({ url }) => url === '/').length, 1);
});

test('a server before 7 gets a mapping type in the path and a template of the old kind', async (t) => {
  for (const [number, configured, type] of [
    ['6.8.23', undefined, '_doc'],
    ['6.8.23', 'exchange', 'exchange'],
    ['6.1.0', undefined, 'doc'],
  ] as const) {
    const fake = await openFake(t);
    fake.info = elasticsearchInfo(number);
    const { transport, lines } = openTransport(t, [fake.baseUrl], { mappingType: configured });
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
    assert.match(fake.bulkRequests[0]?.url ?? '', new RegExp(`^/http/${type}/_bulk\\?filter_path=`));
    const template = JSON.parse(fake.templates.get('/_template/http') ?? '{}');
    assert.deepEqual(Object.keys(template.mappings), [type]);
    assert.equal(template.mappings[type].properties.client_ip.type, 'ip');
    assert.match(
      lines.all[0] ?? '',
      new RegExp(`Elasticsearch ${number}; records go to index http, mapping type ${type};`),
    );
  }
});

test('ELASTICSEARCH_API_VERSION takes the place of what an Elasticsearch says, not of what OpenSearch says', async (t) => {
  const fake = await openFake(t);
  const old = openTransport(t, [fake.baseUrl], { apiVersion: { major: 6, minor: undefined } });
  await old.transport.send(flatBatch(1));
  assert.match(fake.bulkRequests[0]?.url ?? '', /^\/http\/_doc\/_bulk/);
  assert.match(old.lines.all[0] ?? '', /Elasticsearch 6 as configured/);
  fake.info = { version: { distribution: 'opensearch', number: '2.19.1' } };
  await openTransport(t, [fake.baseUrl], { apiVersion: { major: 6, minor: 8 } }).transport.send(flatBatch(1));
  assert.match(fake.bulkRequests[1]?.url ?? '', /^\/_bulk/);
});

test('a server that does not say what it is, or not to us, is sent to all the same', async (t) => {
  for (const fault of [answering(403), answering(404), answering(405), answering(200, '<html>'), answering(200)]) {
    const fake = await openFake(t);
    fake.fault = (request, response) => (request.url === '/' ? fault(request, response) : undefined);
    const { transport, lines } = openTransport(t, [fake.baseUrl]);
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
    assert.match(lines.all[0] ?? '', /is a server of unknown kind; records go to data stream http/);
  }
});

test('a template of somebody else stays as it is, one of ours is replaced when it is of another shape', async (t) => {
  const fake = await openFake(t);
  const theirs = JSON.stringify({ index_patterns: ['http'], _meta: { owner: 'ops' } });
  fake.templates.set('/_index_template/http', theirs);
  const first = openTransport(t, [fake.baseUrl]);
  await first.transport.send(flatBatch(1));
  assert.equal(fake.templates.get('/_index_template/http'), theirs);
  assert.match(first.lines.all[1] ?? '', /^warn {2}elasticsearch: no index template of ours: .* is somebody else's/);

  const older = { _meta: { owner: 'kubernetes-internal-http-logger', version: 0, schema: 'flat', data_stream: true } };
  fake.templates.set('/_index_template/http', JSON.stringify(older));
  const second = openTransport(t, [fake.baseUrl]);
  await second.transport.send(flatBatch(1));
  const installed = fake.templates.get('/_index_template/http') ?? '';
  assert.equal(JSON.parse(installed)._meta.version, 1);
  assert.match(second.lines.all[0] ?? '', /index template http installed/);

  const third = openTransport(t, [fake.baseUrl]);
  await third.transport.send(flatBatch(1));
  assert.match(third.lines.all[0] ?? '', /index template http is there/);
  assert.equal(fake.requests.filter(({ method }) => method === 'PUT').length, 1);

  const newer = JSON.stringify({ _meta: { ...older._meta, version: 1000 } });
  fake.templates.set('/_index_template/http', newer);
  await openTransport(t, [fake.baseUrl]).transport.send(flatBatch(1));
  assert.equal(fake.templates.get('/_index_template/http'), newer);
});

test('a refused template is a warning, and one that cannot be answered now is tried again before anything is sent', async (t) => {
  const fake = await openFake(t);
  const templates =
    (fault: Fault): Fault =>
    (request, response) =>
      request.url.includes('template') ? fault(request, response) : undefined;
  fake.fault = templates(answering(400, '{"error":{"type":"illegal_argument_exception","reason":"no"}}'));
  const refused = openTransport(t, [fake.baseUrl]);
  assert.equal((await refused.transport.send(flatBatch(1))).kind, 'delivered');
  assert.match(refused.lines.all[1] ?? '', /^warn .* the server refuses it: 400: illegal_argument_exception: no$/);

  fake.fault = templates(answering(503));
  const early = openTransport(t, [fake.baseUrl]);
  const outcome = await early.transport.send(flatBatch(1));
  assert.equal(outcome.kind, 'retry');
  assert.equal(fake.bulkRequests.length, 1);
  fake.fault = () => undefined;
  assert.equal((await early.transport.send(flatBatch(1))).kind, 'delivered');
});

test('ELASTICSEARCH_TEMPLATE=false touches no template', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = openTransport(t, [fake.baseUrl], { template: false });
  await transport.send(flatBatch(1));
  assert.deepEqual(
    fake.requests.map(({ url }) => url.replace(/\?.*/, '')),
    ['/', '/_bulk'],
  );
  assert.match(lines.all[0] ?? '', /records go to index http; no index template, as configured/);
});

test('what an answer to a whole request means', async (t) => {
  const error = '{"error":{"type":"some_exception","reason":"busy\\nnow"}}';
  const cases: readonly (readonly [fault: Fault, outcome: object | RegExp])[] = [
    [
      answering(429, error, { 'retry-after': '7' }),
      { kind: 'retry', reason: 'it answers 429: some_exception: busy now', afterMs: 7000 },
    ],
    [answering(502, '<html><h1>Bad\nGateway</h1></html>'), { kind: 'retry', reason: 'it answers 502: Bad Gateway' }],
    [answering(503), { kind: 'retry', reason: 'it answers 503' }],
    [answering(413), { kind: 'too-large' }],
    [answering(400, error), { kind: 'too-large' }],
    [answering(401, '{"error":"who?"}'), { kind: 'misconfigured', reason: 'it answers 401: who?' }],
    [answering(403, error), { kind: 'misconfigured', reason: 'it answers 403: some_exception: busy now' }],
    [answering(404, error), { kind: 'misconfigured', reason: 'it answers 404: some_exception: busy now' }],
    [
      answering(302, '', { location: 'https://e/' }),
      { kind: 'misconfigured', reason: 'it answers 302: elsewhere: https://e/' },
    ],
    [answering(200), { kind: 'retry', reason: 'its answer does not tell what became of each document: nothing' }],
    [answering(200, '{}'), /"\{\}"$/],
    [answering(200, '<html>hello</html>'), /"<html>hello<\/html>"$/],
    [answering(200, 'null'), /"null"$/],
    [answering(200, '{"items":[{"create":{"status":201}}]}'), /does not tell/],
    [answering(200, '{"items":[{"create":{"status":201}},{"create":{}}]}'), /does not tell/],
    [answering(200, '{"items":[{"create":{"status":201}},null]}'), /does not tell/],
    [cutOff, /hang up|ECONNRESET/],
    [silent, { kind: 'retry', reason: 'no answer within 400 ms' }],
  ];
  for (const [fault, expected] of cases) {
    const fake = await openFake(t);
    const { transport } = openTransport(t, [fake.baseUrl], { timeoutMs: 400 });
    // A reset connection that was used before is replaced once without a word.
    fake.bulkFaults.push(fault, ...(fault === cutOff ? [fault] : []));
    const outcome = await transport.send(flatBatch(2));
    if (expected instanceof RegExp)
      assert.match(outcome.kind === 'retry' ? outcome.reason : JSON.stringify(outcome), expected);
    else
      assert.deepEqual(
        outcome,
        'reason' in expected ? { ...expected, reason: `${fake.baseUrl}: ${expected.reason}` } : expected,
      );
    assert.equal((await transport.send(flatBatch(2))).kind, 'delivered');
    transport.close();
    await fake.stop();
  }
});

test('a single document that spoils its request is refused with the reason', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  fake.bulkFaults.push(answering(400, '{"error":"malformed"}'));
  assert.deepEqual(await transport.send(flatBatch(1)), {
    kind: 'rejected',
    reason: `${fake.baseUrl}: it answers 400: malformed`,
  });
});

test('an answer that breaks off in the middle is tried again, and nothing is stored twice', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  for (const length of ['1000', undefined]) {
    fake.bulkFaults.push((_, response) => {
      response.writeHead(200, length === undefined ? {} : { 'content-length': length });
      response.write('{"errors":false,"items":[');
      setTimeout(() => response.socket?.destroy(), 20);
      return 'handled';
    });
    const outcome = await transport.send(flatBatch(2));
    assert.deepEqual(outcome, { kind: 'retry', reason: `${fake.baseUrl}: the connection ended before its answer did` });
  }
  assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 1 });
});

test('documents are judged one by one, by their position', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1, 1));
  const statuses = [201, 0, 429, 400, 503, 403, 404];
  fake.statusOf = (_, position) => statuses[position] ?? 201;
  assert.deepEqual(await transport.send(flatBatch(8)), {
    kind: 'mixed',
    duplicates: 1,
    retry: [2, 4, 5, 6],
    rejected: [3],
    reason: '400: fake_400_exception: as told; 403: fake_403_exception: as told; 429: fake_429_exception: as told',
  });
  for (const [status, kind] of [
    [429, 'retry'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [400, 'rejected'],
  ] as const) {
    fake.statusOf = () => status;
    assert.equal((await transport.send(flatBatch(3, 100))).kind, kind);
  }
});

test('a connection that the server closed while it was idle is replaced without a word', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  for (let round = 0; round < 3; round++) {
    assert.equal((await transport.send(flatBatch(1, round))).kind, 'delivered');
    fake.closeIdleConnections();
  }
});

test('of several hosts the next one is used when one does not answer', async (t) => {
  const first = await openFake(t);
  const second = await openFake(t);
  const { transport } = openTransport(t, [first.baseUrl, second.baseUrl]);
  await transport.send(flatBatch(1));
  await first.stop();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'delivered');
  await second.stop();
  assert.equal((await transport.send(flatBatch(1, 2))).kind, 'retry');
  await first.start();
  assert.equal((await transport.send(flatBatch(1, 2))).kind, 'delivered');
  assert.deepEqual([first.documents.size, second.documents.size], [2, 1]);
});

test('after an outage the server is asked again what it is, and a lost template is installed again', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  await fake.stop();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'retry');
  fake.templates.clear();
  await fake.start();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'delivered');
  assert.equal(fake.templates.size, 1);
  assert.equal(lines.matching(/index template http installed/).length, 2);
});

test('credentials are sent and never said', async (t) => {
  const fake = await openFake(t);
  const say = { logLevel: 'trace' } as const;
  const cases = [
    [{ kind: 'basic', user: 'me', password: 'hünter2' }, `Basic ${Buffer.from('me:hünter2').toString('base64')}`],
    [{ kind: 'api-key', key: 'aWQ6a2V5' }, 'ApiKey aWQ6a2V5'],
    [{ kind: 'api-key', key: 'id:hunter2' }, `ApiKey ${Buffer.from('id:hunter2').toString('base64')}`],
  ] as const;
  for (const [credentials, header] of cases) {
    const { transport, lines } = openTransport(t, [fake.baseUrl], { credentials, ...say });
    await transport.send(flatBatch(1));
    assert.equal(fake.requests.at(-1)?.headers.authorization, header);
    assert.doesNotMatch(lines.all.join('\n'), /nter2|aWQ6/);
  }
});

test('credentials that the server repeats are not said either', async (t) => {
  const fake = await openFake(t);
  const cases = [
    [{ kind: 'basic', user: 'me', password: 'h"nt?r2' }, 'Basic bWU6aCJudD9yMg=='],
    [{ kind: 'api-key', key: 'id:h"nt?r2' }, 'ApiKey aWQ6aCJudD9yMg=='],
  ] as const;
  for (const [credentials, header] of cases) {
    const { transport } = openTransport(t, [fake.baseUrl], { credentials });
    await transport.send(flatBatch(2));
    const repeated = `${header} of h"nt?r2`;
    const item = { create: { status: 403, error: { type: 'no', reason: repeated } } };
    const faults: readonly Fault[] = [
      answering(401, `${'x'.repeat(285)} ${repeated}`),
      answering(401, JSON.stringify({ error: repeated })),
      answering(401, JSON.stringify({ problem: repeated })),
      answering(200, repeated),
      answering(200, JSON.stringify({ items: [item, item] })),
      answering(302, '', { location: `https://e/?a=${encodeURIComponent(repeated)}` }),
    ];
    for (const fault of faults) {
      fake.bulkFaults.push(fault);
      const said = JSON.stringify(await transport.send(flatBatch(2)));
      assert.match(said, /\[reda/);
      assert.doesNotMatch(said, /bWU6|aWQ6|nt\?r|nt%3Fr/);
    }
  }
});

test('an answer in which the password is a word of its own is understood', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl], {
    credentials: { kind: 'basic', user: 'me', password: 'items' },
  });
  assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 0 });
});

test('ELASTICSEARCH_LOG decides how much is said', async (t) => {
  const said = async (logLevel: 'error' | 'warning' | 'debug' | 'trace') => {
    const fake = await openFake(t);
    const { transport, lines } = openTransport(t, [fake.baseUrl], { logLevel });
    fake.bulkFaults.push(answering(503));
    await transport.send(flatBatch(1));
    return lines.all.length;
  };
  assert.deepEqual(
    [await said('error'), await said('warning'), await said('debug'), await said('trace')],
    [0, 1, 2, 6],
  );
});

test('a check tells what is there, installs nothing and sends nothing', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  assert.deepEqual(await transport.check(), { isFine: true, sentence: `${fake.baseUrl} is Elasticsearch 8.17.0.` });
  assert.deepEqual(
    fake.requests.map(({ method, url }) => `${method} ${url}`),
    ['GET /'],
  );
  fake.fault = answering(401);
  const found = await transport.check();
  assert.deepEqual(found, { isFine: false, sentence: `no server can be used: ${fake.baseUrl}: it answers 401.` });
});

test('every request carries our mark: checks, the introduction and batches, also on a new connection', async (t) => {
  const fake = await openFake(t);
  const { transport, ownTraffic } = openTransport(t, [fake.baseUrl]);
  await transport.check();
  await transport.send(flatBatch(1));
  await fake.stop();
  await fake.start();
  await transport.send(flatBatch(1, 1));
  assert.deepEqual(
    fake.requests.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`),
    ['GET /', 'GET /', 'GET /_index_template/http', 'PUT /_index_template/http', 'POST /_bulk', 'POST /_bulk'],
  );
  for (const { headers } of fake.requests) assert.equal(headers['x-opaque-id'], ownTraffic.requestMark['x-opaque-id']);
});

test('close ends what is under way', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  fake.fault = silent;
  const sending = [transport.send(flatBatch(1, 1)), transport.send(flatBatch(1, 2))];
  while (fake.requests.length < 5) await sleep(5);
  transport.close();
  assert.deepEqual(
    (await Promise.all(sending)).map(({ kind }) => kind),
    ['retry', 'retry'],
  );
  assert.equal((await transport.send(flatBatch(1, 3))).kind, 'retry');
});

test('the path of the base URL is in front of every path', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [`${fake.baseUrl}/insert/elasticsearch`]);
  await transport.send(flatBatch(1));
  assert.ok(fake.requests.every(({ url }) => url.startsWith('/insert/elasticsearch/')));
});

test('dated names give indices by the date of each record, and a template without a data stream', async (t) => {
  const fake = await openFake(t);
  const index = 'http-%{+yyyy.MM.dd}';
  const { transport, lines } = openTransport(t, [fake.baseUrl], { index });
  await transport.send(flatBatch(2, 0, index));
  assert.deepEqual([...new Set([...fake.documents.values()].map((document) => document.index))], ['http-2023.11.14']);
  const template = JSON.parse(fake.templates.get('/_index_template/http') ?? '{}');
  assert.deepEqual([template.index_patterns, 'data_stream' in template], [['http-*.*.*'], false]);
  assert.match(lines.all[0] ?? '', /records go to index http-%\{\+yyyy\.MM\.dd\}/);
});

const schemaNames: readonly SchemaName[] = ['flat', 'ecs', 'otel', 'legacy'];
test('the template has the fields of the schema', async (t) => {
  for (const schema of schemaNames) {
    const fake = await openFake(t);
    const settings = elasticsearchSettings([fake.baseUrl]);
    const transport = new ElasticsearchTransport(settings, schema, new OwnTraffic(), new LogLines().log);
    await transport.send(flatBatch(1));
    transport.close();
    const { template } = JSON.parse(fake.templates.get('/_index_template/http') ?? '{}');
    assert.deepEqual(template.mappings._meta.schema, schema);
    assert.match(template.mappings.properties['@timestamp'].type, schema === 'ecs' ? /^date$/ : /^date_nanos$/);
  }
});
