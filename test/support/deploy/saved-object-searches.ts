// What OpenSearch Dashboards and Kibana make of their saved objects: the searches that they send, and the rows that
// they show.
import { readFileSync } from 'node:fs';

type Reference = { readonly name: string; readonly type: string; readonly id: string };
type Meta = { readonly kibanaSavedObjectMeta: { readonly searchSourceJSON: string } };
type SavedObject = {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly migrationVersion: { readonly [type: string]: string };
};
type Lucene = { readonly query: string; readonly language: string };
type Params = {
  readonly field?: string;
  readonly orderBy?: string;
  readonly order?: string;
  readonly size?: number;
  readonly percents?: readonly number[];
  readonly filters?: readonly { readonly label: string; readonly input: Lucene }[];
};
export type Agg = { readonly id: string; readonly type: string; readonly schema: string; readonly params: Params };
type Visualization = {
  readonly id: string;
  readonly aggs: readonly Agg[];
  readonly query: Lucene;
};
export type Bucket = { readonly doc_count: number; readonly key?: string | number } & {
  readonly [agg: string]: unknown;
};
type Search = { readonly [clause: string]: unknown };

export function readSavedObjects(): readonly SavedObject[] {
  const lines = readFileSync('deploy/monitoring/saved-objects.ndjson', 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

export function searchSourceOf({ attributes }: SavedObject): {
  readonly query: Lucene;
  readonly indexRefName?: string;
} {
  return JSON.parse((attributes as Meta).kibanaSavedObjectMeta.searchSourceJSON);
}

export function visualizationsOf(objects: readonly SavedObject[]): readonly Visualization[] {
  return objects
    .filter(({ type }) => type === 'visualization')
    .map((object) => {
      const { aggs } = JSON.parse(String(object.attributes['visState']));
      return { id: object.id, aggs, query: searchSourceOf(object).query };
    });
}

/** Every query of a visualization: its own, and those of its filters. */
export function queriesOf({ query, aggs }: Visualization): readonly Lucene[] {
  return [query, ...aggs.flatMap(({ params }) => (params.filters ?? []).map(({ input }) => input))];
}

export function isMetric({ schema }: Agg): boolean {
  return schema === 'metric';
}

/**
 * Each bucket in the one before it, and the metrics in the last one: values of another cannot be ordered by them here.
 */
export function searchOf({ aggs, query }: Visualization): Search {
  const metrics = aggs.filter((agg) => isMetric(agg) && agg.type !== 'count');
  const buckets = aggs.filter((agg) => !isMetric(agg));
  const metricSearches = Object.fromEntries(metrics.map((agg) => [agg.id, metricSearch(agg)]));
  const nested = buckets.reduceRight<Search>(
    (inner, agg) => ({ [agg.id]: { ...bucketSearch(agg, metricSearches), aggs: inner } }),
    metricSearches,
  );
  return { size: 0, track_total_hits: true, query: inTime(query), aggs: nested };
}

/** With the range of the time picker. */
export function inTime(query: Lucene): Search {
  const time = {
    gte: '2023-11-14T00:00:00.000Z',
    lte: '2023-11-16T00:00:00.000Z',
    format: 'strict_date_optional_time',
  };
  return { bool: { must: [luceneSearch(query)], filter: [{ range: { '@timestamp': time } }] } };
}

function luceneSearch({ query }: Lucene): Search {
  return query === '' ? { match_all: {} } : { query_string: { query, analyze_wildcard: true } };
}

function metricSearch({ type, params: { field, percents } }: Agg): Search {
  return { [type]: percents === undefined ? { field } : { field, percents, keyed: false } };
}

function bucketSearch({ type, params }: Agg, metrics: Search): Search {
  const { field, size, order, orderBy = '', filters = [] } = params;
  if (type === 'date_histogram') {
    return { date_histogram: { field, fixed_interval: '30m', time_zone: 'UTC', min_doc_count: 1 } };
  }
  if (type === 'terms') return { terms: { field, size, order: { [orderBy in metrics ? orderBy : '_count']: order } } };
  return { filters: { filters: Object.fromEntries(filters.map(({ label, input }) => [label, luceneSearch(input)])) } };
}

/** The rows of a table, or the bars without their times, and how much is in each. */
export function rowsOf(found: { readonly [agg: string]: unknown }, aggs: readonly Agg[]): Record<string, number> {
  const rows: Record<string, number> = {};
  const [agg, ...rest] = aggs;
  if (agg === undefined) return { '': (found as Bucket).doc_count };
  const { buckets } = found[agg.id] as { buckets: readonly Bucket[] | { readonly [label: string]: Bucket } };
  for (const [label, bucket] of Object.entries(buckets)) {
    const key = agg.type === 'date_histogram' ? '' : (bucket.key ?? label);
    for (const [inner, count] of Object.entries(rowsOf(bucket, rest))) {
      // A filter that finds nothing is answered all the same.
      if (count === 0) continue;
      const row = `${key} ${inner}`.trim();
      rows[row] = (rows[row] ?? 0) + count;
    }
  }
  return rows;
}
