import { agreementOf } from '../http/agreement.ts';
import type { Anomaly } from '../http/anomaly.ts';
import type { Ending, MessageStart } from '../http/exchange-listener.ts';
import { type ResponseHead, withAnomaly } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Upgrade } from '../http/http-connection.ts';
import { isInterim } from '../http/status.ts';
import type { Chunk } from '../tcp/stream.ts';
import { type Framing, responseFraming } from './body/framing.ts';
import { headlessResponse } from './head/head-parser.ts';
import type { LostReason, MessageHandler } from './message-handler.ts';
import type { PairedExchange } from './pairing/paired-exchange.ts';
import type { Pairing } from './pairing/pairing.ts';

/** What the client's side of the connection has to be told about responses. */
export interface ResponseWatcher {
  /** A final response has come that begins here, and is not paired yet. */
  beforeFinalResponse(start: MessageStart): void;
  /** Its head was read, and it belongs to this exchange. */
  afterFinalHead(exchange: PairedExchange): void;
  /** The response in progress lasts until the connection ends, so nothing can follow it. */
  lastResponse(): void;
  /** `bytes` were not captured. */
  responsesLost(reason: LostReason, bytes: number): void;
  /** Both sides have agreed to speak something else from here on. */
  upgraded(upgrade: Upgrade, time: number): void;
  /** What came in the same chunk behind the response that agreed to it, from `start` on. */
  behindUpgrade(chunk: Chunk, start: number): void;
}

/** What the server says: every final response ends the exchange that it belongs to. */
export class ResponseSide implements MessageHandler<ResponseHead> {
  readonly #pairing: Pairing;
  readonly #watcher: ResponseWatcher;
  /** The exchange whose response is still being sent. */
  #current: PairedExchange | undefined;
  /** It lasts until the connection ends, if it has a body at all. */
  #mayBeLast = false;

  constructor(pairing: Pairing, watcher: ResponseWatcher) {
    this.#pairing = pairing;
    this.#watcher = watcher;
  }

  head(head: ResponseHead, start: MessageStart, time: number): Framing {
    const { status } = head;
    if (!isInterim(status)) this.#watcher.beforeFinalResponse(start);
    const awaiting = this.#pairing.awaiting(status, start);
    if (isInterim(status) && status !== 101) {
      if (awaiting !== undefined && status === 100) awaiting.hasContinued = true;
      awaiting?.listener.informational(status, time);
      return responseFraming(head, undefined);
    }
    const exchange = awaiting ?? this.#pairing.orphan(start);
    this.#current = exchange;
    const framing = responseFraming(head, exchange.method);
    const { anomaly } = framing;
    exchange.listener.response.head(anomaly === undefined ? head : withAnomaly(head, anomaly), start, time);
    // HTTP/0.9 has no status line.
    if (status === undefined && !(exchange.isSimple && head === headlessResponse)) this.#pairing.noteMalformed();
    if (framing.kind === 'tunnel') exchange.agreement = agreementOf(undefined, head);
    this.#watcher.afterFinalHead(exchange);
    // Of a head that is not whole, the length may be what is missing.
    this.#mayBeLast = framing.kind === 'until-close' && head.isWhole;
    if (this.#mayBeLast && exchange.hasRequest) this.#noteLast();
    return framing;
  }

  headless(start: MessageStart): ResponseHead | undefined {
    this.#watcher.beforeFinalResponse(start);
    return this.#pairing.isResponseDue(start) ? headlessResponse : undefined;
  }

  body(chunk: Chunk, start: number, end: number): void {
    if (this.#mayBeLast) this.#noteLast();
    this.#current?.listener.response.body(chunk, start, end);
  }

  missing(bytes: number): void {
    this.#pairing.responseTruncated();
    this.#current?.listener.response.missing(bytes);
  }

  trailers(fields: HeaderFields): void {
    this.#current?.listener.response.trailers(fields);
  }

  odd(anomaly: Anomaly): void {
    this.#current?.listener.response.odd(anomaly);
  }

  end(time: number): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange === undefined) return;
    exchange.listener.response.end(time);
    exchange.isResponseDone = true;
    const { hasRequest, isRequestDone, agreement } = exchange;
    if (!hasRequest || isRequestDone || agreement !== undefined) this.#pairing.end(exchange, 'answered');
    if (agreement !== undefined) this.#watcher.upgraded({ agreement, exchange: exchange.listener }, time);
  }

  cut(): void {
    this.interrupt('closed');
  }

  lost(reason: LostReason, bytes: number): void {
    this.#watcher.responsesLost(reason, bytes);
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

  behindUpgrade(chunk: Chunk, start: number): void {
    this.#watcher.behindUpgrade(chunk, start);
  }

  get isInResponse(): boolean {
    return this.#current !== undefined;
  }

  /** The response in progress, if any, will not be whole. */
  interrupt(ending: Ending): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange !== undefined) this.#pairing.end(exchange, ending);
  }

  /** The same, because a part of it was not captured: as much as is known of that, in bytes. */
  truncate(bytes: number): void {
    this.#current?.listener.lost(bytes);
    this.interrupt('answered');
  }

  #noteLast(): void {
    this.#mayBeLast = false;
    this.#watcher.lastResponse();
  }
}
