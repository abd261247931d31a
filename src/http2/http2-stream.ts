import type { ExchangeListener, MessageListener } from '../http/exchange-listener.ts';
import type { RequestHead } from '../http/head.ts';
import type { UpgradedStream } from './upgraded-stream.ts';

/** What has been seen of one of the two messages of a stream. */
type Seen = { hasHead: boolean; hasEnded: boolean };

/** One stream: a request and its response (RFC 9113, section 8.1). */
export class Http2Stream {
  readonly id: number;
  readonly exchange: ExchangeListener;
  readonly request: Seen = { hasHead: false, hasEnded: false };
  readonly response: Seen = { hasHead: false, hasEnded: false };

  /** A CONNECT whose answer is due. */
  connect: RequestHead | undefined;
  /** What it has become. */
  upgraded: UpgradedStream | undefined;

  constructor(id: number, exchange: ExchangeListener) {
    this.id = id;
    this.exchange = exchange;
  }

  /** What one side says on it. */
  side(isClient: boolean): Seen {
    return isClient ? this.request : this.response;
  }

  /** The message of one side, as long as it has not ended. */
  open(isClient: boolean): Pick<MessageListener<never>, 'body' | 'missing' | 'end'> | undefined {
    const { hasHead, hasEnded } = this.side(isClient);
    if (!hasHead || hasEnded) return undefined;
    return isClient ? this.exchange.request : this.exchange.response;
  }
}
