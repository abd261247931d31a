import type { OpenExchange } from './open-exchange.ts';

/**
 * How many exchanges go on and how many have begun, for whoever waits until a pod has nothing more to do. Probes go on until the very end:
 * exchanges that are not to be logged do not count.
 */
export class OpenExchanges {
  readonly #isIgnored: (target: string) => boolean;
  size = 0;
  /** Since the start. */
  begun = 0;

  constructor(isIgnored: (target: string) => boolean) {
    this.#isIgnored = isIgnored;
  }

  add(exchange: OpenExchange): void {
    if (exchange.request !== undefined && this.#isIgnored(exchange.request.head.target)) return;
    exchange.isCounted = true;
    this.begun++;
    this.size++;
  }

  remove(exchange: OpenExchange): void {
    if (!exchange.isCounted) return;
    exchange.isCounted = false;
    this.size--;
  }
}
