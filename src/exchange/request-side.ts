import { type Framing, requestFraming } from '../http/framing.ts';
import type { RequestHead } from '../http/head.ts';
import type { LostReason, MessageHandler, MessageStart } from '../http/message-handler.ts';
import { OpenExchange, OpenMessage } from './open-exchange.ts';
import type { Pairing } from './pairing.ts';

/** Notes what the client says: every request begins an exchange. */
export class RequestSide implements MessageHandler<RequestHead> {
  readonly #pairing: Pairing;
  readonly #bodyLimitBytes: number;
  /** The exchange whose request is still being sent. */
  #current: OpenExchange | undefined;

  constructor(pairing: Pairing, bodyLimitBytes: number) {
    this.#pairing = pairing;
    this.#bodyLimitBytes = bodyLimitBytes;
  }

  head(head: RequestHead, start: MessageStart, time: number): Framing {
    const exchange = new OpenExchange(this.#pairing);
    exchange.request = new OpenMessage(head, start, time);
    exchange.lastActivity = time;
    this.#current = exchange;
    this.#pairing.begin(exchange, head.headers.heldBytes);
    return requestFraming(head);
  }

  body(bytes: Buffer, start: number, end: number, time: number): void {
    const exchange = this.#current;
    if (exchange?.request === undefined) return;
    this.#pairing.noteActivity(exchange, time);
    this.#pairing.account(exchange, exchange.request.add(bytes, start, end, time, this.#bodyLimitBytes));
  }

  missing(bytes: number): void {
    if (this.#current?.request !== undefined) this.#current.miss(this.#current.request, bytes);
  }

  end(time: number): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange?.request === undefined) return;
    exchange.request.finish(time);
    if (exchange.response?.isDone && !exchange.isOver) this.#pairing.end(exchange, 'answered');
  }

  cut(time: number): void {
    this.end(time);
  }

  lost(reason: LostReason, bytes: number): void {
    const exchange = this.#current;
    this.#pairing.requestLost(reason, exchange !== undefined);
    if (exchange === undefined) return;
    exchange.gapBytes += bytes;
    exchange.incomplete ||= reason === 'gap';
    this.end(exchange.lastActivity);
  }
}
