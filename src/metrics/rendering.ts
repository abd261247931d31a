import { closings, type Format, formatHeading, formatSample } from './exposition.ts';
import type { Metric } from './metric.ts';

/** Lines that are written before the event loop gets a turn: those of 30 histograms, about a millisecond. */
const linesPerSlice = 500;

/** A stretch of the text in each format; where they do not differ, it is the same bytes. */
type Part = { readonly [F in Format]: Buffer };

/** Metrics as text in every format. All who send it share its bytes and must not change them. */
export type Rendering = readonly Part[];

/** `turn` resolves when the event loop has done everything else: a large text must not keep packets waiting. */
export async function renderMetrics(metrics: readonly Metric[], turn: () => Promise<void>): Promise<Rendering> {
  const parts: Part[] = [];
  let [lines, text] = [0, ''];
  const flush = () => {
    const bytes = Buffer.from(text);
    parts.push({ prometheus: bytes, openmetrics: bytes });
    text = '';
  };
  for (const metric of metrics) {
    let isFirst = true;
    for (const sample of metric.samples) {
      if (isFirst) parts.push(headingOf(metric));
      isFirst = false;
      text += formatSample(metric, sample);
      if (++lines % linesPerSlice !== 0) continue;
      flush();
      await turn();
    }
    if (text !== '') flush();
  }
  parts.push({ prometheus: Buffer.from(closings.prometheus), openmetrics: Buffer.from(closings.openmetrics) });
  return parts;
}

/** Bytes of the text in a format. */
export function lengthOf(rendering: Rendering, format: Format): number {
  return rendering.reduce((sum, part) => sum + part[format].length, 0);
}

function headingOf(metric: Metric): Part {
  const inFormat = (format: Format) => Buffer.from(formatHeading(metric, format));
  return { prometheus: inFormat('prometheus'), openmetrics: inFormat('openmetrics') };
}
