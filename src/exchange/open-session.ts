import type { Agreement } from '../http/agreement.ts';
import { endingOf } from '../http/ending-of.ts';
import type { SessionAccount, SessionListener, Speaker } from '../stream/session.ts';
import type { CloseReason } from '../tcp/stream.ts';
import type { Exchange } from './exchange.ts';
import type { Session, SessionOutcome } from './session.ts';
import { withoutBody } from './without-body.ts';

/** What an open session costs besides the heads of its handshake. */
const sessionOverhead = 1000;

/** The connection of a session. */
export interface SessionOwner {
  readonly context: { readonly emitSession: (session: Session) => void };
  /** Who ended the connection. */
  readonly endedBy: Speaker | undefined;
  hold(bytes: number): void;
  /** A session is over, and with it these bytes are let go of. */
  ended(heldBytes: number): void;
}

/** A session until it ends: only its handshake is kept. */
export class OpenSession implements SessionListener {
  readonly #owner: SessionOwner;
  readonly #handshake: Exchange;
  readonly #agreement: Agreement;
  readonly #heldBytes: number;
  #isOver = false;

  constructor(owner: SessionOwner, { request, response, ...exchange }: Exchange, agreement: Agreement) {
    this.#owner = owner;
    this.#handshake = { ...exchange, request: withoutBody(request), response: withoutBody(response) };
    this.#agreement = agreement;
    const heads = (request?.head.headers.heldBytes ?? 0) + (response?.head.headers.heldBytes ?? 0);
    this.#heldBytes = sessionOverhead + heads;
    owner.hold(this.#heldBytes);
  }

  end(account: SessionAccount, reason: CloseReason): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { type, client, server, closeCode, gapBytes, lastTime } = account;
    const handshake = this.#handshake;
    const startTime = handshake.response?.lastByteTime ?? 0;
    const outcome = outcomeOf(account, reason);
    const endedBy = outcome === 'unknown' ? undefined : (account.endedBy ?? this.#owner.endedBy);
    this.#owner.ended(this.#heldBytes);
    this.#owner.context.emitSession({
      handshake,
      agreement: this.#agreement,
      type,
      client,
      server,
      outcome,
      closedBy: account.closedBy ?? endedBy,
      endedBy,
      closeCode,
      gapBytes,
      startTime,
      endTime: Math.max(startTime, lastTime),
    });
  }
}

/** A connection that is reset when both sides have said good-bye was closed. */
function outcomeOf({ isClosed }: SessionAccount, reason: CloseReason): SessionOutcome {
  if (isClosed) return 'closed';
  const ending = endingOf(reason, false);
  return ending === 'open' ? 'unknown' : ending;
}
