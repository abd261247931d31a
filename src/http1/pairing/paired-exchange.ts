import type { Agreement } from '../../http/agreement.ts';
import type { ExchangeListener } from '../../http/exchange-listener.ts';
import type { RequestHead } from '../../http/head.ts';
import type { Certainty } from './certainty.ts';

/** What the order of messages depends on, of one exchange that has not ended. */
export class PairedExchange {
  readonly listener: ExchangeListener;
  /** Undefined if the request was not seen. */
  readonly method: string | undefined;
  /** It is of HTTP/0.9, as far as its first line tells. */
  readonly isSimple: boolean;
  readonly certainty: Certainty;
  /** The client asks before it sends its body (RFC 9110, section 10.1.1). */
  readonly #expectsContinue: boolean;
  /** TCP sequence number of the first byte of the request. */
  requestSequence = 0;
  /** The client did not wait for the answer to the request before. */
  isPipelined = false;
  /** A response that was sent before any of the requests that wait had come to the server: it answers none of them. */
  isUnasked = false;
  /** `100 Continue` was said: the body is due, also behind a final response. */
  hasContinued = false;
  hasRequestBody = false;
  isRequestDone = false;
  isResponseDone = false;
  /** What its response has made the connection, if that is not HTTP any more. */
  agreement: Agreement | undefined;
  isOver = false;

  constructor(listener: ExchangeListener, request: RequestHead | undefined, certainty: Certainty) {
    this.listener = listener;
    this.method = request?.method;
    this.isSimple = request?.version === 'HTTP/0.9';
    this.certainty = certainty;
    this.#expectsContinue = request?.headers.field('expect') !== undefined;
  }

  get isTunnel(): boolean {
    return this.agreement !== undefined;
  }

  get hasRequest(): boolean {
    return this.method !== undefined;
  }

  /** The client asked before it sent its body, and was not seen to be told to. */
  get isContinueDue(): boolean {
    return this.#expectsContinue && !this.hasContinued;
  }

  /** It has not begun either: behind a final response it may or may not. */
  get awaitsContinue(): boolean {
    return this.isContinueDue && !this.isRequestDone && !this.hasRequestBody;
  }
}
