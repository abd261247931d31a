import {
  type Chunk,
  type CloseReason,
  type ConnectionHandle,
  ignoringListener,
  type ListenerFactory,
  type Side,
  type StreamListener,
} from '../../tcp/stream.ts';
import { InnerConnection } from '../inner-connection.ts';
import type { SessionListener } from '../session.ts';
import { SessionTally } from '../session-tally.ts';

/** A connection on which both sides have agreed to speak something else, and who wants to know about it. */
export type TunnelContext = {
  readonly client: Side;
  readonly session: SessionListener;
  /** Finds out what it carries. */
  readonly inside: ListenerFactory;
};

/** Counts what a tunnel carries, to its end, also where nobody reads it inside. */
export class TunnelLayer implements StreamListener {
  readonly #tally: SessionTally;
  readonly #session: SessionListener;
  readonly #inner: InnerConnection;

  constructor(connection: ConnectionHandle, { client, session, inside }: TunnelContext) {
    this.#tally = new SessionTally(client);
    this.#session = session;
    this.#inner = new InnerConnection(connection, inside, () => ignoringListener);
  }

  data(side: Side, chunk: Chunk): void {
    this.#tally.sent(side, chunk);
    this.#inner.listener.data(side, chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    this.#tally.missing(side, bytes, time);
    this.#inner.listener.gap(side, bytes, time);
  }

  end(side: Side, time: number): void {
    this.#tally.ended(side, time);
    this.#inner.listener.end(side, time);
  }

  close(reason: CloseReason, time: number): void {
    try {
      this.#inner.listener.close(reason, time);
    } finally {
      this.#session.end(this.#tally.account(), reason);
    }
  }
}
