/** An exchange that has not ended. */
export interface CountedExchange {
  /** Undefined if its request was not seen. */
  readonly target: string | undefined;
  /** It is among the exchanges that a pod still has to finish. */
  isCounted: boolean;
}

/**
 * How many exchanges are open and how many have begun, so that a shutdown can wait until the pod has nothing more to
 * do. Probes continue until the very end: exchanges that are not to be logged do not count.
 */
export class OpenExchanges {
  readonly #isIgnored: (target: string) => boolean;
  size = 0;
  /** Since the start. */
  begun = 0;

  constructor(isIgnored: (target: string) => boolean) {
    this.#isIgnored = isIgnored;
  }

  add(exchange: CountedExchange): void {
    this.reopen(exchange);
    if (exchange.isCounted) this.begun++;
  }

  /** An exchange that was given up continues. */
  reopen(exchange: CountedExchange): void {
    const { target } = exchange;
    if (target !== undefined && this.#isIgnored(target)) return;
    exchange.isCounted = true;
    this.size++;
  }

  remove(exchange: CountedExchange): void {
    if (!exchange.isCounted) return;
    exchange.isCounted = false;
    this.size--;
  }
}
