import type { RequestHead, ResponseHead } from '../http/head.ts';

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
  /** Body bytes on the wire: transfer coding removed, content coding kept; bytes lost in a gap of a body of known length are included. */
  readonly bodyBytes: number;
  readonly body: CapturedBody | undefined;
};

/** One request and its response, as far as they were seen: at least one of the two is there. */
export type Exchange = {
  readonly endpoints: Endpoints;
  readonly request: Message<RequestHead> | undefined;
  readonly response: Message<ResponseHead> | undefined;
  readonly outcome: Outcome;
  /** 1xx statuses seen before the final one, 101 excepted. */
  readonly informational: readonly number[];
  /** Some bytes of this exchange were not captured. */
  readonly incomplete: boolean;
  /** How many of its bytes are known to be missing. */
  readonly gapBytes: number;
};
