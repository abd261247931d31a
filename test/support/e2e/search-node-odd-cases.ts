// What clients, operators and earlier versions can make of records and indices, against real nodes, and what nodes do
// when they are in trouble.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord } from '../../../src/record/record.ts';
import { type SchemaName, schemas } from '../../../src/record/schema/schemas.ts';
import { type SinkAccount, unaccounted } from '../../../src/sink/account.ts';
import type { Delivery } from '../../../src/sink/delivery/delivery.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import type { ElasticsearchSettings } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { elasticsearchFields } from '../../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { plainBody } from '../../../src/sink/elasticsearch/plain-document.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { createRecord } from '../record/create-record.ts';
import { recordsOfCapture, refusedCaptures } from '../sink/case-records.ts';
import { DynamicIndex } from '../sink/dynamic-index.ts';
import { encodedBatch } from '../sink/encoded-batch.ts';
import { oddHeaders, oddRecords, recordOfHeaders } from '../sink/odd-records.ts';
import { openSink, versionOf } from './open-sink.ts';
import type { Product, SearchNode } from './search-node.ts';

type Properties = { readonly [field: string]: Field };
type Field = { readonly type?: string; readonly properties?: Properties; readonly fields?: Properties };
type Mapping = { readonly [index: string]: { readonly mappings: { readonly properties: Properties } } };

type Templates = {
  readonly index_templates: readonly [
    { readonly index_template: { readonly template: { readonly settings: object } } },
  ];
};

const schemaNames = Object.keys(schemas) as readonly SchemaName[];

/** Records that were found on wires, or that somebody may send. */
export async function oddCases(t: TestContext, product: Product, node: SearchNode): Promise<void> {
  const version = versionOf[product];
  const captured = await Promise.all(refusedCaptures.map(([name]) => recordsOfCapture(name)));
  const records = [...oddRecords, ...captured.flat()].map((record, index) => ({ ...record, id: `odd-${index}` }));

  for (const template of [true, false]) {
    for (const schema of schemaNames) {
      await t.test(`takes every record of the ${schema} schema with${template ? '' : 'out'} our template`, async () => {
        const index = `every-${schema}-${template}`;
        await deliverAll(node, records, { schema, index, template, ...version });
        if (!template) assert.equal(await countFields(node, index), modelled(records, schema).fields);
      });
    }
  }

  await t.test('takes every record where an index is older than its template', async () => {
    await node.ask('POST', '/older/_doc?refresh=true', { request_headers: { 'x-a': '1', 'x-date': '2024-01-01' } });
    const headers = oddHeaders
      .filter((one) => Object.keys(one).length < 100)
      .map((one, at) => recordOfHeaders(at, one));
    await deliverAll(node, headers, { schema: 'flat', index: 'older', ...version, dataStream: false }, 1);
  });

  await t.test('finds headers in lines', async () => {
    const query = { match_phrase: { 'request_headers.lines': 'x-3-7: invented' } };
    const { count } = await node.ask<{ count: number }>('POST', '/every-flat-false/_count', { query });
    assert.equal(count, 1);
  });

  await t.test('goes on with the template and the data stream of the last release', async () => {
    for (const schema of schemaNames) {
      const index = `released-${schema}`;
      const before = released(product, schema, index);
      await node.ask('PUT', `/_index_template/${index}`, before);
      await node.ask('POST', `/${index}/_doc?refresh=true`, { '@timestamp': '2024-01-01T00:00:00Z' });
      const lines = await deliverAll(node, oddRecords, { schema, index, ...version }, 1);
      assert.match(lines, new RegExp(`index template ${index} updated from version 1 to \\d+`));
      const { index_templates: templates } = await node.ask<Templates>('GET', `/_index_template/${index}`);
      assert.deepEqual(templates[0].index_template.template.settings, { index: { number_of_replicas: '0' } });
      const late = schema === 'ecs' || schema === 'otel' ? 'exchange.late' : 'late';
      assert.equal(find((await mappingOf(node, index)).properties, late)?.type, 'boolean');
    }
  });

  await t.test(
    'takes the commands of docs/delivery.md, and the logger finds what they have installed',
    async (test) => {
      for (const command of documentedCommands(product)) {
        if (/_ilm|_ism/.test(command)) {
          test.diagnostic(`not tried, because the node has no such part: ${command}`);
          continue;
        }
        const file = /@(\S+)/.exec(command)?.[1] ?? assert.fail(command);
        const text = readFileSync(file, 'utf8');
        // The node for tests has no lifecycle policies, and refuses their settings.
        const accepted = text.replace(/^.*"index\.lifecycle\.name".*\n/m, '');
        const replaced = command.replace(`@${file}`, '@-').replace('$SERVER', node.baseUrl);
        const said = execFileSync('bash', ['-c', replaced], { input: accepted, encoding: 'utf8' });
        assert.match(said, /"acknowledged":true/);
      }
      const lines = await deliverAll(node, oddRecords, {
        schema: 'flat',
        index: 'k8s-internal-networking',
        ...version,
      });
      assert.match(lines, /index template k8s-internal-networking is there$/m);
    },
  );
}

