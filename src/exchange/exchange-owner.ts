import type { Agreement } from '../http/agreement.ts';
import type { ExchangeListener, MessageStart } from '../http/exchange-listener.ts';
import type { RequestHead } from '../http/head.ts';
import type { SessionListener } from '../stream/session.ts';
import type { PacketFacts } from '../tcp/stream.ts';
import type { Endpoints, Exchange, Outcome } from './exchange.ts';
import type { ExchangeContext } from './exchange-context.ts';
import type { OpenMessage } from './open-message.ts';

/** The connection of an exchange. */
export interface ExchangeOwner {
  readonly context: ExchangeContext;
  readonly endpoints: Endpoints;
  readonly packets: PacketFacts;
  /** A request begins here; borrowed. */
  requestStarts(start: MessageStart): void;
  /** Whom the client speaks for. */
  readonly forwardedFor: readonly string[];
  /** Who ended the connection. */
  readonly endedBy: 'client' | 'server' | undefined;
  /** What becomes of an exchange that has waited for its response for too long. */
  readonly unansweredOutcome: Outcome;
  /** Another exchange begins there. */
  begin(stream: number): ExchangeListener & { readonly request: OpenMessage<RequestHead> };
  beginSession(handshake: Exchange, agreement: Agreement): SessionListener;
  hold(bytes: number): void;
  /** An exchange is over, and with it these bytes are let go of. */
  ended(heldBytes: number): void;
  enter(work: () => void): void;
}
