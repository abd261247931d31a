import type { Agreement } from '../http/agreement.ts';
import type { ExchangesListener, MessageStart } from '../http/exchange-listener.ts';
import { type ConnectionHandle, otherSide, type PacketFacts, type Side } from '../tcp/stream.ts';
import { directionOf } from './direction.ts';
import type { Endpoints, Exchange, Outcome } from './exchange.ts';
import type { ExchangeContext } from './exchange-context.ts';
import type { ExchangeOwner } from './exchange-owner.ts';
import { OpenExchange } from './open-exchange.ts';
import { OpenSession, type SessionOwner } from './open-session.ts';

/** The exchanges of one connection, whatever its protocol. */
export class ConnectionExchanges implements ExchangesListener, ExchangeOwner, SessionOwner {
  readonly context: ExchangeContext;
  readonly #connection: ConnectionHandle;
  readonly #client: Side;
  #endpoints: Endpoints | undefined;

  constructor(connection: ConnectionHandle, client: Side, context: ExchangeContext) {
    this.#connection = connection;
    this.#client = client;
    this.context = context;
  }

  begin(stream?: number): OpenExchange {
    this.#connection.keepOpen(1);
    const place = { connection: this.#connection.id, position: this.#connection.nextPosition() };
    return new OpenExchange(this, stream === undefined ? place : { ...place, stream });
  }

  /** A connection is not idle while a session is open on it, however silent. */
  beginSession(handshake: Exchange, agreement: Agreement): OpenSession {
    this.#connection.keepOpen(1);
    return new OpenSession(this, handshake, agreement);
  }

  /** Where no other exchange is open, both sides are done with what they sent before. */
  requestStarts({ sequence, acknowledgment }: MessageStart): void {
    if (this.#connection.underWay > 1) return;
    this.packets.settle(this.#client, sequence);
    if (acknowledgment !== undefined) this.packets.settle(otherSide(this.#client), acknowledgment);
  }

  get packets(): PacketFacts {
    return this.#connection.packets;
  }

  get forwardedFor(): readonly string[] {
    return this.#connection.forwardedFor(this.#client);
  }

  get endedBy(): 'client' | 'server' | undefined {
    const { endedBy } = this.packets;
    if (endedBy === undefined) return undefined;
    return endedBy === this.#client ? 'client' : 'server';
  }

  get endpoints(): Endpoints {
    this.#endpoints ??= this.#describe();
    return this.#endpoints;
  }

  /** What becomes of an exchange that waited for its response for too long. */
  get unansweredOutcome(): Outcome {
    if (!this.#connection.seen(otherSide(this.#client))) return 'unknown';
    return this.#connection.isReset ? 'reset' : 'timeout';
  }

  hold(bytes: number): void {
    this.#connection.hold(bytes);
  }

  ended(heldBytes: number): void {
    this.#connection.hold(-heldBytes);
    this.#connection.keepOpen(-1);
  }

  enter(work: () => void): void {
    this.#connection.enter(work);
  }

  #describe(): Endpoints {
    const client = this.#client;
    const server = otherSide(client);
    return {
      clientIp: this.#connection.address(client),
      clientPort: this.#connection.port(client),
      serverIp: this.#connection.address(server),
      serverPort: this.#connection.port(server),
      direction: directionOf(this.#connection, client, this.context.isLocal),
    };
  }
}
