import type { Anomaly } from '../http/anomaly.ts';
import type { MessageStart } from '../http/exchange-listener.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Chunk } from '../tcp/stream.ts';
import type { Framing } from './body/framing.ts';

/**
 * Why the parser does not know any more where messages begin. `answered`: the rest of a head that has its answer
 * already is not needed.
 */
export type LostReason = 'gap' | 'malformed' | 'too-large' | 'answered';

/**
 * What a parser tells about the messages of one direction: `head`, then `body`, `missing` and `trailers`, then `end` or
 * `cut`; `lost` at any time.
 */
export interface MessageHandler<Head> {
  /**
   * A head has come, whole or as far as it will ever come; the answer says how its body ends. `start` is borrowed.
   */
  head(head: Head, start: MessageStart, time: number): Framing;
  /**
   * What comes is no head, where one is due: the head to give it if it is a message all the same, which then lasts
   * until the end of the stream.
   */
  headless(start: MessageStart): Head | undefined;
  /** `chunk.bytes[start, end)` are body, transfer coding removed; borrowed. */
  body(chunk: Chunk, start: number, end: number): void;
  /** Bytes of the body that were not captured; the message continues behind them. */
  missing(bytes: number): void;
  trailers(fields: HeaderFields): void;
  /** Something is odd about the body. */
  odd(anomaly: Anomaly): void;
  end(time: number): void;
  /** The sender ended the stream inside of the message. */
  cut(time: number): void;
  /** The message in progress, if any, is abandoned; the next one will be looked for. `bytes` were not captured. */
  lost(reason: LostReason, bytes: number): void;
  /** The sender ended the stream inside of a first line, which says nothing yet: it can only be counted. */
  unreadable(): void;
  /** A message start was found again after `lost`. */
  resynchronised(): void;
  /** What came in the same chunk behind a message of framing `tunnel`, from `start` on. */
  behindUpgrade(chunk: Chunk, start: number): void;
  /** Bytes are kept (or let go of, when negative) until a head or the trailers are whole. */
  hold(bytes: number): void;
}
