import type { HeaderFields } from '../http/header-fields.ts';
import { Exemplars } from './exemplar.ts';
import { formatNumber } from './exposition.ts';
import type { Labels, Sample } from './metric.ts';

/** How often each range of values came for one set of labels. */
export class Histogram {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  /** One more than there are bounds: the last one is beyond all of them. */
  readonly #counts: Float64Array;
  readonly #exemplars = new Exemplars();
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** A value that belongs to a request with these header fields. `time`: microseconds since the epoch. */
  observe(value: number, headers: HeaderFields, time: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
    this.#exemplars.offer(bucket, headers, { value, time });
  }

  /** All of one moment. Buckets are cumulative, the last one holds everything. */
  samples(): readonly Sample[] {
    const labels = this.#labels;
    let count = 0;
    const samples = Array.from(this.#counts, (inBucket, bucket): Sample => {
      count += inBucket;
      const bound = formatBound(this.#bounds[bucket] ?? Number.POSITIVE_INFINITY);
      return { labels, ending: '_bucket', bound, value: count, exemplar: this.#exemplars.get(bucket) };
    });
    samples.push({ labels, ending: '_sum', value: this.#sum }, { labels, ending: '_count', value: count });
    return samples;
  }
}

/** OpenMetrics wants whole numbers with a point, too; for Prometheus it is the same number. */
function formatBound(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : formatNumber(bound);
}
