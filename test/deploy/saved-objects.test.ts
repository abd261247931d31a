// Saved objects for OpenSearch Dashboards and Kibana: they refer to what is there, and servers answer what they ask.
// That they are imported and drawn is not tested: neither program can be had here.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LogRecord } from '../../src/record/record.ts';
import { elasticsearchFields } from '../../src/sink/elasticsearch/elasticsearch-fields.ts';
import { elasticsearchVariables } from '../../src/sink/elasticsearch/variables.ts';
import { naiveCounts } from '../support/deploy/naive-counts.ts';
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
} from '../support/deploy/saved-object-searches.ts';
import { openSink, versionOf } from '../support/e2e/open-sink.ts';
import { missingNode, type Product, SearchNode } from '../support/e2e/search-node.ts';
import { createRecord } from '../support/record/create-record.ts';
import { toSchema } from '../support/record/to-schema.ts';

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
      const types =
        exists !== undefined ? Object.values(fields) : /[[<>]/.test(rest ?? '') ? numbers : ['word', 'boolean'];
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

const kinds: readonly Parameters<typeof createRecord>[1][] = [
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

const call = {
  system: 'grpc',
  service: 'shop.Orders',
  message: undefined,
  requestMessages: 1,
  responseMessages: 1,
} as const;
/** Each end with its own errors; every call comes once, at the ends that are named. */
const calls: readonly Parameters<typeof createRecord>[1][] = [
  { direction: 'incoming', status: 200, path: '/call', grpc: { ...call, method: 'Get', status: 0, hasFailed: false } },
  { direction: 'incoming', status: 200, path: '/call', grpc: { ...call, method: 'Get', status: 5, hasFailed: false } },
  { direction: 'outgoing', status: 200, path: '/call', grpc: { ...call, method: 'Get', status: 5, hasFailed: true } },
  { direction: 'incoming', status: 200, path: '/call', grpc: { ...call, method: 'Get', status: 14, hasFailed: true } },
  {
    direction: 'incoming',
    status: 200,
    path: '/call',
    grpc: { ...call, method: 'Get', status: undefined, hasFailed: true },
  },
  { direction: 'incoming', status: 503, path: '/call', grpc: { ...call, method: 'Get', status: 14, hasFailed: true } },
];

/** Each follows an exchange above that had no answer: the second record of a request. */
const lateAnswers: readonly Partial<LogRecord>[] = [
  { status: 200, path: '/late', durationMs: 800 },
  { status: 503, path: '/late', durationMs: 800 },
  { status: 200, path: '/late', durationMs: 800, outcome: 'reset' },
];

/**
 * What each visualization counts of 200 exchanges, 20 of each kind, of 6 calls, and of nothing else; durations are also
 * those of late answers. The first path is slowest.
 */
const expected: { readonly [id: string]: { readonly [row: string]: number } } = {
  'k8s-http-requests': { '1xx': 20, '2xx': 65, '3xx': 20, '4xx': 20, '5xx': 21, none: 60 },
  'k8s-http-direction': { incoming: 105, outgoing: 101 },
  'k8s-http-errors': { '5xx': 21, grpc: 3, timeout: 20, reset: 20, closed: 20 },
  'k8s-http-unanswered': { closed: 20, reset: 20, timeout: 20, unknown: 20 },
  'k8s-http-slowest': { '/slow': 20, '/late': 3, '/broken': 20, '/items': 120, '/missing': 20, '/call': 6 },
  'k8s-http-error-paths': {
    '/call 5xx': 1,
    '/call grpc': 3,
    '/broken 5xx': 20,
    '/items timeout': 20,
    '/items reset': 20,
    '/items closed': 20,
  },
  'k8s-http-calls': {
    'shop.Orders Get 0': 1,
    'shop.Orders Get 5': 2,
    'shop.Orders Get 14': 2,
  },
  'k8s-http-clients': { '10.0.0.10': 52, '10.0.0.11': 52, '10.0.0.12': 51, '10.0.0.13': 51 },
  'k8s-http-servers': { '10.0.0.2 cart': 206 },
};

type Answer = {
  readonly _shards: { readonly failed: number };
  readonly hits: { readonly hits: readonly { readonly _source: Readonly<Record<string, unknown>> }[] };
  readonly aggregations: { readonly [agg: string]: unknown };
};

const records: readonly LogRecord[] = [
  ...Array.from({ length: 200 }, (_, at) => exchange(at)),
  ...Array.from({ length: 20 }, (_, at) => failedConnection(at)),
  ...calls.map((changes, at) => exchange(at, { ...changes, id: `call-${at}` })),
  ...Array.from({ length: 20 }, (_, at) => interimRecord(at)),
  ...lateAnswers.map((changes, at) => createRecord(at, { ...exchange(at), ...changes, late: true })),
];

test('every chart counts each request once, and nothing else', () => {
  const documents = records.map(toSchema.flat);
  for (const visualization of visualizations) {
    assert.deepEqual(naiveCounts(visualization, documents), expected[visualization.id], visualization.id);
  }
});

for (const product of ['opensearch', 'elasticsearch'] as const) {
  const skip = missingNode(product) ?? false;
  test(`a real ${product} answers what is asked`, { skip, timeout: 300_000 }, (t) => askNode(t, product));
}

async function askNode(t: TestContext, product: Product): Promise<void> {
  const node = await SearchNode.start(t, product);
  const { delivery, lines } = openSink(node, 'flat', { index, ...versionOf[product] });
  for (const record of records) delivery.write(record);
  await delivery.close(60_000);
  assert.equal(delivery.account.delivered, records.length, lines.all.join('\n'));
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
  const docvalueFields = [{ field: '@timestamp', format: 'date_time' }];
  const latest = await search({
    size: 500,
    sort,
    docvalue_fields: docvalueFields,
    query: inTime(searchSourceOf(only('search')).query),
  });
  assert.equal(latest.hits.hits.length, records.length);
  assert.equal(latest.hits.hits[0]?._source['id'], 'record-000199');
  for (const column of columns)
    assert.ok(
      latest.hits.hits.some(({ _source }) => column in _source),
      column,
    );
}

function exchange(at: number, more = kinds[at % kinds.length]): LogRecord {
  const startTime = 1_700_000_000_000_000 + at * 60_000_000;
  const direction = at % 2 === 0 ? 'incoming' : 'outgoing';
  const changes = { startTime, direction, clientIp: `10.0.0.${10 + (at % 4)}`, path: '/items' } as const;
  return createRecord(at, { ...changes, ...more });
}

/** Of an exchange that fails at its end. */
function interimRecord(at: number): LogRecord {
  const soFar = { kind: 'progress', part: 1, outcome: undefined, durationMs: 60_000 } as const;
  return createRecord(2000 + at, { ...exchange(at), id: `lasting-${at}`, status: 503, path: '/lasting', ...soFar });
}

function failedConnection(at: number): LogRecord {
  const nothing = { status: undefined, path: undefined, durationMs: 100_000, clientIp: '10.0.0.99' } as const;
  return createRecord(1000 + at, {
    ...exchange(at),
    ...nothing,
    id: `connect-${at}`,
    kind: 'connect',
    outcome: 'refused',
  });
}
