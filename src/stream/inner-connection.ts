import type { ConnectionHandle, ListenerFactory, PacketFacts, Side, StreamListener } from '../tcp/stream.ts';

/**
 * A connection as it looks inside of a layer, which feeds `listener` with what it unwraps. All that is asked of it is
 * passed on to the connection outside.
 */
export class InnerConnection implements ConnectionHandle {
  readonly #outer: ConnectionHandle;
  readonly #onIgnored: () => void;
  #listener: StreamListener;
  #proxied: { readonly side: Side; readonly clients: readonly string[] } | undefined;

  /** `onIgnored` is called when nobody inside reads any more: the layer hears nothing after that, not even `close`. */
  constructor(outer: ConnectionHandle, open: ListenerFactory, onIgnored = () => {}) {
    this.#outer = outer;
    this.#onIgnored = onIgnored;
    this.#listener = open(this);
  }

  /** What the layer feeds; not the same for ever. */
  get listener(): StreamListener {
    return this.#listener;
  }

  handOn(next: ListenerFactory | 'ignored'): StreamListener {
    if (next === 'ignored') {
      this.#onIgnored();
      // What nobody reads need not be unwrapped.
      this.#listener = this.#outer.handOn(next);
    } else {
      this.#listener = next(this);
    }
    return this.#listener;
  }

  get id(): number {
    return this.#outer.id;
  }

  nextPosition(): number {
    return this.#outer.nextPosition();
  }

  address(side: Side): string {
    return this.#outer.address(side);
  }

  port(side: Side): number {
    return this.#outer.port(side);
  }

  get initiator(): Side | undefined {
    return this.#outer.initiator;
  }

  get localSide(): Side | undefined {
    return this.#outer.localSide;
  }

  get packets(): PacketFacts {
    return this.#outer.packets;
  }

  forwardedFor(side: Side): readonly string[] {
    return side === this.#proxied?.side ? this.#proxied.clients : this.#outer.forwardedFor(side);
  }

  /** The layer says that a side speaks for a client: for one that is further away than those of layers around it. */
  speaksFor(side: Side, client: string): void {
    this.#proxied = { side, clients: [client, ...this.#outer.forwardedFor(side)] };
  }

  seen(side: Side): boolean {
    return this.#outer.seen(side);
  }

  get isReset(): boolean {
    return this.#outer.isReset;
  }

  hold(bytes: number): void {
    this.#outer.hold(bytes);
  }

  get underWay(): number {
    return this.#outer.underWay;
  }

  keepOpen(count: 1 | -1): void {
    this.#outer.keepOpen(count);
  }

  enter(work: () => void): void {
    this.#outer.enter(work);
  }
}
