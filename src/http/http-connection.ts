import type { ConnectionHandle, ListenerFactory, Side, StreamListener } from '../tcp/stream.ts';
import type { Agreement } from './agreement.ts';
import type { ExchangeListener } from './exchange-listener.ts';

/** A connection that speaks HTTP. */
export type HttpConnection = {
  readonly connection: ConnectionHandle;
  readonly client: Side;
  /** Finds out what is spoken on it after an upgrade, or inside of a tunnel. */
  readonly inside: ListenerFactory;
};

/** The exchange by which both sides have agreed to speak something else, and what that is. */
export type Upgrade = { readonly agreement: Agreement; readonly exchange: ExchangeListener };

/** Makes what hears a connection, or one stream of it, from there on. */
export type UpgradeListenerFactory = (upgrade: Upgrade, place: HttpConnection) => StreamListener;
