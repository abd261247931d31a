import type { Ending, ExchangesListener, MessageStart } from '../http/exchange-listener.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { isInterim } from '../http/status.ts';
import type { Chunk } from '../tcp/stream.ts';
import { Http2Stream } from './http2-stream.ts';

/** Streams that are open at once on one connection; servers allow 100 to 250. Beyond that the oldest is given up. */
const maxOpenStreams = 1000;

/** A header block that is the head, or the trailers, of a message. */
export type StreamHead<Head> = {
  readonly stream: number;
  /** Undefined where its start line could not be read. */
  readonly head: Head | undefined;
  readonly fields: HeaderFields;
  readonly start: MessageStart;
  /** Of its last byte. */
  readonly time: number;
  readonly isLast: boolean;
};

/**
 * The streams of one connection, from their first header block to the end of both messages. A stream never begins
 * again: what is said of one that is over is passed over.
 */
export class StreamTable {
  readonly #exchanges: ExchangesListener;
  readonly #open = new Map<number, Http2Stream>();
  /** The last streams that client and server began: theirs are odd and even numbers. */
  #lastOfClient = 0;
  #lastOfServer = 0;

  constructor(exchanges: ExchangesListener) {
    this.#exchanges = exchanges;
  }

  /** A header block of a client, or one that a server promises to answer (`start` is then its own). */
  requestHeaders({ stream: id, head, fields, start, time, isLast }: StreamHead<RequestHead>): void {
    const stream = this.#open.get(id) ?? (head === undefined ? undefined : this.#begin(id));
    if (stream === undefined) return;
    if (stream.request.hasHead) stream.exchange.request.trailers(fields);
    else if (head !== undefined) stream.exchange.request.head(head, start, time);
    stream.request.hasHead = true;
    if (isLast) this.ends(id, true, time);
  }

  responseHeaders({ stream: id, head, fields, start, time, isLast }: StreamHead<ResponseHead>): void {
    const stream = this.#open.get(id) ?? this.#begin(id);
    if (stream === undefined || head === undefined) return;
    if (stream.response.hasHead) {
      stream.exchange.response.trailers(fields);
    } else if (isInterim(head.status) && !isLast) {
      return stream.exchange.informational(head.status, time);
    } else {
      stream.response.hasHead = true;
      stream.exchange.response.head(head, start, time);
    }
    if (isLast) this.ends(id, false, time);
  }

  body(id: number, isClient: boolean, chunk: Chunk, start: number, end: number): void {
    const stream = this.#open.get(id);
    if (stream?.side(isClient).hasHead === true) stream.listener(isClient).body(chunk, start, end);
  }

  missing(id: number, isClient: boolean, bytes: number): void {
    const stream = this.#open.get(id);
    if (stream?.side(isClient).hasHead === true) stream.listener(isClient).missing(bytes);
  }

  /** END_STREAM: one side has said all on it. */
  ends(id: number, isClient: boolean, time: number): void {
    const stream = this.#open.get(id);
    if (stream === undefined) return;
    const message = stream.side(isClient);
    if (message.hasHead && !message.hasEnded) stream.listener(isClient).end(time);
    message.hasEnded = true;
    // The end of a request that was not seen will not be, either.
    const isRequestOver = stream.request.hasEnded || !stream.request.hasHead;
    if (stream.response.hasEnded && isRequestOver) this.#end(id, stream, 'answered');
  }

  /** RST_STREAM. What has been answered stays so: the rest of the request was not wanted, or that of the answer. */
  reset(id: number, isClient: boolean): void {
    const stream = this.#open.get(id);
    if (stream !== undefined) this.#end(id, stream, 'reset', isClient ? 'client' : 'server');
  }

  /** GOAWAY: streams of the other side above the last one were not looked at (RFC 9113, section 6.8). */
  goAway(last: number, isClient: boolean): void {
    for (const [id, stream] of this.#open) {
      const isOfOther = (id % 2 === 0) === isClient;
      if (isOfOther && id > last) this.#end(id, stream, 'reset', isClient ? 'client' : 'server');
    }
  }

  /**
   * Something of one side was lost, which may have been anything on any stream: what it had not finished by then cannot
   * be known any more.
   */
  lost(isClient: boolean): void {
    for (const [id, stream] of this.#open) {
      if (stream.side(isClient).hasEnded) continue;
      stream.exchange.lost(0);
      this.#end(id, stream, 'unknown');
    }
  }

  endAll(ending: Ending): void {
    for (const [id, stream] of this.#open) this.#end(id, stream, ending);
  }

  #begin(id: number): Http2Stream | undefined {
    const isOfServer = id % 2 === 0;
    if (id <= (isOfServer ? this.#lastOfServer : this.#lastOfClient)) return undefined;
    if (isOfServer) this.#lastOfServer = id;
    else this.#lastOfClient = id;
    if (this.#open.size >= maxOpenStreams) this.#giveUpOldest();
    const stream = new Http2Stream(this.#exchanges.begin(id));
    this.#open.set(id, stream);
    return stream;
  }

  #giveUpOldest(): void {
    for (const [id, stream] of this.#open) {
      stream.exchange.unpaired();
      return this.#end(id, stream, 'unknown');
    }
  }

  #end(id: number, { exchange, response }: Http2Stream, ending: Ending, endedBy?: 'client' | 'server'): void {
    this.#open.delete(id);
    if (response.hasEnded) exchange.end('answered');
    else exchange.end(ending, endedBy);
  }
}
