import type { ConnectionHandle, ListenerFactory, Side, StreamListener } from '../tcp/stream.ts';
import type { CounterName } from '../telemetry/counters.ts';
import type { Detect } from './verdict.ts';

/** What a connection can turn out to speak: a protocol of its own, or a layer with another one inside. */
export type Protocol = {
  /** Whether these bytes, the first of one side, are a start of it. */
  readonly detect: Detect;
  /** The same where bytes before may be missing; `detect` if it is left out. */
  readonly detectLater?: Detect;
  /** Where it begins, if something may stand before it that says nothing. The more of it, the later; never the end. */
  readonly skip?: (bytes: Buffer, start: number, end: number) => number;
  /** The same where bytes behind are missing, of what `detect` cannot tell yet: never, if it is left out. */
  readonly detectCut?: (bytes: Buffer, start: number, end: number) => boolean;
  /** Counts its connections; a layer leaves that to what is inside. */
  readonly counter?: CounterName;
  /** Counts the sides that had said something else before, which nobody understood. */
  readonly unknownCounter?: CounterName;
  readonly open: 'ignored' | OpenProtocol;
};

/**
 * Makes what reads the connection, given the side that spoke. `inside` finds out what a layer carries, by the same
 * table of protocols: a layer opens it on an `InnerConnection` of its own.
 */
export type OpenProtocol = (connection: ConnectionHandle, speaker: Side, inside: ListenerFactory) => StreamListener;