/** States of an index, and of the process, that pass. */
export async function chaosCases(t: TestContext, product: Product, node: SearchNode): Promise<void> {
  const version = versionOf[product];
  // The second is what a disk that is nearly full does. After 403 the next attempt is a while later.
  const blocks = {
    true: ['index.blocks.write', 'index.blocks.read_only_allow_delete'],
    false: ['index.blocks.read_only'],
  };

  for (const template of [true, false]) {
    await t.test(
      `has every record once after its index was blocked, with${template ? '' : 'out'} our template`,
      async () => {
        const index = `blocked-${template}`;
        const { delivery, lines } = openSink(node, 'flat', { index, template, ...version });
        let written = 0;
        const write = (count: number) => {
          for (let at = 0; at < count; at++) delivery.write(createRecord(written++));
        };
        write(100);
        await until(delivery, ({ delivered }) => delivered === written);
        for (const block of blocks[`${template}`]) {
          const { retried } = delivery.account;
          await node.ask('PUT', `/${index}/_settings`, { [block]: true });
          write(700);
          await until(delivery, (now) => now.retried > retried);
          await node.ask('PUT', `/${index}/_settings`, { [block]: null });
          await until(delivery, ({ delivered }) => delivered === written);
        }
        await delivery.close(60_000);
        await hasAll(node, index, written);
        assert.equal(unaccounted(delivery.account), 0);
        assert.ok(lines.matching(/block/).length > 0, lines.all.join('\n'));
      },
    );
  }

  await t.test('has every record once after it stood still under load', async () => {
    const { delivery } = openSink(node, 'flat', { index: 'frozen', timeoutMs: 2000, ...version });
    for (let at = 0; at < 3000; at++) delivery.write(createRecord(at));
    await until(delivery, ({ delivered }) => delivered > 0);
    node.freeze();
    for (let at = 3000; at < 5000; at++) delivery.write(createRecord(at));
    await until(delivery, ({ state }) => state !== 'working');
    node.goOn();
    await delivery.close(120_000);
    assert.equal(delivery.account.delivered, 5000);
    await hasAll(node, 'frozen', 5000);
  });
}

type Target = Partial<ElasticsearchSettings> & { readonly schema: SchemaName; readonly index: string };

/** Gives what the sink has said. */
async function deliverAll(
  node: SearchNode,
  records: readonly LogRecord[],
  { schema, ...changes }: Target,
  others = 0,
): Promise<string> {
  const { delivery, lines } = openSink(node, schema, changes);
  for (const record of records) delivery.write(record);
  await delivery.close(120_000);
  const said = lines.all.join('\n');
  assert.equal(delivery.account.delivered, records.length, said);
  await hasAll(node, changes.index, records.length + others);
  return said;
}

async function hasAll(node: SearchNode, index: string, documents: number): Promise<void> {
  await node.ask('POST', `/${index}/_refresh`);
  assert.equal((await node.ask<{ count: number }>('GET', `/${index}/_count`)).count, documents);
}

/** Fails with what a sink has counted, long after what is waited for should have come. */
async function until({ account }: Delivery, condition: (account: SinkAccount) => boolean): Promise<void> {
  for (const deadline = Date.now() + 240_000; !condition(account); await sleep(5)) {
    assert.ok(Date.now() < deadline, JSON.stringify(account));
  }
}

/** What the model makes of them. */
function modelled(records: readonly LogRecord[], schema: SchemaName): DynamicIndex {
  const model = new DynamicIndex();
  const body = encodedBatch(createBulkEncoder('http', createEncodings(schema)), records).bytes.toString();
  const documents = plainBody(body, elasticsearchFields[schema]).split('\n');
  for (const document of documents.filter((_, line) => line % 2 === 1)) model.store(JSON.parse(document));
  return model;
}

async function mappingOf(node: SearchNode, index: string) {
  const found = Object.entries(await node.ask<Mapping>('GET', `/${index}/_mapping`));
  return found[0]?.[1].mappings ?? assert.fail(index);
}

async function countFields(node: SearchNode, index: string): Promise<number> {
  return count((await mappingOf(node, index)).properties);
}

function count(properties: Properties): number {
  return Object.values(properties).reduce(
    (sum, { properties: inner = {}, fields = {} }) => sum + 1 + count(inner) + count(fields),
    0,
  );
}

function find(properties: Properties, path: string): Field | undefined {
  const [name = '', ...rest] = path.split('.');
  const field = properties[path] ?? properties[name];
  return rest.length === 0 || field?.properties === undefined ? field : find(field.properties, rest.join('.'));
}

function released(product: Product, schema: SchemaName, index: string): object {
  const url = new URL(`../sink/earlier-templates/version-1-${schema}.json`, import.meta.url);
  const text = readFileSync(url, 'utf8');
  const template = JSON.parse(product === 'opensearch' ? asOpenSearch(text) : text);
  return {
    ...template,
    index_patterns: [index],
    template: { ...template.template, settings: { index: { number_of_replicas: '0' } } },
  };
}

function asOpenSearch(text: string): string {
  return text.replaceAll(/"type": "flattened",\s*"ignore_above": \d+/g, '"type": "flat_object"');
}

/** Those that install something, with the lines that they go on in. */
function documentedCommands(product: Product): readonly string[] {
  const page = readFileSync('docs/delivery.md', 'utf8').replaceAll(/\\\n\s*/g, '');
  return page.match(new RegExp(`^curl .*@deploy/${product}/.*$`, 'gm')) ?? assert.fail(`no command for ${product}`);
}
