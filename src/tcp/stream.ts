/** One of the two ends of a connection: 0 sent the first packet that was seen. */
export type Side = 0 | 1;

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/**
 * Bytes of one side of a connection, in order. The object and its bytes are borrowed: they are only valid during the
 * call.
 */
export type Chunk = {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /**
   * When these bytes were there to be read by the receiver, microseconds since the epoch; never decreases within one
   * side.
   */
  readonly time: number;
  /** The same for the last of them: later only where bytes were kept until it was known who reads them. */
  readonly lastTime: number;
  /** TCP sequence number of the first byte. */
  readonly sequence: number;
  /**
   * The next byte that the sender expected of the other side: acknowledgment number of the segment that first carried
   * these bytes. `undefined`: it acknowledged nothing.
   */
  readonly acknowledgment: number | undefined;
};

/** Why a connection is over. */
export type CloseReason =
  | 'finished'
  | 'reset'
  | 'replaced'
  | 'redirected'
  | 'idle'
  | 'evicted_count'
  | 'evicted_memory'
  | 'shutdown'
  | 'failed';

/**
 * What a protocol implements to be fed with a connection. The calls of one connection come in this order: any number of
 * `data` and `gap`, at most one `end` for each side (after which that side is silent), then exactly one `close`, unless
 * the listener has handed the connection on. A
 * side's bytes are only handed over after the bytes of the other side that it acknowledged, so a response never comes
 * before its request, whatever the order of capture.
 */
export interface StreamListener {
  data(side: Side, chunk: Chunk): void;
  /** `bytes` bytes are missing at this place; `undefined`: the connection is older than the capture. */
  gap(side: Side, bytes: number | undefined, time: number): void;
  /** FIN: the side will not send any more. */
  end(side: Side, time: number): void;
  close(reason: CloseReason, time: number): void;
}

/** Listens to a connection that nobody reads. */
export const ignoringListener: StreamListener = {
  data() {},
  gap() {},
  end() {},
  close() {},
};

const noClients: readonly string[] = [];

/** Whom both sides of a connection speak for, as far as packets tell. */
export function nobody(): readonly string[] {
  return noClients;
}

/** What only the packets of a connection tell, not their bytes. */
export interface PacketFacts {
  /**
   * Microseconds from the first SYN to the first segment by which its sender acknowledges the other side's; `undefined`
   * if one of them was not captured.
   */
  readonly connectTime: number | undefined;
  /** The side that was the first to send a FIN, or an RST that its receiver may have accepted. */
  readonly endedBy: Side | undefined;
  /** How many segments whose payload was captured before came again; keep-alive probes do not count. */
  readonly sentAgain: number;
  /** What a side sent before this sequence number belongs to what is over: when it comes again it does not count. */
  settle(side: Side, sequence: number): void;
}

/** What a listener may know and ask of its connection. */
export interface ConnectionHandle {
  /** Number of the connection, in the order of their first packets. */
  readonly id: number;
  /** Numbers what begins on the connection, from 0 on. */
  nextPosition(): number;
  /** Address as text and port of one side. */
  address(side: Side): string;
  port(side: Side): number;
  /**
   * Whom a side speaks for, as PROXY headers on the connection say: the client that asked each of the proxies, that of
   * the last proxy, the side itself, at the end; `unknown` where one does not say. Mostly nobody.
   */
  forwardedFor(side: Side): readonly string[];
  /** The side that sent the SYN, where it was seen. */
  readonly initiator: Side | undefined;
  /** The side on this host, where the capture source could tell by packet direction. */
  readonly localSide: Side | undefined;
  readonly packets: PacketFacts;
  /** Whether any packet of this side was captured. */
  seen(side: Side): boolean;
  /** An RST was captured: the connection is over, but what was under way may still come. */
  readonly isReset: boolean;
  /**
   * Hands the connection on to another listener, which is returned: from here on that one hears all of it, and the one
   * that asks hears nothing more, not even `close`. `ignored`: the payload is only counted.
   */
  handOn(next: ListenerFactory | 'ignored'): StreamListener;
  /** Adds to (or takes from) the bytes that the listener holds on to for this connection. */
  hold(bytes: number): void;
  /** How much has begun on the connection and not ended: with any of it, it is not idle, however silent it is. */
  readonly underWay: number;
  /** Adds to (or takes from) what is under way. */
  keepOpen(count: 1 | -1): void;
  /**
   * Does what a timer asks for: an error of our own costs this connection alone, as it does in a call of the listener.
   */
  enter(work: () => void): void;
}

/** Makes the listener of a new connection. */
export type ListenerFactory = (connection: ConnectionHandle) => StreamListener;
