import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogRecord } from '../../../src/record/record.ts';
import { type SchemaName, schemas } from '../../../src/record/schema/schemas.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import { elasticsearchFields } from '../../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { capabilitiesOf, readServer } from '../../../src/sink/elasticsearch/elasticsearch-server.ts';
import { plainBody } from '../../../src/sink/elasticsearch/plain-document.ts';
import { mappingsOf } from '../../../src/sink/elasticsearch/template-body.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { recordsOfCapture, refusedCaptures } from '../../support/sink/case-records.ts';
import { DynamicIndex } from '../../support/sink/dynamic-index.ts';
import { openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';
import { openFake } from '../../support/sink/fake-elasticsearch.ts';
import { oddHeaders, oddRecord, oddRecords, recordOfHeaders, recordOfText } from '../../support/sink/odd-records.ts';

const schemaNames = Object.keys(schemas) as readonly SchemaName[];
const servers = {
  'Elasticsearch 8': { version: { number: '8.17.0' }, tagline: 'You Know, for Search' },
  'OpenSearch 2': { version: { number: '2.19.1', distribution: 'opensearch' } },
  'OpenSearch 1': { version: { number: '1.3.20', distribution: 'opensearch' } },
};

function bodyOf(records: readonly LogRecord[], schema: SchemaName): string {
  return encodedBatch(createBulkEncoder('http', createEncodings(schema)), records).bytes.toString();
}

/** Why documents of a body were refused. */
function refusals(index: DynamicIndex, body: string): readonly string[] {
  const documents = body.split('\n').filter((_, line) => line % 2 === 1);
  return documents.map((document) => index.store(JSON.parse(document))).filter((reason) => reason !== undefined);
}

function templated(schema: SchemaName, server: object): DynamicIndex {
  const capabilities = capabilitiesOf(readServer(JSON.stringify(server)), undefined);
  return new DynamicIndex(mappingsOf({ index: 'http', schema, isDataStream: true, capabilities }));
}

for (const schema of schemaNames) {
  const plain = (records: readonly LogRecord[]) => plainBody(bodyOf(records, schema), elasticsearchFields[schema]);

  test(`an index that learns its fields from the documents takes every record of the ${schema} schema`, () => {
    const index = new DynamicIndex();
    assert.deepEqual(refusals(index, plain(oddRecords)), []);
    assert.equal(index.stored.length, oddRecords.length);
    assert.ok(index.fields < 200, String(index.fields));
  });

  test(`so it does with any records of the ${schema} schema, in any order`, () => {
    fc.assert(
      fc.property(fc.array(oddRecord, { maxLength: 5 }), (records) => {
        assert.deepEqual(refusals(new DynamicIndex(), plain(records)), []);
      }),
    );
  });

  test(`an index of any server with our template takes every record of the ${schema} schema in the same fields`, () => {
    const indices = Object.entries(servers).map(([name, server]) => ({ name, index: templated(schema, server) }));
    const fields = () => indices.map(({ index }) => index.fields);
    const before = fields();
    const store = (records: readonly LogRecord[]) => {
      const body = bodyOf(records, schema);
      for (const { name, index } of indices) assert.deepEqual(refusals(index, body), [], name);
    };
    store(oddRecords);
    fc.assert(fc.property(oddRecord, (record) => store([record])));
    assert.deepEqual(fields(), before);
  });
}

for (const [name, exchanges] of refusedCaptures) {
  test(`${name}.pcap, of which servers refused records, is taken in every schema`, async () => {
    const records = await recordsOfCapture(name);
    assert.equal(records.length, exchanges);
    for (const schema of schemaNames) {
      const body = bodyOf(records, schema);
      assert.deepEqual(refusals(new DynamicIndex(), plainBody(body, elasticsearchFields[schema])), []);
      for (const server of Object.values(servers)) assert.deepEqual(refusals(templated(schema, server), body), []);
    }
  });
}

test('the model refuses what real servers refuse', () => {
  const refused = (records: readonly LogRecord[]) =>
    refusals(new DynamicIndex(), bodyOf(records, 'flat')).map((reason) => reason.replace(/ .*/, ''));
  const headers = (...all: (typeof oddHeaders)[number][]) => all.map((one, index) => recordOfHeaders(index, one));
  assert.deepEqual(refused(headers({ 'x-a': '1' }, { 'x-a.b': '2' })), ["can't"]);
  assert.deepEqual(refused(headers({ 'x-date': '2024-01-01' }, { 'x-date': 'yesterday' })), ['[x-date]']);
  assert.deepEqual(refused(headers({ '.': '' })), ['[request_headers..]']);
  assert.ok(refused(headers(...oddHeaders.filter((one) => Object.keys(one).length === 60))).includes('Limit'));
  assert.deepEqual(refused([recordOfText(0, '2024-01-01'), recordOfText(1, 'later')]).length, 2);
  const long = headers({ ['n'.repeat(40_000)]: 'v' });
  for (const server of ['Elasticsearch 8', 'OpenSearch 2'] as const) {
    const index = templated('flat', servers[server]);
    assert.match(index.store({ request_headers: long[0]?.requestHeaders?.object }) ?? '', /immense/);
  }
});

test('the transport sends what such an index takes, and of each record everything', async (t) => {
  const fake = await openFake(t);
  const index = new DynamicIndex();
  fake.statusOf = ({ source }) => (index.store(source) === undefined ? 201 : 400);
  const { transport } = openTransport(t, [fake.baseUrl], { template: false });
  const batch = encodedBatch(createBulkEncoder('http', createEncodings('flat')), oddRecords);
  assert.deepEqual(await transport.send(batch), { kind: 'delivered', duplicates: 0 });
  assert.deepEqual(await transport.send(batch), { kind: 'delivered', duplicates: oddRecords.length });
});
