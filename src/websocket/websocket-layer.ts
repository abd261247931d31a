import type { SessionAccount, SessionListener, SpokenBySide } from '../stream/session.ts';
import { SessionTally } from '../stream/session-tally.ts';
import type { Chunk, CloseReason, Side, StreamListener } from '../tcp/stream.ts';
import { FrameReader } from './frame-reader.ts';

/** What was agreed to, and who wants to know what becomes of it. */
export type WebSocketContext = {
  readonly client: Side;
  readonly session: SessionListener;
  readonly hasExtensions: boolean;
};

/**
 * A connection, or a stream, that a handshake has made a WebSocket (RFC 6455). Where one side says what are no frames,
 * it is told as a tunnel, of which only the bytes are known.
 */
export class WebSocketLayer implements StreamListener {
  readonly #client: Side;
  readonly #session: SessionListener;
  readonly #tally: SessionTally;
  readonly #readers: readonly [FrameReader, FrameReader];
  /** The side that sent the first close frame. */
  #closer: Side | undefined;

  constructor({ client, session, hasExtensions }: WebSocketContext) {
    this.#client = client;
    this.#session = session;
    this.#tally = new SessionTally(client);
    this.#readers = [new FrameReader(hasExtensions), new FrameReader(hasExtensions)];
  }

  data(side: Side, chunk: Chunk): void {
    this.#tally.sent(side, chunk);
    this.#readers[side].data(chunk);
    this.#noteClose(side);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    this.#tally.missing(side, bytes, time);
    this.#readers[side].gap(bytes);
    this.#noteClose(side);
  }

  end(side: Side, time: number): void {
    this.#tally.ended(side, time);
  }

  close(reason: CloseReason): void {
    const account = this.#tally.account();
    this.#session.end(this.#readers.some(({ isBroken }) => isBroken) ? account : this.#ofMessages(account), reason);
  }

  #noteClose(side: Side): void {
    if (this.#readers[side].isClosed) this.#closer ??= side;
  }

  #ofMessages(account: SessionAccount): SessionAccount {
    const closer = this.#closer;
    return {
      ...account,
      type: 'websocket',
      client: spoken(this.#readers[this.#client]),
      server: spoken(this.#readers[this.#client === 0 ? 1 : 0]),
      closedBy: closer === undefined ? undefined : this.#tally.speaker(closer),
      closeCode: closer === undefined ? undefined : this.#readers[closer].closeCode,
      isClosed: this.#readers.every(({ isClosed }) => isClosed),
    };
  }
}

function spoken({ messages, bytes }: FrameReader): SpokenBySide {
  return { messages, bytes };
}
