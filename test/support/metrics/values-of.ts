import assert from 'node:assert/strict';
import type { Metric } from '../../../src/metrics/metric.ts';

/** The values of a metric by their labels, written like `GET /orders 200`; of a histogram its counts. */
export function valuesOf(metrics: readonly Metric[], name: string): Readonly<Record<string, number>> {
  const metric = metrics.find((each) => each.name === name) ?? assert.fail(`there is no ${name}`);
  const samples = [...metric.samples].filter(({ ending }) => ending === undefined || ending === '_count');
  const entries = samples.map(({ labels = {}, value }) => [Object.values(labels).join(' '), value] as const);
  assert.equal(new Set(entries.map(([labels]) => labels)).size, entries.length, `${name} has the same labels twice`);
  return Object.fromEntries(entries);
}

export function notZero(values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}
