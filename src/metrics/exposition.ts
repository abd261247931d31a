import type { Exemplar } from './exemplar.ts';
import type { Labels, Metric, Sample } from './metric.ts';

/** A text format that Prometheus reads. */
export type Format = 'prometheus' | 'openmetrics';

export const contentTypes: { readonly [F in Format]: string } = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** Prometheus asks for four. */
const maxRanges = 16;

/** What stands behind the last metric. */
export const closings: { readonly [F in Format]: string } = { prometheus: '', openmetrics: '# EOF\n' };

/** The format that an Accept field prefers (RFC 9110, section 12.5.1); the older one if it has no preference. */
export function acceptedFormat(accept = ''): Format {
  const ranges = accept.toLowerCase().split(',').slice(0, maxRanges);
  const weightOf = (...types: readonly string[]) => {
    const fitting = ranges.filter((range) => types.includes(range.split(';', 1)[0]?.trim() ?? ''));
    return Math.max(0, ...fitting.map((range) => Number(/;\s*q=([\d.]+)/.exec(range)?.[1] ?? 1)));
  };
  return weightOf('application/openmetrics-text') > weightOf('text/plain', 'text/*') ? 'openmetrics' : 'prometheus';
}

/**
 * The lines before the samples of a metric: all in which the two formats differ
 * (https://prometheus.io/docs/instrumenting/exposition_formats, https://prometheus.io/docs/specs/om/open_metrics_spec).
 */
export function formatHeading(metric: Metric, format: Format): string {
  const family = format === 'prometheus' ? `${metric.name}${endingOf(metric)}` : metric.name;
  const type = format === 'prometheus' && metric.type === 'info' ? 'gauge' : metric.type;
  return `# HELP ${family} ${escapeHelp(metric.help)}\n# TYPE ${family} ${type}\n`;
}

export function formatSample(
  metric: Metric,
  { labels, ending, bound, value, exemplar }: Sample,
  format: Format,
): string {
  const pairs = labelPairs(labels);
  const all = bound === undefined ? pairs : `${pairs}${pairs === '' ? '' : ','}le="${bound}"`;
  const example = exemplar === undefined || format === 'prometheus' ? '' : formatExemplar(exemplar);
  const name = `${metric.name}${ending ?? endingOf(metric)}`;
  return `${name}${all === '' ? '' : `{${all}}`} ${formatNumber(value)}${example}\n`;
}

/** Labels of 39 characters (128 are allowed), the value, and seconds since the epoch. */
function formatExemplar({ traceId, value, time }: Exemplar): string {
  return ` # {trace_id="${traceId}"} ${formatNumber(value)} ${(time / 1e6).toFixed(3)}`;
}

/** What every sample of such a metric has behind its name. */
function endingOf({ type }: Metric): string {
  if (type === 'counter') return '_total';
  return type === 'info' ? '_info' : '';
}

let lastLabels: Labels = {};
let lastPairs = '';

/** The lines of a histogram have the same labels one after the other: they are written as text once. */
function labelPairs(labels: Labels | undefined): string {
  if (labels === undefined) return '';
  if (labels !== lastLabels) {
    lastPairs = Object.entries(labels)
      .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
      .join(',');
    lastLabels = labels;
  }
  return lastPairs;
}

/** Infinity is the only number of ours that JavaScript writes differently. */
export function formatNumber(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
