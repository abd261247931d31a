/** What has arrived so far, as a receiver tells it. */
export type Arrived = {
  readonly records: number;
  /** Without those that came again. */
  readonly distinct: number;
  /** Of the newest record since the last report, and of this report: milliseconds since 1970. */
  readonly newest: number;
  readonly at: number;
};

/** Counts the records that arrive, by their ids. */
export class ReceiverTally {
  readonly #ids = new Set<string>();
  #records = 0;
  #newest = 0;
  #reported = 0;

  add(id: string, milliseconds: number): void {
    this.#records++;
    this.#ids.add(id);
    if (milliseconds > this.#newest) this.#newest = milliseconds;
  }

  /** A record of the schema `flat` in JSON. */
  addJson(text: string): void {
    this.addDocument(JSON.parse(text));
  }

  addDocument({ id, time }: { readonly id: string; readonly time: string }): void {
    this.add(id, Date.parse(time));
  }

  /** `undefined` when nothing has come since the last one. */
  report(): Arrived | undefined {
    if (this.#records === this.#reported) return undefined;
    const arrived = { records: this.#records, distinct: this.#ids.size, newest: this.#newest, at: Date.now() };
    this.#reported = this.#records;
    this.#newest = 0;
    return arrived;
  }
}
