import type { Labels, Metric, Sample } from './metric.ts';

/** A text format that Prometheus reads. */
export type Format = 'prometheus' | 'openmetrics';

export const contentTypes: { readonly [F in Format]: string } = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The format that an Accept field asks for; who asks for nothing gets the older one. */
export function acceptedFormat(accept: string | undefined): Format {
  return accept?.toLowerCase().includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
}

/** Metrics as text (https://prometheus.io/docs/instrumenting/exposition_formats, https://prometheus.io/docs/specs/om/open_metrics_spec). */
export function formatMetrics(metrics: readonly Metric[], format: Format): string {
  let text = '';
  for (const metric of metrics) {
    if (metric.samples.length === 0) continue;
    const family = format === 'prometheus' ? `${metric.name}${endingOf(metric)}` : metric.name;
    const type = format === 'prometheus' && metric.type === 'info' ? 'gauge' : metric.type;
    text += `# HELP ${family} ${escapeHelp(metric.help)}\n# TYPE ${family} ${type}\n`;
    for (const sample of metric.samples) text += formatSample(metric, sample);
  }
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function formatSample(metric: Metric, { labels, ending, value }: Sample): string {
  return `${metric.name}${ending ?? endingOf(metric)}${formatLabels(labels)} ${formatNumber(value)}\n`;
}

/** What every sample of such a metric has behind its name. */
function endingOf({ type }: Metric): string {
  if (type === 'counter') return '_total';
  return type === 'info' ? '_info' : '';
}

function formatLabels(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
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
