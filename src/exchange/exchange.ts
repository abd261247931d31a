import type { Call } from '../grpc/open-call.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';

/** Why an exchange has, or does not have, a status. */
export type Outcome = 'answered' | 'timeout' | 'reset' | 'closed' | 'unknown';

/** Seen from this pod. */
export type Direction = 'incoming' | 'outgoing' | 'unknown';

/** The TCP connection of an exchange; addresses as text (RFC 5952 for IPv6). */
export type Endpoints = {
  readonly clientIp: string;
  readonly clientPort: number;
  readonly serverIp: string;
  readonly serverPort: number;
  readonly direction: Direction;
};

/** Which exchange it is in one run of the program: what is said of it at different times has the same key. */
export type ExchangeKey = {
  /** Number of the connection, in the order of their first packets. */
  readonly connection: number;
  /** Number of the exchange on its connection. */
  readonly position: number;
  /** Number of its stream, in protocols that have streams. */
  readonly stream?: number;
};

/** The first bytes of a body, kept because LOG_BODIES asks for them. The bytes are owned by the exchange. */
export type CapturedBody = {
  readonly bytes: Buffer;
  /** More bytes came than were kept. */
  readonly truncated: boolean;
};

/** What was seen of one message. Times are microseconds since the epoch. */
export type Message<Head> = {
  readonly head: Head;
  readonly firstByteTime: number;
  readonly lastByteTime: number;
  /** TCP sequence number of the first byte. */
  readonly sequence: number;
  /** Sequence number of what its sender next expected of the other side when it first sent that byte. */
  readonly acknowledgment: number | undefined;
  /**
   * Body bytes on the wire: transfer coding removed, content coding kept; bytes lost in a gap of a body of known length
   * are included.
   */
  readonly bodyBytes: number;
  readonly body: CapturedBody | undefined;
  readonly trailers: HeaderFields | undefined;
};

/** One request and its response, as far as they were seen: at least one of the two is there. It never changes. */
export type Exchange = {
  readonly key: ExchangeKey;
  /** Its response came after it had been told as unanswered: this account has everything, and is the last one. */
  readonly late?: true;
  readonly endpoints: Endpoints;
  readonly request: Message<RequestHead> | undefined;
  readonly response: Message<ResponseHead> | undefined;
  readonly outcome: Outcome;
  /** What it is besides, if it is a call of gRPC, gRPC-Web or Connect. */
  readonly call: Call | undefined;
  /** 1xx statuses seen before the final one, 101 excepted. */
  readonly informational: readonly number[];
  /** Whom the client spoke for, as PROXY headers on the connection say; mostly nobody (`ConnectionHandle`). */
  readonly forwardedFor: readonly string[];
  /** Who ended the connection, where that cost the response or a part of it. */
  readonly endedBy: 'client' | 'server' | undefined;
  /** Microseconds that it took to set the connection up; of its first exchange only. */
  readonly connectTime: number | undefined;
  /** How many segments with payload came again while it was open. */
  readonly retransmissions: number;
  /** Some bytes of this exchange were not captured. */
  readonly incomplete: boolean;
  /** How many of its bytes are known to be missing. */
  readonly gapBytes: number;
};
