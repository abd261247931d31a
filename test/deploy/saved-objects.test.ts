// Saved objects for OpenSearch Dashboards and Kibana: they refer to what is there, and servers answer what they ask. That they are imported and
// drawn is not tested: neither program can be had here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { savedObjects } from '../../scripts/docs/saved-objects.ts';
import { elasticsearchVariables } from '../../src/config/elasticsearch-variables.ts';
import type { LogRecord } from '../../src/record/record.ts';
import { elasticsearchFields } from '../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { missingNode, type Product, SearchNode } from '../e2e/search-node.ts';
import { openSink, versionOf } from '../e2e/search-node-cases.ts';
import { createRecord } from '../tools/create-record.ts';
import {
  type Bucket,
  inTime,
  isMetric,
  queriesOf,
  readSavedObjects,
  rowsOf,
  searchOf,
  searchSourceOf,
  visualizationsOf,
} from './saved-object-searches.ts';

const objects = readSavedObjects();
const visualizations = visualizationsOf(objects);
const only = (type: string) => objects.find((object) => object.type === type) ?? assert.fail(`no ${type}`);
const pattern = String(only('index-pattern').attributes['title']);
const columns = only('search').attributes['columns'] as readonly string[];
const index = elasticsearchVariables.ELASTICSEARCH_INDEX.fallback;

type Panel = {
  readonly panelRefName: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
};
const panels: readonly Panel[] = JSON.parse(String(only('dashboard').attributes['panelsJSON']));

test('deploy/saved-objects.ndjson is what `npm run docs` writes', () => {
  assert.equal(readFileSync('deploy/saved-objects.ndjson', 'utf8'), savedObjects());
});

test('every object has an id of its own, stands after those that it refers to, and uses each reference', () => {
  const known = new Set<string>();
  for (const object of objects) {
    const { type, id, references } = object;
    for (const reference of references) assert.ok(known.has(`${reference.type} ${reference.id}`), reference.id);
    const used = type === 'dashboard' ? panels.map(({ panelRefName }) => panelRefName) : [indexRefOf(object)];
    assert.deepEqual(references.map(({ name }) => name).sort(), used.filter((name) => name !== undefined).sort());
    assert.ok(!known.has(`${type} ${id}`));
    known.add(`${type} ${id}`);
  }
  assert.equal(only('dashboard').references.length, objects.length - 2, 'all of them are on the dashboard');
});

function indexRefOf(object: (typeof objects)[number]): string | undefined {
  return object.type === 'index-pattern' ? undefined : searchSourceOf(object).indexRefName;
}

test('nothing claims to be newer than what OpenSearch Dashboards 2 knows', () => {
  const known = { 'index-pattern': '7.6.0', search: '7.9.3', visualization: '7.10.0', dashboard: '7.9.3' };
  assert.deepEqual(Object.assign({}, ...objects.map(({ migrationVersion }) => migrationVersion)), known);
});

