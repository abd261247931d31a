import type { Ending } from '../http/exchange-listener.ts';
import type { Speaker } from '../stream/session.ts';
import { type Chunk, type CloseReason, otherSide, type Side, type StreamListener } from '../tcp/stream.ts';

/** What the end of a stream is to who hears it as a connection; `idle` is one whose end nobody has seen. */
const reasons: { readonly [Any in Ending]: CloseReason } = {
  answered: 'finished',
  closed: 'finished',
  reset: 'reset',
  open: 'shutdown',
  unknown: 'idle',
};

/** A stream that a CONNECT has made a connection of its own (RFC 9113, section 8.5, and RFC 8441), made of its DATA. */
export class UpgradedStream {
  readonly #listener: StreamListener;
  readonly #client: Side;
  readonly #ended = new Set<Side>();
  #lastTime = 0;

  constructor(listener: StreamListener, client: Side) {
    this.#listener = listener;
    this.#client = client;
  }

  body(isClient: boolean, chunk: Chunk): void {
    this.#lastTime = chunk.lastTime;
    this.#listener.data(this.#side(isClient), chunk);
  }

  missing(isClient: boolean, bytes: number): void {
    this.#listener.gap(this.#side(isClient), bytes, this.#lastTime);
  }

  ends(isClient: boolean, time: number): void {
    this.#lastTime = time;
    this.#end(this.#side(isClient));
  }

  /** Who resets a stream ends it. */
  close(ending: Ending, endedBy: Speaker | undefined): void {
    if (endedBy !== undefined) this.#end(this.#side(endedBy === 'client'));
    this.#listener.close(reasons[ending], this.#lastTime);
  }

  #end(side: Side): void {
    if (this.#ended.has(side)) return;
    this.#ended.add(side);
    this.#listener.end(side, this.#lastTime);
  }

  #side(isClient: boolean): Side {
    return isClient ? this.#client : otherSide(this.#client);
  }
}
