import type { ExchangeListener, MessageListener } from '../http/exchange-listener.ts';

/** One of the two messages of a stream. */
export type StreamMessage = { hasHead: boolean; hasEnded: boolean };

/** One stream: a request and its response (RFC 9113, section 8.1). */
export class Http2Stream {
  readonly exchange: ExchangeListener;
  readonly request: StreamMessage = { hasHead: false, hasEnded: false };
  readonly response: StreamMessage = { hasHead: false, hasEnded: false };

  constructor(exchange: ExchangeListener) {
    this.exchange = exchange;
  }

  /** What one side says on it. */
  side(isClient: boolean): StreamMessage {
    return isClient ? this.request : this.response;
  }

  listener(isClient: boolean): MessageListener<never> {
    return isClient ? this.exchange.request : this.exchange.response;
  }
}