test('panels do not overlap and are within the 48 columns', () => {
  const cells = panels.flatMap(({ gridData: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
  assert.ok(panels.every(({ gridData: { x, w } }) => x + w <= 48));
});

test('every field is one of the flat schema, of a type that fits', () => {
  const fields: { readonly [field: string]: string } = elasticsearchFields.flat;
  const numbers = ['long', 'double'];
  const fitting: { readonly [use: string]: readonly string[] } = {
    date_histogram: ['time'],
    terms: ['word', 'line', 'ip', 'long'],
    avg: numbers,
    percentiles: numbers,
  };
  const aggs = visualizations.flatMap((visualization) => visualization.aggs);
  for (const { type, params } of aggs) {
    if (type === 'count' || type === 'filters') continue;
    assert.ok(fitting[type]?.includes(fields[params.field ?? ''] ?? ''), `${type} of ${params.field}`);
  }
  for (const { query, language } of visualizations.flatMap(queriesOf)) {
    assert.equal(language, 'lucene');
    for (const [, exists, field, rest] of query.matchAll(/_exists_:(\w+)|(\w+):(\S)/g)) {
      const types = exists !== undefined ? Object.values(fields) : /[[>]/.test(rest ?? '') ? numbers : ['word'];
      assert.ok(types.includes(fields[exists ?? field ?? ''] ?? ''), query);
    }
  }
  assert.equal(fields[String(only('index-pattern').attributes['timeFieldName'])], 'time');
  for (const column of columns) assert.ok(column in fields, column);
});

test('what values are ordered by is a metric that can be', () => {
  for (const { aggs } of visualizations) {
    for (const { type, params } of aggs.filter((agg) => agg.type === 'terms')) {
      const by = aggs.find(({ id }) => id === params.orderBy);
      assert.ok(by !== undefined && isMetric(by) && ['count', 'avg'].includes(by.type), `${type} of ${params.field}`);
    }
  }
});

test('the pattern finds the index that is written to by default', () => {
  assert.equal(pattern, `${index}*`);
});

const kinds: readonly Partial<LogRecord>[] = [
  { status: 101 },
  { status: 204 },
  { status: 302 },
  { status: 404, path: '/missing' },
  { status: 503, path: '/broken' },
  { status: 200, path: '/slow', durationMs: 900 },
  { status: 200, outcome: 'reset' },
  { status: undefined, outcome: 'timeout' },
  { status: undefined, outcome: 'closed' },
  { status: undefined, outcome: 'unknown', durationMs: undefined },
];

/** What each visualization counts in 200 records, 20 of each kind. The first path is the slowest. */
const expected: { readonly [id: string]: { readonly [row: string]: number } } = {
  'k8s-http-requests': { '1xx': 20, '2xx': 60, '3xx': 20, '4xx': 20, '5xx': 20, none: 60 },
  'k8s-http-direction': { incoming: 100, outgoing: 100 },
  'k8s-http-errors': { '404': 20, '503': 20 },
  'k8s-http-unanswered': { closed: 20, reset: 20, timeout: 20, unknown: 20 },
  'k8s-http-slowest': { '/slow': 20, '/broken': 20, '/items': 120, '/missing': 20 },
  'k8s-http-error-paths': { '/broken 503': 20, '/missing 404': 20 },
  'k8s-http-clients': { '10.0.0.10': 50, '10.0.0.11': 50, '10.0.0.12': 50, '10.0.0.13': 50 },
  'k8s-http-servers': { '10.0.0.2 cart': 200 },
};

type Answer = {
  readonly _shards: { readonly failed: number };
  readonly hits: { readonly hits: readonly { readonly _source: Readonly<Record<string, unknown>> }[] };
  readonly aggregations: { readonly [agg: string]: unknown };
};

for (const product of ['opensearch', 'elasticsearch'] as const) {
  const skip = missingNode(product) ?? false;
  test(`a real ${product} answers what is asked`, { skip, timeout: 300_000 }, (t) => askNode(t, product));
}

async function askNode(t: TestContext, product: Product): Promise<void> {
  const node = await SearchNode.start(t, product);
  const { delivery, lines } = openSink(node, 'flat', { index, ...versionOf[product] });
  for (let at = 0; at < 200; at++) delivery.write(exchange(at));
  await delivery.close(60_000);
  assert.equal(delivery.account.delivered, 200, lines.all.join('\n'));
  await node.ask('POST', `/${pattern}/_refresh`);
  const search = async (body: object) => {
    const answer = await node.ask<Answer>('POST', `/${pattern}/_search`, body);
    assert.equal(answer._shards.failed, 0);
    return answer;
  };

  for (const visualization of visualizations) {
    const { aggregations } = await search(searchOf(visualization));
    const buckets = visualization.aggs.filter((agg) => !isMetric(agg));
    assert.deepEqual(rowsOf(aggregations, buckets), expected[visualization.id], visualization.id);
    if (visualization.id === 'k8s-http-slowest') {
      const [slowest] = (aggregations['4'] as { buckets: readonly Bucket[] }).buckets;
      assert.equal(slowest?.key, '/slow');
      assert.deepEqual(slowest['2'], { value: 900 });
      const values = [50, 95, 99].map((percent) => ({ key: percent, value: 900 }));
      assert.deepEqual(slowest['3'], { values });
    }
  }

  const sort = (only('search').attributes['sort'] as [string, string][]).map(([field, order]) => {
    return { [field]: { order, unmapped_type: 'boolean' } };
  });
  const docvalue_fields = [{ field: '@timestamp', format: 'date_time' }];
  const latest = await search({
    size: 500,
    sort,
    docvalue_fields,
    query: inTime(searchSourceOf(only('search')).query),
  });
  assert.equal(latest.hits.hits.length, 200);
  assert.equal(latest.hits.hits[0]?._source['id'], 'record-000199');
  for (const column of columns)
    assert.ok(
      latest.hits.hits.some(({ _source }) => column in _source),
      column,
    );
}

function exchange(at: number): LogRecord {
  const startTime = 1_700_000_000_000_000 + at * 60_000_000;
  const direction = at % 2 === 0 ? 'incoming' : 'outgoing';
  const changes = { startTime, direction, clientIp: `10.0.0.${10 + (at % 4)}`, path: '/items' } as const;
  return createRecord(at, { ...changes, ...kinds[at % kinds.length] });
}
