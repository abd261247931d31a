import { closings, type Format, formatHeading, formatSample } from './exposition.ts';
import type { Metric } from './metric.ts';

/** Lines that are written before the event loop gets a turn: those of 30 histograms, about a millisecond. */
const linesPerSlice = 500;

/** Metrics as text. All who send it share its bytes and must not change them. */
export type Rendering = readonly Buffer[];

export type RenderingOptions = {
  readonly format: Format;
  /** Resolves when the event loop has done everything else: a large text must not keep packets waiting. */
  readonly turn: () => Promise<void>;
};

export async function renderMetrics(
  metrics: readonly Metric[],
  { format, turn }: RenderingOptions,
): Promise<Rendering> {
  const parts: Buffer[] = [];
  let [lines, text] = [0, ''];
  for (const metric of metrics) {
    let isFirst = true;
    for (const sample of metric.samples) {
      if (isFirst) text += formatHeading(metric, format);
      isFirst = false;
      text += formatSample(metric, sample, format);
      if (++lines % linesPerSlice !== 0) continue;
      parts.push(Buffer.from(text));
      text = '';
      await turn();
    }
  }
  parts.push(Buffer.from(text + closings[format]));
  return parts;
}

/** Bytes of the text. */
export function lengthOf(rendering: Rendering): number {
  return rendering.reduce((sum, part) => sum + part.length, 0);
}
