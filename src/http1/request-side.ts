import type { Anomaly } from '../http/anomaly.ts';
import type { MessageStart } from '../http/exchange-listener.ts';
import { type RequestHead, withAnomaly } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Chunk } from '../tcp/stream.ts';
import { type Framing, requestFraming } from './body/framing.ts';
import type { LostReason, MessageHandler } from './message-handler.ts';
import type { PairedExchange } from './pairing/paired-exchange.ts';
import type { Pairing } from './pairing/pairing.ts';

/** What the client says: every request begins an exchange. */
export class RequestSide implements MessageHandler<RequestHead> {
  readonly #pairing: Pairing;
  /** The exchange whose request is still being sent. */
  #current: PairedExchange | undefined;

  constructor(pairing: Pairing) {
    this.#pairing = pairing;
  }

  head(head: RequestHead, start: MessageStart, time: number): Framing {
    const exchange = this.#pairing.begin(head, start);
    this.#current = exchange;
    const framing = requestFraming(head);
    const { anomaly } = framing;
    exchange.listener.request.head(anomaly === undefined ? head : withAnomaly(head, anomaly), start, time);
    return framing;
  }

  headless(): undefined {}

  body(chunk: Chunk, start: number, end: number): void {
    const exchange = this.#current;
    if (exchange === undefined) return;
    exchange.hasRequestBody = true;
    exchange.listener.request.body(chunk, start, end);
  }

  missing(bytes: number): void {
    const exchange = this.#current;
    if (exchange === undefined) return;
    exchange.hasRequestBody = true;
    exchange.listener.request.missing(bytes);
  }

  trailers(fields: HeaderFields): void {
    this.#current?.listener.request.trailers(fields);
  }

  odd(anomaly: Anomaly): void {
    this.#current?.listener.request.odd(anomaly);
  }

  /** A body that was asked for and never came has not ended when something else came. */
  end(time: number): void {
    const exchange = this.#current;
    if (exchange !== undefined && !exchange.awaitsContinue) exchange.listener.request.end(time);
    this.#finish();
  }

  cut(time: number): void {
    this.end(time);
  }

  lost(reason: LostReason, bytes: number): void {
    const exchange = this.#current;
    if (exchange !== undefined) {
      if (reason === 'gap') exchange.listener.lost(bytes);
      exchange.listener.request.abandon();
      this.#finish();
    }
    this.#pairing.requestLost(reason, exchange !== undefined);
  }

  unreadable(): void {
    this.#pairing.noteMalformed();
  }

  resynchronised(): void {
    this.#pairing.resynchronised();
  }

  hold(bytes: number): void {
    this.#pairing.hold(bytes);
  }

  behindUpgrade(): void {}

  /** A response may have come before its request was whole. */
  #finish(): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange === undefined) return;
    exchange.isRequestDone = true;
    if (exchange.isResponseDone && !exchange.isOver) this.#pairing.end(exchange, 'answered');
  }
}
