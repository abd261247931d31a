import type { Labels, Sample } from './metric.ts';

/** Counts by their labels, of which there must be few. */
export class LabelledCounts {
  readonly #counts = new Map<string, { readonly labels: Labels; count: number }>();

  /** The labels in the same order each time. */
  count(labels: Labels): void {
    const key = Object.values(labels).join(' ');
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, count: 1 });
    else known.count++;
  }

  samples(): readonly Sample[] {
    return [...this.#counts.values()].map(({ labels, count }) => ({ labels, value: count }));
  }
}
