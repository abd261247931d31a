// What Prometheus reads of a pod's logger, each minute, as `promtool test rules` wants it.
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { FailedConnection } from '../../../src/exchange/failed-connection.ts';
import type { Metric } from '../../../src/metrics/metric.ts';
import { makeRequestMetrics } from '../metrics/make-request-metrics.ts';

export type Traffic = { readonly exchanges?: readonly Exchange[]; readonly connects?: readonly FailedConnection[] };
export type Scenario = {
  /** What happens in the minute before each scrape but the first. */
  readonly minute: (minute: number) => Traffic;
  /** Minutes in which the logger starts again: it has forgotten everything, and what follows is new. */
  readonly restarts?: readonly number[];
  readonly pod?: string;
};
type InputSeries = { readonly series: string; readonly values: string };

/** The series of a pod from its first scrape on. */
export function simulatePod(
  { minute, restarts = [], pod = 'shop-1' }: Scenario,
  minutes: number,
): readonly InputSeries[] {
  const series = new Map<string, string[]>();
  let made = makeRequestMetrics({ maxRoutes: 100, maxPeers: 50, maxSeries: 1000 });
  for (let at = 0; at <= minutes; at++) {
    if (restarts.includes(at)) made = makeRequestMetrics({ maxRoutes: 100, maxPeers: 50, maxSeries: 1000 });
    const { exchanges = [], connects = [] } = at === 0 || restarts.includes(at) ? {} : minute(at);
    for (const exchange of exchanges) made.requests.observe(exchange);
    for (const connect of connects) made.connects.observe(connect);
    for (const metric of made.metrics()) scrape(series, metric, { at, pod });
  }
  return [...series].map(([name, values]) => ({ series: name, values: values.join(' ') }));
}

type Scrape = { readonly at: number; readonly pod: string };

function scrape(series: Map<string, string[]>, metric: Metric, { at, pod }: Scrape): void {
  for (const { labels = {}, ending = metric.type === 'counter' ? '_total' : '', bound, value } of metric.samples) {
    const all = { namespace: 'demo', pod, ...labels, ...(bound === undefined ? {} : { le: bound }) };
    const pairs = Object.entries(all).map(([name, text]) => `${name}="${text}"`);
    const name = `${metric.name}${ending}{${pairs.join(',')}}`;
    const values = series.get(name) ?? [];
    // Missing until then.
    while (values.length < at) values.push('_');
    values.push(String(value));
    series.set(name, values);
  }
}
