import type { HeaderFields } from '../http/header-fields.ts';
import { Exemplars } from './exemplar.ts';
import type { Labels, Sample } from './metric.ts';

/** Counts by the values of one label. All are there from the beginning, so that a rate shows the first of a kind. */
export class CountsBy<Value extends string> {
  readonly #label: string;
  readonly #values: readonly Value[];
  readonly #counts: Float64Array;
  readonly #exemplars = new Exemplars();

  constructor(label: string, values: readonly Value[]) {
    this.#label = label;
    this.#values = values;
    this.#counts = new Float64Array(values.length);
  }

  /** With the header fields of the request that is counted, its trace becomes an example. `time`: microseconds. */
  count(value: Value, headers?: HeaderFields, time = 0): void {
    const index = this.#values.indexOf(value);
    this.#counts[index] = (this.#counts[index] as number) + 1;
    if (headers !== undefined) this.#exemplars.offer(index, headers, { value: 1, time });
  }

  samples(labels: Labels): readonly Sample[] {
    return this.#values.map((value, index) => ({
      labels: { ...labels, [this.#label]: value },
      value: this.#counts[index] as number,
      exemplar: this.#exemplars.get(index),
    }));
  }
}
