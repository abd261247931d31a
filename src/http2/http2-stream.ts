import type { ExchangeListener, MessageListener } from '../http/exchange-listener.ts';
import type { RequestHead } from '../http/head.ts';
import type { UpgradedStream } from './upgraded-stream.ts';

/** What has been seen of one of the two messages of a stream. */
type Seen = { hasHead: boolean; hasEnded: boolean };

/** One stream: a request and its response (RFC 9113, section 8.1). */
export class Http2Stream {
  readonly id: number;
  readonly exchange: ExchangeListener;
  /** What was sent before it says nothing of it; microseconds since the epoch. */
  readonly startTime: number;
  readonly request: Seen = { hasHead: false, hasEnded: false };
  readonly response: Seen = { hasHead: false, hasEnded: false };

  /** Its response may have been in what was lost. */
  isDoubtful = false;
  /** A CONNECT whose answer is due. */
  connect: RequestHead | undefined;
  /** What it has become. */
  upgraded: UpgradedStream | undefined;

  constructor(id: number, exchange: ExchangeListener, startTime: number) {
    this.id = id;
    this.exchange = exchange;
    this.startTime = startTime;
  }

  /** What one side says on it. */
  side(isClient: boolean): Seen {
    return isClient ? this.request : this.response;
  }

  /** Behind a loss, something of a response came whose head did not. */
  get isHeadLost(): boolean {
    return this.isDoubtful && !this.response.hasHead;
  }

  /** The message of one side, as long as it has not ended. */
  open(isClient: boolean): Pick<MessageListener<never>, 'body' | 'missing' | 'end'> | undefined {
    const { hasHead, hasEnded } = this.side(isClient);
    if (!hasHead || hasEnded) return undefined;
    return isClient ? this.exchange.request : this.exchange.response;
  }
}
