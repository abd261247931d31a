import type { Labels, Metric, Sample } from './metric.ts';

/** A text format that Prometheus reads. */
export type Format = 'prometheus' | 'openmetrics';

export const contentTypes: { readonly [F in Format]: string } = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What stands behind the last metric. */
export const closings: { readonly [F in Format]: string } = { prometheus: '', openmetrics: '# EOF\n' };

/** The format that an Accept field asks for; the older one without such a field. */
export function acceptedFormat(accept: string | undefined): Format {
  return accept?.toLowerCase().includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
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

export function formatSample(metric: Metric, { labels, ending, bound, value }: Sample): string {
  const pairs = labelPairs(labels);
  const all = bound === undefined ? pairs : `${pairs}${pairs === '' ? '' : ','}le="${bound}"`;
  return `${metric.name}${ending ?? endingOf(metric)}${all === '' ? '' : `{${all}}`} ${formatNumber(value)}\n`;
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
