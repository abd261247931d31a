import { Conversation, type ConversationContext } from './exchange/conversation.ts';
import {
  looksLikeFirstRequest,
  looksLikeForward,
  looksLikeHttp2,
  looksLikeResponse,
  looksLikeTls,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
  type Verdict,
} from './http/detect.ts';
import { type ConnectionHandle, otherSide, type Side, type StreamListener } from './tcp/stream.ts';
import type { CounterName } from './telemetry/counters.ts';

/** A protocol that connections can turn out to speak. */
export type Protocol = {
  /** Whether these bytes, the first of one side, are a start of it. */
  readonly detect: (bytes: Buffer, start: number, end: number) => Verdict;
  /** The same where bytes before may be missing; `detect` if it is left out. */
  readonly detectLater?: (bytes: Buffer, start: number, end: number) => Verdict;
  readonly counter: CounterName;
  /** What reads it, given the side that spoke; `ignored` leaves the connection alone. */
  readonly open: 'ignored' | ((connection: ConnectionHandle, speaker: Side) => StreamListener);
};

type ProtocolName = 'tls' | 'http2' | 'forward' | 'http1Request' | 'http1Response';

/** The table of protocols, in the order in which they are tried. To add one, add a row: what does not speak HTTP is recognised and left alone. */
export function createProtocols(context: ConversationContext): Readonly<Record<ProtocolName, Protocol>> {
  return {
    tls: { detect: looksLikeTls, counter: 'connections_tls', open: 'ignored' },
    http2: { detect: looksLikeHttp2, counter: 'connections_http2', open: 'ignored' },
    forward: {
      detect: looksLikeForward,
      // Two bytes do not tell: in a compressed body that was joined in its middle, they turn up soon.
      detectLater: () => 'no',
      counter: 'connections_not_http',
      open: 'ignored',
    },
    http1Request: {
      detect: looksLikeFirstRequest,
      detectLater: looksLikeWholeRequest,
      counter: 'connections_http1',
      open: (connection, speaker) => new Conversation(connection, speaker, context),
    },
    http1Response: {
      detect: looksLikeResponse,
      detectLater: looksLikeWholeResponse,
      counter: 'connections_http1',
      open: (connection, speaker) => new Conversation(connection, otherSide(speaker), context),
    },
  };
}
