/** One of the two ends of a connection: 0 sent the first packet that was seen. */
export type Side = 0 | 1;

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/**
 * Bytes of one side of a connection, in order. The object and its bytes are borrowed: they are only valid during the call.
 */
export type Chunk = {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** When these bytes were there to be read by the receiver, microseconds since the epoch; never decreases within one side. */
  readonly time: number;
  /** TCP sequence number of the first byte. */
  readonly sequence: number;
};

/** Why a connection is over. */
export type CloseReason =
  | 'finished'
  | 'reset'
  | 'replaced'
  | 'idle'
  | 'evicted_count'
  | 'evicted_memory'
  | 'shutdown'
  | 'failed';

/**
 * What a protocol implements to be fed with a connection. The calls of one connection come in this order: any number of `data` and `gap`,
 * at most one `end` for each side (after which that side is silent), then exactly one `close`. A side's bytes are only handed over
 * after the bytes of the other side that it acknowledged, so a response never comes before its request, whatever the order of capture.
 */
export interface StreamListener {
  data(side: Side, chunk: Chunk): void;
  /** `bytes` bytes are missing at this place; `undefined`: the connection is older than the capture. */
  gap(side: Side, bytes: number | undefined, time: number): void;
  /** FIN: the side will not send any more. */
  end(side: Side, time: number): void;
  close(reason: CloseReason, time: number): void;
}

/** What a listener may know and ask of its connection. */
export interface ConnectionHandle {
  /** Address as text and port of one side. */
  address(side: Side): string;
  port(side: Side): number;
  /** The side that sent the SYN, where it was seen. */
  readonly initiator: Side | undefined;
  /** The side on this host, where the capture source could tell by packet direction. */
  readonly localSide: Side | undefined;
  /** Whether any packet of this side was captured. */
  seen(side: Side): boolean;
  /** An RST was captured: the connection is over, but what was under way may still come. */
  readonly isReset: boolean;
  /** From here on the payload is only counted: no more `data`, `gap` or `end` calls. */
  ignorePayload(): void;
  /** Adds to (or takes from) the bytes that the listener holds on to for this connection. */
  hold(bytes: number): void;
  /** Does what a timer asks for: an error of our own costs this connection alone, as it does in a call of the listener. */
  enter(work: () => void): void;
}

/** Makes the listener of a new connection. */
export type ListenerFactory = (connection: ConnectionHandle) => StreamListener;
