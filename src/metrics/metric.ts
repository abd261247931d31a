import type { Exemplar } from './exemplar.ts';

/** One line of a metric: its labels, and for a histogram the ending of its name and the bound of its bucket. */
export type Sample = {
  readonly labels?: Labels;
  readonly ending?: '_bucket' | '_sum' | '_count';
  /** The label `le`, behind the others. */
  readonly bound?: string;
  readonly value: number;
  /** One of the exchanges that a counter or a bucket counts; only OpenMetrics shows it. */
  readonly exemplar?: Exemplar | undefined;
};

export type Labels = { readonly [name: string]: string };

/**
 * A metric with all of its samples, each with its value at the moment when it is read: there may be many, and packets
 * are captured between the first and the last. The name of a counter has no `_total`: the text formats add it.
 */
export type Metric = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly help: string;
  readonly samples: Iterable<Sample>;
};
