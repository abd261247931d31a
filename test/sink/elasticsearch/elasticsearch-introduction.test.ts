import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SchemaName } from '../../../src/record/schema/schemas.ts';
import { ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { elasticsearchSettings, flatBatch, openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { answering, elasticsearchInfo, type Fault, openFake } from '../../support/sink/fake-elasticsearch.ts';

test('at first contact one line says what is there and what will be done, and no more is said', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  for (let round = 0; round < 3; round++) await transport.send(flatBatch(2, round * 2));
  assert.deepEqual(lines.all, [
    `info  elasticsearch: ${fake.baseUrl} is Elasticsearch 8.17.0; records go to data stream http; ` +
      'index template http installed',
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

test('ELASTICSEARCH_API_VERSION overrides what an Elasticsearch says, not what OpenSearch says', async (t) => {
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
  const mute = [400, 403, 404, 405, 410, 501].map((status) => answering(status));
  for (const fault of [...mute, answering(200, '<html>'), answering(200)]) {
    const fake = await openFake(t);
    fake.fault = (request, response) => (request.url === '/' ? fault(request, response) : undefined);
    const { transport, lines } = openTransport(t, [fake.baseUrl]);
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
    assert.match(lines.all[0] ?? '', /is a server of unknown kind; records go to data stream http/);
  }
});

test('a foreign template stays as it is, one of ours is replaced when it is of another shape', async (t) => {
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
  assert.equal(JSON.parse(installed)._meta.version, 2);
  assert.match(second.lines.all[0] ?? '', /index template http updated from version 0 to 2$/);

  const third = openTransport(t, [fake.baseUrl]);
  await third.transport.send(flatBatch(1));
  assert.match(third.lines.all[0] ?? '', /index template http is there/);
  assert.equal(fake.requests.filter(({ method }) => method === 'PUT').length, 1);

  const newer = JSON.stringify({ _meta: { ...older._meta, version: 1000 } });
  fake.templates.set('/_index_template/http', newer);
  const fourth = openTransport(t, [fake.baseUrl]);
  await fourth.transport.send(flatBatch(1));
  assert.equal(fake.templates.get('/_index_template/http'), newer);
  assert.match(fourth.lines.all[0] ?? '', /index template http is there, of version 1000, which is newer than 2/);
});

test('a refused template is a warning, and one without an answer is tried again before anything is sent', async (t) => {
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
    ['/', '/_index_template/http', '/http/_mapping', '/_bulk'],
  );
  assert.ok(fake.requests.every(({ method, url }) => method === 'GET' || url.startsWith('/_bulk')));
  assert.match(lines.all[0] ?? '', /records go to index http; no index template, as configured; headers go as lines$/);
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
    const transport = new ElasticsearchTransport(settings, schema, {
      ownTraffic: new OwnTraffic(),
      log: new LogLines().log,
    });
    await transport.send(flatBatch(1));
    transport.close();
    const { template } = JSON.parse(fake.templates.get('/_index_template/http') ?? '{}');
    assert.deepEqual(template.mappings._meta.schema, schema);
    assert.match(template.mappings.properties['@timestamp'].type, schema === 'ecs' ? /^date$/ : /^date_nanos$/);
  }
});
