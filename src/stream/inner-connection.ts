import type { ConnectionHandle, ListenerFactory, PacketFacts, Side, StreamListener } from '../tcp/stream.ts';

/**
 * A connection as it looks inside of a layer, which feeds `listener` with what it unwraps. All that is asked of it is
 * passed on to the connection outside.
 */
export class InnerConnection implements ConnectionHandle {
  readonly #outer: ConnectionHandle;
  readonly #whenIgnored: () => StreamListener;
  #listener: StreamListener;
  #underWay = 0;
  #proxied: { readonly side: Side; readonly clients: readonly string[] } | undefined;

  /**
   * `whenIgnored` says what the layer feeds when nobody inside reads any more. If it is left out, or hands the outer
   * connection on, the layer hears nothing after that, not even `close`: what nobody reads need not be unwrapped.
   */
  constructor(outer: ConnectionHandle, open: ListenerFactory, whenIgnored = () => outer.handOn('ignored')) {
    this.#outer = outer;
    this.#whenIgnored = whenIgnored;
    this.#listener = open(this);
  }

  /** What the layer feeds; not the same for ever. */
  get listener(): StreamListener {
    return this.#listener;
  }

  handOn(next: ListenerFactory | 'ignored'): StreamListener {
    this.#listener = next === 'ignored' ? this.#whenIgnored() : next(this);
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

  /** Of what is inside: a layer may be under way itself. */
  get underWay(): number {
    return this.#underWay;
  }

  keepOpen(count: 1 | -1): void {
    this.#underWay += count;
    this.#outer.keepOpen(count);
  }

  enter(work: () => void): void {
    this.#outer.enter(work);
  }
}
