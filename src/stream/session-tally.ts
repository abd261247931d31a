import type { Chunk, Side } from '../tcp/stream.ts';
import type { SessionAccount, Speaker } from './session.ts';

/** Counts what both sides of a session send, whatever it means. */
export class SessionTally {
  readonly #client: Side;
  readonly #bytes: [number, number] = [0, 0];
  #lastTime = 0;
  #gapBytes: number | undefined;
  #endedBy: Speaker | undefined;

  constructor(client: Side) {
    this.#client = client;
  }

  sent(side: Side, { start, end, lastTime }: Chunk): void {
    this.#bytes[side] += end - start;
    this.#note(lastTime);
  }

  /** Bytes that were not captured were sent all the same. */
  missing(side: Side, bytes: number | undefined, time: number): void {
    this.#bytes[side] += bytes ?? 0;
    this.#gapBytes = (this.#gapBytes ?? 0) + (bytes ?? 0);
    this.#note(time);
  }

  ended(side: Side, time: number): void {
    this.#endedBy ??= this.speaker(side);
    this.#note(time);
  }

  speaker(side: Side): Speaker {
    return side === this.#client ? 'client' : 'server';
  }

  /** That of a tunnel. */
  account(): SessionAccount {
    const bytes = this.#bytes;
    return {
      type: 'tunnel',
      client: { messages: undefined, bytes: bytes[this.#client] },
      server: { messages: undefined, bytes: bytes[this.#client === 0 ? 1 : 0] },
      lastTime: this.#lastTime,
      closedBy: undefined,
      endedBy: this.#endedBy,
      closeCode: undefined,
      isClosed: false,
      gapBytes: this.#gapBytes,
    };
  }

  /** Capture times may be out of order. */
  #note(time: number): void {
    if (time > this.#lastTime) this.#lastTime = time;
  }
}
