import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import type { SchemaName } from '../../../src/record/schema/schemas.ts';
import { unaccounted } from '../../../src/sink/account.ts';
import { createRecord } from '../record/create-record.ts';
import { flatBatch } from '../sink/elasticsearch-parts.ts';
import { openSink, versionOf } from './open-sink.ts';
import { missingNode, type Product, SearchNode } from './search-node.ts';
import { chaosCases, oddCases } from './search-node-odd-cases.ts';

/** Every tenth one of each kind, so that every count is known. */
function variedRecord(index: number): LogRecord {
  const kind = index % 10;
  return createRecord(index, {
    startTime: 1_700_000_000_000_000 + index,
    clientIp: kind < 7 ? `10.0.${kind}.${index % 250}` : `fd00::${kind}:${(index % 250).toString(16)}`,
    status: kind === 9 ? undefined : kind >= 5 ? 500 : 200,
    outcome: kind === 9 ? 'timeout' : 'answered',
    durationMs: index / 1000,
    requestHeaders: LoggedHeaders.of({ host: 'cart', 'x-kind': `kind ${kind}`, accept: ['text/html', `a/${kind}`] }),
    responseBody: kind === 0 ? `apples and pears ${index}` : undefined,
    traceId: `trace-${index}`,
  });
}

/** Where each schema has what the queries are about. */
const fieldsOf: { readonly [Name in SchemaName]: { readonly [what: string]: string } } = {
  flat: { ip: 'client_ip', status: 'status', header: 'request_headers', duration: 'duration_ms', id: 'id' },
  ecs: { ip: 'client.ip', status: 'http.response.status_code', header: 'http.request.headers', id: 'event.id' },
  otel: { ip: 'client.address', status: 'http.response.status_code', header: 'http.request.header', id: 'exchange.id' },
  legacy: { ip: 'srcIP', status: 'resCode', header: 'headers', duration: 'resTime', id: '_id' },
};

type Found = {
  readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly { readonly _id: string }[] };
  readonly aggregations: {
    readonly [name: string]: {
      readonly value: number;
      readonly buckets: readonly { readonly key: string | number; readonly doc_count: number }[];
    };
  };
};
type Search = (query: object, rest?: object) => Promise<Found>;
type Properties = { readonly [field: string]: { readonly type?: string; readonly properties?: Properties } };
type Mappings = { readonly mappings: { readonly properties: Properties } };
type Templates = { readonly index_templates: readonly { readonly index_template: { readonly template: Mappings } }[] };

/** Nested fields under their whole names, as the template has them. */
function flatten(properties: Properties, path = ''): { readonly [field: string]: object } {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) =>
      field.properties === undefined
        ? [[path + name, field]]
        : Object.entries(flatten(field.properties, `${path}${name}.`)),
    ),
  );
}

async function searcher(node: SearchNode, index: string): Promise<Search> {
  await node.ask('POST', `/${index}/_refresh`);
  return (query, rest = {}) =>
    node.ask('POST', `/${index}/_search`, { size: 0, track_total_hits: true, query, ...rest });
}

