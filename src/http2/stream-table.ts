import { agreementOf } from '../http/agreement.ts';
import type { Ending, ExchangeListener, ExchangesListener, MessageStart } from '../http/exchange-listener.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Upgrade } from '../http/http-connection.ts';
import { isInterim, isSuccess } from '../http/status.ts';
import type { DataPiece } from './frames/frame-listener.ts';
import { Http2Stream } from './http2-stream.ts';
import { StreamNumbers } from './stream-numbers.ts';
import type { UpgradedStream } from './upgraded-stream.ts';

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
  readonly #upgrade: (upgrade: Upgrade) => UpgradedStream;
  readonly #open = new Map<number, Http2Stream>();
  /** Those of them on which the client, or the server, has not said all: only these cost something when it is lost. */
  readonly #asking = new Set<Http2Stream>();
  readonly #answering = new Set<Http2Stream>();
  readonly #ofClient = new StreamNumbers();
  readonly #ofServer = new StreamNumbers();
  /** The last streams of them that the other side has looked at, once it goes away. */
  #keptOfClient = Number.POSITIVE_INFINITY;
  #keptOfServer = Number.POSITIVE_INFINITY;

  constructor(exchanges: ExchangesListener, upgrade: (upgrade: Upgrade) => UpgradedStream) {
    this.#exchanges = exchanges;
    this.#upgrade = upgrade;
  }

  /** Stream 1 is what HTTP/1 was asked for before it was upgraded (RFC 7540, section 3.2). */
  beginUpgraded(exchange: ExchangeListener): void {
    const stream = this.#add(new Http2Stream(1, exchange, 0));
    stream.request.hasHead = true;
    stream.request.hasEnded = true;
    this.#asking.delete(stream);
  }

  /** A header block of a client, or one that a server promises to answer (`start` is then its own). */
  requestHeaders({ stream: id, head, fields, start, time, isLast }: StreamHead<RequestHead>): void {
    const stream =
      this.#open.get(id) ??
      (head !== undefined && this.#numbers(id).isNew(id) ? this.#begin(id, start.time) : undefined);
    if (stream === undefined || stream.request.hasEnded) return;
    if (stream.request.hasHead) {
      stream.exchange.request.trailers(fields);
    } else if (head !== undefined) {
      stream.request.hasHead = true;
      if (head.method === 'CONNECT') stream.connect = head;
      stream.exchange.request.head(head, start, time);
    }
    if (isLast) this.ends(id, true, time);
  }

  responseHeaders({ stream: id, head, fields, start, time, isLast }: StreamHead<ResponseHead>): void {
    const stream = this.#open.get(id) ?? (this.#mayAnswer(id, head) ? this.#begin(id, start.time) : undefined);
    if (stream === undefined || stream.response.hasEnded || head === undefined) return;
    if (stream.response.hasHead) {
      // Behind an interim one whose status could not be read, this is no trailers.
      if (head.status === undefined) stream.exchange.response.trailers(fields);
    } else if (isInterim(head.status) && !isLast) {
      return stream.exchange.informational(head.status, time);
    } else if (stream.isDoubtful && head.status === undefined) {
      return this.#loseAnswer(stream);
    } else {
      stream.response.hasHead = true;
      this.#answering.add(stream);
      stream.exchange.response.head(head, start, time);
      if (stream.connect !== undefined && isSuccess(head.status)) this.#agree(stream, head, time);
    }
    if (isLast) this.ends(id, false, time);
  }

  body({ stream: id, chunk, start, end }: DataPiece, isClient: boolean): void {
    const stream = this.#open.get(id);
    if (!isClient && stream?.isHeadLost) return this.#loseAnswer(stream);
    if (stream?.upgraded === undefined) return stream?.open(isClient)?.body(chunk, start, end);
    const sequence = (chunk.sequence + (start - chunk.start)) | 0;
    if (!stream.side(isClient).hasEnded) stream.upgraded.body(isClient, { ...chunk, start, end, sequence });
  }

  missing(id: number, isClient: boolean, bytes: number): void {
    const stream = this.#open.get(id);
    if (stream?.upgraded === undefined) return stream?.open(isClient)?.missing(bytes);
    if (!stream.side(isClient).hasEnded) stream.upgraded.missing(isClient, bytes);
  }

  /** END_STREAM: one side has said all on it. */
  ends(id: number, isClient: boolean, time: number): void {
    const stream = this.#open.get(id);
    if (stream === undefined) return;
    if (!isClient && stream.isHeadLost) return this.#loseAnswer(stream);
    if (stream.upgraded === undefined) stream.open(isClient)?.end(time);
    else stream.upgraded.ends(isClient, time);
    stream.side(isClient).hasEnded = true;
    (isClient ? this.#asking : this.#answering).delete(stream);
    // The end of a request that was not seen will not be, either.
    const isRequestOver = stream.request.hasEnded || !stream.request.hasHead;
    if (stream.response.hasEnded && isRequestOver) this.#end(stream, 'answered');
  }

  /** RST_STREAM. What has been answered stays so: the rest of the request was not wanted, or that of the answer. */
  reset(id: number, isClient: boolean): void {
    const stream = this.#open.get(id);
    if (stream !== undefined) this.#end(stream, 'reset', isClient ? 'client' : 'server');
  }

  /** GOAWAY: streams of the other side above the last one were not looked at (RFC 9113, section 6.8). */
  goAway(last: number, isClient: boolean): void {
    // It may say so again, with a lower number.
    if (last >= (isClient ? this.#keptOfServer : this.#keptOfClient)) return;
    if (isClient) this.#keptOfServer = last;
    else this.#keptOfClient = last;
    const isOfOther = (id: number) => (id % 2 === 0) === isClient;
    for (const stream of this.#open.values()) {
      if (isOfOther(stream.id) && stream.id > last) this.#end(stream, 'reset', isClient ? 'client' : 'server');
    }
  }

  /**
   * Something that one side said until `time` was lost, which may have been anything on any stream: the message that it
   * had not finished by then cannot be known any more. A response that had not begun may still come.
   */
  lost(isClient: boolean, time: number): void {
    for (const stream of isClient ? this.#asking : this.#answering) {
      if (stream.startTime > time) continue;
      if (stream.upgraded !== undefined || (!isClient && stream.response.hasHead)) {
        this.#loseAnswer(stream);
        continue;
      }
      if (isClient) this.#loseRequest(stream);
      if (stream.response.hasEnded) this.#end(stream, 'answered');
      else if (!stream.response.hasHead) this.#doubt(stream);
    }
  }

  endAll(ending: Ending): void {
    for (const stream of this.#open.values()) this.#end(stream, ending);
  }

  /** Servers begin the even ones. */
  #numbers(id: number): StreamNumbers {
    return id % 2 === 0 ? this.#ofServer : this.#ofClient;
  }

  /** Whether a stream can begin with a response: its request was not seen. Trailers are no response. */
  #mayAnswer(id: number, head: ResponseHead | undefined): boolean {
    const numbers = this.#numbers(id);
    return head?.status !== undefined && (numbers.isNew(id) || numbers.isUnseen(id));
  }

  #begin(id: number, startTime: number): Http2Stream {
    if (this.#open.size >= maxOpenStreams) this.#giveUpOldest();
    return this.#add(new Http2Stream(id, this.#exchanges.begin(id), startTime));
  }

  #add(stream: Http2Stream): Http2Stream {
    this.#numbers(stream.id).begin(stream.id);
    this.#open.set(stream.id, stream);
    this.#asking.add(stream);
    this.#answering.add(stream);
    return stream;
  }

  /** CONNECT is answered when its answer begins; what follows is no body. */
  #agree(stream: Http2Stream, head: ResponseHead, time: number): void {
    const { exchange, connect } = stream;
    exchange.response.end(time);
    exchange.end('answered');
    stream.upgraded = this.#upgrade({ agreement: agreementOf(connect, head), exchange });
  }

  #loseRequest(stream: Http2Stream): void {
    this.#asking.delete(stream);
    stream.request.hasEnded = true;
    stream.exchange.lost(0);
    if (stream.request.hasHead) stream.exchange.request.abandon();
  }

  #doubt(stream: Http2Stream): void {
    this.#answering.delete(stream);
    stream.isDoubtful = true;
    stream.exchange.answerMayBeLost();
  }

  #loseAnswer(stream: Http2Stream): void {
    stream.exchange.lost(0);
    this.#end(stream, 'unknown');
  }

  #giveUpOldest(): void {
    for (const stream of this.#open.values()) {
      stream.exchange.unpaired();
      return this.#end(stream, 'unknown');
    }
  }

  #end(stream: Http2Stream, ending: Ending, endedBy?: 'client' | 'server'): void {
    this.#open.delete(stream.id);
    this.#asking.delete(stream);
    this.#answering.delete(stream);
    if (stream.upgraded !== undefined) stream.upgraded.close(ending, endedBy);
    else if (stream.response.hasEnded) stream.exchange.end('answered');
    else stream.exchange.end(ending, endedBy);
  }
}
