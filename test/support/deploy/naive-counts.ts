// What a visualization counts, read naively: as much of Lucene's language as the saved objects use.
import assert from 'node:assert/strict';
import { type Agg, isMetric, type visualizationsOf } from './saved-object-searches.ts';

type Document = { readonly [field: string]: unknown };
type Visualization = ReturnType<typeof visualizationsOf>[number];

/** How many of the documents are in each row. */
export function naiveCounts({ query, aggs }: Visualization, documents: readonly Document[]): Record<string, number> {
  const rows: Record<string, number> = {};
  const buckets = aggs.filter((agg) => !isMetric(agg));
  for (const document of documents.filter((each) => matches(query.query, each))) {
    const keys = buckets.reduce<readonly string[]>(
      (outer, agg) => outer.flatMap((key) => keysOf(agg, document).map((inner) => `${key} ${inner}`.trim())),
      [''],
    );
    for (const key of keys) rows[key] = (rows[key] ?? 0) + 1;
  }
  return rows;
}

function keysOf({ type, params: { field = '', filters = [] } }: Agg, document: Document): readonly string[] {
  if (type === 'date_histogram') return [''];
  if (type === 'terms') return field in document ? [String(document[field])] : [];
  return filters.filter(({ input }) => matches(input.query, document)).map(({ label }) => label);
}

export function matches(query: string, document: Document): boolean {
  return split(query, ' AND ').every((part) => {
    if (part.startsWith('(')) return split(part.slice(1, -1), ' OR ').some((choice) => matches(choice, document));
    const [, not, field = '', wanted = ''] = /^(NOT )?(\w+):([^()]+)$/.exec(part) ?? assert.fail(`cannot read ${part}`);
    const isMatch = field === '_exists_' ? wanted in document : isValue(document[field], wanted);
    return isMatch !== (not !== undefined);
  });
}

/** What stands between the words, but for those in parentheses. */
function split(query: string, word: string): readonly string[] {
  const parts: string[] = [];
  for (const part of query.split(word)) {
    const last = parts.at(-1) ?? '';
    const isOpen = last.split('(').length > last.split(')').length;
    if (isOpen) parts.splice(-1, 1, `${last}${word}${part}`);
    else parts.push(part);
  }
  return parts;
}

function isValue(value: unknown, wanted: string): boolean {
  if (value === undefined) return false;
  if (wanted.startsWith('<')) return Number(value) < Number(wanted.slice(1));
  const range = /^\[(\d+) TO (\d+)\]$/.exec(wanted) ?? /^>=(\d+)$/.exec(wanted);
  if (range === null) return String(value) === wanted;
  const [, from, to = Number.POSITIVE_INFINITY] = range;
  return Number(value) >= Number(from) && Number(value) <= Number(to);
}
