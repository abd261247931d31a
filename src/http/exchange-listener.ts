import type { SessionListener } from '../stream/session.ts';
import type { Chunk, ConnectionHandle, Side } from '../tcp/stream.ts';
import type { Agreement } from './agreement.ts';
import type { Anomaly } from './anomaly.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { HeaderFields } from './header-fields.ts';

/** Where and when a message began. */
export type MessageStart = {
  /** Microseconds since the epoch. */
  readonly time: number;
  /** TCP sequence number of the first byte. */
  readonly sequence: number;
  /** What its sender had received of the other side when it first sent that byte (`Chunk.acknowledgment`). */
  readonly acknowledgment: number | undefined;
};

/** How an exchange ends, as far as its protocol can tell; `open`: it does not, but the capture does. */
export type Ending = 'answered' | 'reset' | 'closed' | 'open' | 'unknown';

/**
 * Hears one message: `head` first and once, then any number of `body`, `missing` and `odd`, at most one `trailers`,
 * then `end` or `abandon`. Nothing at all of a message that was not seen.
 */
export interface MessageListener<Head> {
  /** `start` is borrowed; `time` is that of the last byte of the head. */
  head(head: Head, start: MessageStart, time: number): void;
  /** `chunk.bytes[start, end)` are body: transfer coding removed, content coding kept, borrowed. */
  body(chunk: Chunk, start: number, end: number): void;
  /** Body bytes that were not captured; the message continues behind them. */
  missing(bytes: number): void;
  trailers(fields: HeaderFields): void;
  /** Something is odd about it that its head does not show. */
  odd(anomaly: Anomaly): void;
  end(time: number): void;
  /** The rest of it was lost. */
  abandon(): void;
}

/**
 * Hears the life of one exchange, which its protocol has paired already. It may hear of no request or of no response,
 * and of both at the same time; `end` is the last it hears but one.
 */
export interface ExchangeListener {
  readonly request: MessageListener<RequestHead>;
  readonly response: MessageListener<ResponseHead>;
  /** A 1xx response; the final one is still to come. */
  informational(status: number, time: number): void;
  /** Something of it was not captured: as much as is known of that, in bytes. */
  lost(bytes: number): void;
  /** Its response, or what ended it, may have been in what was lost; it may as well still come. */
  answerMayBeLost(): void;
  /** Which response is its own cannot be known any more. */
  unpaired(): void;
  /** `endedBy`: who ended this exchange alone, where its protocol can do that without ending the connection. */
  end(ending: Ending, endedBy?: 'client' | 'server'): void;
  /** Behind `end`: both sides have agreed to speak something else from here on. */
  agreed(agreement: Agreement): SessionListener;
  /** The same instead: what answers the request comes on a stream. */
  continuesAs(stream: number): ExchangeListener;
}

/** Hears of the exchanges of one connection. */
export interface ExchangesListener {
  /** Another exchange begins; `stream` is its number where the protocol has such (RFC 9113, section 5.1.1). */
  begin(stream?: number): ExchangeListener;
}

/** Makes what hears of the exchanges of a connection, given which side is the client. */
export type ExchangesListenerFactory = (connection: ConnectionHandle, client: Side) => ExchangesListener;
