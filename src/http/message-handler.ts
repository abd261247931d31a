import type { BodyVisitor } from './body.ts';
import type { Framing } from './framing.ts';

/** Where and when a message began. */
export type MessageStart = {
  /** Microseconds since the epoch. */
  readonly time: number;
  /** TCP sequence number of the first byte. */
  readonly sequence: number;
};

/** Why the parser does not know any more where messages begin. `answered`: nobody needs the rest of a head that has its answer already. */
export type LostReason = 'gap' | 'malformed' | 'too-large' | 'answered';

/** What a parser tells about the messages of one direction: `head`, then `body` and `missing`, then `end` or `cut`; `lost` at any time. */
export interface MessageHandler<Head> extends BodyVisitor {
  /** A head has come, whole or as far as it will ever come; the answer says how its body ends. `start` is borrowed. */
  head(head: Head, start: MessageStart, time: number): Framing;
  /** Bytes of the body that were not captured; the message goes on behind them. */
  missing(bytes: number): void;
  end(time: number): void;
  /** The sender ended the stream inside of the message. */
  cut(time: number): void;
  /** The message in progress, if any, is abandoned; the next one will be looked for. `bytes` were not captured. */
  lost(reason: LostReason, bytes: number): void;
}

/** What a parser tells about itself. */
export interface ParserMonitor {
  /** A message start was found again after `lost`. */
  found(): void;
  /** Bytes are kept (or let go of, when negative) until the head is whole. */
  hold(bytes: number): void;
}
