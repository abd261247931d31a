import { type Framing, responseFraming } from '../http/framing.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { LostReason, MessageHandler, MessageStart } from '../http/message-handler.ts';
import type { MessageParser } from '../http/message-parser.ts';
import { type OpenExchange, OpenMessage } from './open-exchange.ts';
import type { Pairing } from './pairing.ts';

/** A response with more interim answers than this is not believed to need them all. */
const maxInformational = 16;

/** Notes what the server says: every final response ends the exchange it belongs to. */
export class ResponseSide implements MessageHandler<ResponseHead> {
  readonly #pairing: Pairing;
  readonly #requests: MessageParser<RequestHead>;
  readonly #bodyLimitBytes: number;
  readonly #becomeTunnel: () => void;
  /** The exchange whose response is still being sent. */
  #current: OpenExchange | undefined;

  /** `becomeTunnel` is called when both sides have agreed to speak something else from here on. */
  constructor(
    pairing: Pairing,
    requests: MessageParser<RequestHead>,
    bodyLimitBytes: number,
    becomeTunnel: () => void,
  ) {
    this.#pairing = pairing;
    this.#requests = requests;
    this.#bodyLimitBytes = bodyLimitBytes;
    this.#becomeTunnel = becomeTunnel;
  }

  head(head: ResponseHead, start: MessageStart, time: number): Framing {
    if (head.status >= 200) this.#endRequestHead();
    const awaiting = this.#pairing.awaiting(head.status);
    if (head.status < 200 && head.status !== 101) {
      if (awaiting !== undefined) this.#noteInterim(awaiting, head.status, time);
      return responseFraming(head, undefined);
    }
    const exchange = awaiting ?? this.#pairing.orphan();
    exchange.response = new OpenMessage(head, start, time);
    this.#current = exchange;
    this.#pairing.answered(exchange, head.headers.heldBytes);
    const method = exchange.request?.head.method;
    const framing = responseFraming(head, method);
    exchange.isTunnel = framing.kind === 'tunnel';
    if (method === undefined || (method === 'CONNECT' && !exchange.isTunnel)) this.#requests.resume();
    if (exchange.awaitsContinue) this.#requests.expectAbsentBody();
    return framing;
  }

  body(bytes: Buffer, start: number, end: number, time: number): void {
    const exchange = this.#current;
    if (exchange?.response === undefined) return;
    this.#pairing.account(exchange, exchange.response.add(bytes, start, end, time, this.#bodyLimitBytes));
  }

  missing(bytes: number): void {
    this.#pairing.responseCut();
    if (this.#current?.response !== undefined) this.#current.miss(this.#current.response, bytes);
  }

  end(time: number): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange?.response === undefined) return;
    exchange.response.finish(time);
    const { request, isTunnel } = exchange;
    if (request === undefined || request.isDone || isTunnel || exchange.awaitsContinue) {
      this.#pairing.end(exchange, 'answered');
    }
    if (isTunnel) this.#becomeTunnel();
  }

  cut(): void {
    this.interrupt('closed');
  }

  lost(reason: LostReason, bytes: number): void {
    const exchange = this.#current;
    this.#requests.resume();
    if (reason !== 'gap') this.#endRequestHead();
    const { isInHead } = this.#requests;
    if (exchange === undefined) return this.#pairing.responseLost(reason, bytes, isInHead);
    exchange.gapBytes += bytes;
    exchange.incomplete ||= reason === 'gap';
    this.interrupt('answered');
    this.#pairing.responseLost(reason, 0, isInHead);
  }

  /** The response in progress will not be complete. */
  interrupt(outcome: 'reset' | 'closed' | 'answered'): void {
    const exchange = this.#current;
    this.#current = undefined;
    if (exchange !== undefined) this.#pairing.end(exchange, outcome);
  }

  /** The capture stopped while a response was being sent. */
  abandon(): void {
    if (this.#current !== undefined) this.#current.incomplete = true;
    this.interrupt('answered');
  }

  /** A server need not have seen the whole head to answer it (400, 408, 414, 431), and HTTP/0.9 does not tell where a head ends. */
  #endRequestHead(): void {
    if (this.#requests.isInHead && this.#pairing.isIdle) this.#requests.answered();
  }

  #noteInterim(exchange: OpenExchange, status: number, time: number): void {
    this.#pairing.noteActivity(exchange, time);
    exchange.informational ??= [];
    if (exchange.informational.length < maxInformational) exchange.informational.push(status);
  }
}
