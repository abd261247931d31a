/** One line of a metric: its labels, and for a histogram the ending of its name. */
export type Sample = {
  readonly labels?: Labels;
  readonly ending?: '_bucket' | '_sum' | '_count';
  readonly value: number;
};

export type Labels = { readonly [name: string]: string };

/** A metric with all of its samples at this moment. The name of a counter has no `_total`: the text formats add it. */
export type Metric = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info';
  readonly help: string;
  readonly samples: readonly Sample[];
};