/** What a real node of this product must have stored after the sink has written to it. */
export function searchNodeCases(product: Product): void {
  const missing = missingNode(product);
  const version = versionOf[product];

  test(`a real ${product}`, { skip: missing ?? false, timeout: 1_200_000 }, async (t: TestContext) => {
    const node = await SearchNode.start(t, product);

    for (const schema of ['flat', 'ecs', 'otel', 'legacy'] as const) {
      await t.test(`has every record of the ${schema} schema once, in the right types`, async () => {
        const index = `http-${schema}`;
        const { delivery, lines } = openSink(node, schema, { index, ...version });
        const count = 2000;
        for (let at = 0; at < count; at++) delivery.write(variedRecord(at));
        await delivery.close(60_000);
        assert.equal(delivery.account.delivered, count, lines.all.join('\n'));
        assert.match(
          lines.all.join('\n'),
          new RegExp(`records go to data stream ${index}; index template ${index} installed`),
        );

        const search = await searcher(node, index);
        const total = async (query: object) => (await search(query)).hits.total.value;
        const { ip = '', status = '', header = '', id = '' } = fieldsOf[schema];
        assert.equal(await total({ match_all: {} }), count);
        assert.equal(await total({ term: { [ip]: '10.0.3.0/24' } }), 200);
        assert.equal(await total({ range: { [ip]: { gte: '10.0.2.0', lt: '10.0.4.0' } } }), 400);
        assert.equal(await total({ term: { [ip]: 'fd00::/16' } }), 600);
        assert.equal(await total({ term: { [`${header}.x-kind`]: 'kind 4' } }), 200);
        assert.equal(await total({ term: { [`${header}.accept`]: 'text/html' } }), count);
        if (schema !== 'legacy') assert.equal(await total({ term: { [id]: 'record-000017' } }), 1);
        if (schema !== 'legacy') assert.equal(await total({ range: { [status]: { gte: 400 } } }), 800);

        const statuses = { statuses: { terms: { field: status } } };
        const { aggregations } = await search({ match_all: {} }, { aggs: statuses });
        const buckets = aggregations['statuses']?.buckets.map((bucket) => [String(bucket.key), bucket.doc_count]);
        const unanswered = schema === 'legacy' ? [['408', 200]] : [];
        assert.deepEqual(buckets, [['200', 1000], ['500', 800], ...unanswered]);

        const found = Object.entries(await node.ask<{ [index: string]: Mappings }>('GET', `/${index}/_mapping`));
        assert.equal(found.length, 1);
        assert.match(found[0]?.[0] ?? '', new RegExp(`^\\.ds-${index}-`));
        const { index_templates } = await node.ask<Templates>('GET', `/_index_template/${index}`);
        const properties = flatten(found[0]?.[1].mappings.properties ?? {});
        assert.deepEqual(properties['@timestamp'], { type: schema === 'ecs' ? 'date' : 'date_nanos' });
        assert.deepEqual(
          properties,
          index_templates[0]?.index_template.template.mappings.properties,
          'no field came by itself',
        );
      });
    }

    await t.test('sorts by microseconds and finds words of bodies', async () => {
      const search = await searcher(node, 'http-flat');
      const sort = [{ '@timestamp': 'desc' }];
      const found = await search({ match_all: {} }, { size: 3, sort });
      assert.deepEqual(
        found.hits.hits.map((hit) => hit._id),
        ['record-001999', 'record-001998', 'record-001997'],
      );
      assert.equal((await search({ match: { response_body: 'pears' } })).hits.total.value, 200);
    });

    await t.test('takes a batch that it has already without storing anything twice', async () => {
      const { transport } = openSink(node, 'flat', { index: 'again', ...version });
      assert.deepEqual(await transport.send(flatBatch(10, 0, 'again')), { kind: 'delivered', duplicates: 0 });
      assert.deepEqual(await transport.send(flatBatch(15, 0, 'again')), { kind: 'delivered', duplicates: 10 });
      assert.equal((await (await searcher(node, 'again'))({ match_all: {} })).hits.total.value, 15);
      transport.close();
    });

    await t.test('takes records with anything in them', async () => {
      const odd = ['\ud800', '\0', '\n"\\', '\u2028', '😀', 'é', '\ufffd'].join('');
      for (const schema of ['flat', 'ecs', 'otel', 'legacy'] as const) {
        const { delivery, lines } = openSink(node, schema, { index: `odd-${schema}`, ...version });
        const text = { method: odd, url: `/${odd}`, path: `/${odd}`, host: odd, userAgent: odd, requestBody: odd };
        delivery.write(createRecord(1, { ...text, clientIp: '::ffff:1.2.3.4' }));
        const requestHeaders = {
          'a.b': 'dots',
          '.': 'dot',
          'a..b': 'more',
          cookie: 'é'.repeat(40_000),
          [odd]: odd,
          ' ': '',
        };
        delivery.write(createRecord(2, { requestHeaders: LoggedHeaders.of(requestHeaders) }));
        delivery.write(
          createRecord(3, {
            requestHeaders: LoggedHeaders.of({}),
            url: `/${'x'.repeat(60_000)}`,
            userAgent: '😀'.repeat(9000),
          }),
        );
        delivery.write(createRecord(4, { startTime: 0 }));
        await delivery.close(30_000);
        assert.equal(delivery.account.delivered, 4, `${schema}: ${lines.all.join('\n')}`);
      }
    });

    await oddCases(t, product, node);

    await t.test('refuses a document of the wrong shape, alone', async () => {
      const { transport } = openSink(node, 'flat', { index: 'wrong', ...version });
      const batch = flatBatch(3, 0, 'wrong');
      const bytes = Buffer.from(batch.bytes.toString().replace('"client_port":40000', '"client_port":"many"'));
      const first = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
      const shift = first - (batch.ends[0] ?? 0);
      const ends = batch.ends.map((end) => end + shift);
      const outcome = await transport.send({ ...batch, bytes, ends, keyEnds: undefined });
      assert.deepEqual(
        { ...outcome, reason: '' },
        { kind: 'mixed', duplicates: 0, retry: [], rejected: [0], reason: '' },
      );
      assert.match('reason' in outcome ? outcome.reason : '', /^400: .*client_port/);
      transport.close();
    });

    await t.test('stores by date in indices of the template', async () => {
      const index = 'daily-%{+yyyy.MM.dd}';
      const { delivery } = openSink(node, 'flat', { index, ...version });
      for (const day of [0, 1, 1]) {
        delivery.write(
          createRecord(Math.round(Math.random() * 1e6), { startTime: (1_700_000_000 + day * 86_400) * 1e6 }),
        );
      }
      await delivery.close(30_000);
      const found = await node.ask<{ [index: string]: Mappings }>('GET', '/daily-*/_mapping');
      assert.deepEqual(Object.keys(found).toSorted(), ['daily-2023.11.14', 'daily-2023.11.15']);
      for (const { mappings } of Object.values(found)) assert.equal(mappings.properties['server_ip']?.type, 'ip');
    });

    await t.test('says what it will not do: no index may be made', async () => {
      await node.ask('PUT', '/_cluster/settings', { persistent: { 'action.auto_create_index': false } });
      const { transport } = openSink(node, 'flat', { index: 'forbidden', template: false, ...version });
      const outcome = await transport.send(flatBatch(2, 0, 'forbidden'));
      assert.equal(outcome.kind, 'misconfigured');
      await node.ask('PUT', '/_cluster/settings', { persistent: { 'action.auto_create_index': null } });
      assert.equal((await transport.send(flatBatch(2, 0, 'forbidden'))).kind, 'delivered');
      transport.close();
    });

    await chaosCases(t, product, node);

    await t.test('has every record once after it was killed and started again under load', async () => {
      const { delivery, lines } = openSink(node, 'flat', { index: 'chaos', timeoutMs: 10_000, ...version });
      let written = 0;
      const write = (count: number) => {
        for (let at = 0; at < count; at++) delivery.write(createRecord(written++));
      };
      write(5000);
      while (delivery.account.delivered === 0) await sleep(5);
      await node.kill();
      write(2000);
      await node.run();
      write(2000);
      await delivery.close(120_000);
      const { account } = delivery;
      t.diagnostic(
        `${written} records, ${account.retried} sent again, ${account.duplicates} of them were there already`,
      );
      assert.equal(account.delivered, written, lines.all.join('\n'));
      assert.equal(unaccounted(account), 0);
      assert.ok(account.retried > 0);
      const search = await searcher(node, 'chaos');
      assert.equal((await search({ match_all: {} })).hits.total.value, written);
      const distinct = { ids: { cardinality: { field: 'id', precision_threshold: 40_000 } } };
      const { aggregations } = await search({ match_all: {} }, { aggs: distinct });
      assert.ok(Math.abs((aggregations['ids']?.value ?? 0) - written) <= written * 0.01);
    });
  });
}
