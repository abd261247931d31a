import { closings, type Format, formatHeading, formatSample } from './exposition.ts';
import type { Metric } from './metric.ts';

/** Lines that are written before the event loop gets a turn: those of 30 histograms, about a millisecond. */
const linesPerSlice = 500;

/** A stretch of the text in each format; where they do not differ, it is the same bytes. */
type Piece = { readonly [F in Format]: Buffer };

/** Metrics as text in every format. Whoever sends it shares its bytes with the others and must not change them. */
export type Rendering = readonly Piece[];

/** `turn` resolves when the event loop has seen to everything else: a large text must not keep packets waiting. */
export async function renderMetrics(metrics: readonly Metric[], turn: () => Promise<void>): Promise<Rendering> {
  const pieces: Piece[] = [];
  let [lines, text] = [0, ''];
  const flush = () => {
    const bytes = Buffer.from(text);
    pieces.push({ prometheus: bytes, openmetrics: bytes });
    text = '';
  };
  for (const metric of metrics) {
    let isFirst = true;
    for (const sample of metric.samples) {
      if (isFirst) pieces.push(headingOf(metric));
      isFirst = false;
      text += formatSample(metric, sample);
      if (++lines % linesPerSlice !== 0) continue;
      flush();
      await turn();
    }
    if (text !== '') flush();
  }
  pieces.push({ prometheus: Buffer.from(closings.prometheus), openmetrics: Buffer.from(closings.openmetrics) });
  return pieces;
}

/** Bytes of the text in a format. */
export function lengthOf(rendering: Rendering, format: Format): number {
  return rendering.reduce((sum, piece) => sum + piece[format].length, 0);
}

function headingOf(metric: Metric): Piece {
  const inFormat = (format: Format) => Buffer.from(formatHeading(metric, format));
  return { prometheus: inFormat('prometheus'), openmetrics: inFormat('openmetrics') };
}
