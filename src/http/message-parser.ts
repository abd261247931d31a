import type { Writable } from '../bytes/writable.ts';
import type { Chunk } from '../tcp/stream.ts';
import { type Body, LengthBody, untilCloseBody } from './body.ts';
import { createBody } from './create-body.ts';
import type { Framing } from './framing.ts';
import type { AnyHead } from './head.ts';
import { HeadReader } from './head-reader.ts';
import type { HeadSyntax } from './head-syntax.ts';
import type { LostReason, MessageHandler, MessageStart, ParserMonitor } from './message-handler.ts';

type State =
  | 'start'
  | 'head'
  | 'body'
  /** What comes next decides whether there is a body. */
  | 'body-or-head'
  /** Only waits: after a CONNECT that is still to be answered. */
  | 'undecided'
  /** A tunnel, or nobody wants to know more. */
  | 'silent'
  /** Looks for a message at the start of every chunk. */
  | 'seek';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * The messages of one direction of an HTTP/1.x connection (RFC 9112). Body bytes are never copied; a head is, only when it comes in
 * several chunks. Odd bytes never throw: they end in `lost`.
 */
export class MessageParser<Head extends AnyHead> {
  readonly #syntax: HeadSyntax<Head>;
  readonly #handler: MessageHandler<Head>;
  readonly #monitor: ParserMonitor;
  readonly #headReader: HeadReader<Head>;
  #state: State = 'start';
  #body: Body = untilCloseBody;
  /** Where the message in progress began: filled again for each one. */
  readonly #started: Writable<MessageStart> = { time: 0, sequence: 0 };
  #afterReturn = false;
  /** Messages are being looked for, after `lost`. */
  #seeking = false;
  /** Bytes of the body that a CONNECT has announced and not sent yet; below zero if it was followed by more. */
  #undecidedBytes = 0;

  constructor(syntax: HeadSyntax<Head>, maxHeadBytes: number, handler: MessageHandler<Head>, monitor: ParserMonitor) {
    this.#monitor = monitor;
    this.#syntax = syntax;
    this.#headReader = new HeadReader(syntax, maxHeadBytes, monitor);
    this.#handler = handler;
  }

  data(chunk: Chunk): void {
    for (let at = chunk.start; at < chunk.end; ) at = this.#step(chunk, at);
  }

  /** The first bytes of a head have come, the rest has not. */
  get isInHead(): boolean {
    return this.#headReader.length > 0;
  }

  /** `bytes` are missing at this place; `undefined`: the stream did not begin here, so a message is looked for. */
  gap(bytes: number | undefined, time: number): void {
    if (this.#state === 'silent') return;
    if (bytes === undefined) {
      this.#seeking = true;
      this.#state = 'seek';
      return;
    }
    if (this.#state === 'undecided') {
      this.#undecidedBytes -= bytes;
      return;
    }
    const inside = this.#state === 'body' ? this.#body.skip(bytes) : undefined;
    if (inside === undefined) return this.#lose('gap', bytes);
    this.#handler.missing(inside);
    if (this.#body.isDone) this.#finish(time);
    if (bytes > inside) this.#lose('gap', bytes - inside);
  }

  /** The sender has ended the stream. */
  end(time: number): void {
    if (this.#state === 'body-or-head') this.#settleForBody(this.#headReader.length, time);
    if (this.#state === 'body' && this.#body.endsWithStream) this.#finish(time);
    else if (this.#state === 'body' || this.#salvage()) this.#handler.cut(time);
    this.close();
  }

  /** The stream is over, or nobody wants to know more of it: what has come of a head still counts. */
  close(): void {
    this.#salvage();
    this.#headReader.release();
    this.#state = 'silent';
  }

  /** The CONNECT was refused: messages go on. What was said in the meantime was not looked at, but can only have been its body. */
  resume(): void {
    if (this.#state !== 'undecided') return;
    const rest = this.#undecidedBytes;
    this.#body = new LengthBody(rest);
    this.#state = rest > 0 ? 'body-or-head' : 'start';
    if (rest < 0) this.#lose('malformed', 0);
  }

  /** The other side has answered a head that is not whole yet: what has come of it is all there will be. */
  answered(): void {
    if (this.#state === 'head' && this.#headReader.isRecognised) this.#lose('answered', 0);
  }

  /** The answer came before the body it was asked for (Expect: 100-continue): if the next bytes are a new message, there is no body. */
  expectAbsentBody(): void {
    if (this.#state === 'body') this.#state = 'body-or-head';
  }

  #step(chunk: Chunk, at: number): number {
    switch (this.#state) {
      case 'start':
        return this.#begin(chunk, at);
      case 'head':
        return this.#head(chunk, at);
      case 'body':
        return this.#readBody(chunk, at);
      case 'body-or-head':
        return this.#bodyOrHead(chunk, at);
      case 'seek':
        return this.#seek(chunk, at);
      case 'undecided':
        this.#undecidedBytes -= chunk.end - at;
        return chunk.end;
      case 'silent':
        return chunk.end;
    }
  }

  /** Empty lines before a message are passed over (RFC 9112, section 2.2); a CR alone is none. */
  #begin(chunk: Chunk, from: number): number {
    let at = from;
    for (; at < chunk.end; at++) {
      const byte = chunk.bytes[at];
      if (byte === lineFeed) this.#afterReturn = false;
      else if (byte === carriageReturn && !this.#afterReturn) this.#afterReturn = true;
      else break;
    }
    if (at === chunk.end) return at;
    if (this.#afterReturn) {
      this.#lose('malformed', 0);
      return chunk.end;
    }
    this.#startAt(chunk, at);
    this.#state = 'head';
    return at;
  }

  #head(chunk: Chunk, at: number): number {
    if (this.#seeking && this.#headReader.length > 0) this.#preferWholeLine(chunk, at);
    const reading = this.#headReader.read(chunk.bytes, at, chunk.end);
    if (reading.kind === 'more') return chunk.end;
    if (reading.kind !== 'whole') {
      this.#lose(reading.kind, 0);
      return chunk.end;
    }
    if (this.#seeking && !this.#syntax.isWhole(reading.head)) {
      this.#lose('malformed', 0);
      return chunk.end;
    }
    if (this.#seeking) this.#monitor.found();
    this.#seeking = false;
    this.#enter(this.#handler.head(reading.head, this.#started, chunk.time), chunk.time);
    return reading.next;
  }

  /** What was taken for the start of a head can be the end of a lost message: a chunk that begins with a whole first line is a better start. */
  #preferWholeLine(chunk: Chunk, at: number): void {
    if (this.#headReader.isRecognised || this.#syntax.looksWhole(chunk.bytes, at, chunk.end) !== 'yes') return;
    this.#headReader.release();
    this.#startAt(chunk, at);
  }

  #enter(framing: Framing, time: number): void {
    switch (framing.kind) {
      case 'none':
        return this.#finish(time);
      case 'length':
      case 'chunked':
      case 'until-close':
        this.#body = createBody(framing);
        this.#state = framing.mayBeAbsent ? 'body-or-head' : 'body';
        return;
      case 'undecided':
        this.#finish(time);
        this.#undecidedBytes = framing.bytes;
        this.#state = 'undecided';
        return;
      case 'tunnel':
        this.#finish(time);
        this.#state = 'silent';
        return;
      case 'broken':
        this.#finish(time);
        this.#lose('malformed', 0);
    }
  }

  #readBody(chunk: Chunk, at: number): number {
    const end = this.#body.read(chunk, at, this.#handler);
    if (this.#body.isDone) this.#finish(chunk.time);
    if (!this.#body.isBroken) return end;
    this.#lose('malformed', 0);
    return chunk.end;
  }

  #bodyOrHead(chunk: Chunk, at: number): number {
    const before = this.#headReader.length;
    if (before === 0) this.#startAt(chunk, at);
    const reading = this.#isBody(chunk, at) ? undefined : this.#headReader.read(chunk.bytes, at, chunk.end);
    if (reading === undefined || reading.kind === 'malformed' || reading.kind === 'too-large') {
      this.#settleForBody(before, chunk.time);
      return at;
    }
    if (reading.kind === 'whole' || this.#headReader.isRecognised) {
      this.#finish(chunk.time);
      this.#state = 'head';
    }
    if (reading.kind !== 'whole') return chunk.end;
    this.#enter(this.#handler.head(reading.head, this.#started, chunk.time), chunk.time);
    return reading.next;
  }

  /** No head begins here, or one begins here and so not in what was kept. */
  #isBody(chunk: Chunk, at: number): boolean {
    const verdict = this.#syntax.looksWhole(chunk.bytes, at, chunk.end);
    return verdict === (this.#headReader.length === 0 ? 'no' : 'yes');
  }

  /** There is a body after all, and it began with the first `length` bytes that were kept. */
  #settleForBody(length: number, time: number): void {
    const bytes = this.#headReader.release(length);
    this.#state = 'body';
    this.data({ bytes, start: 0, end: bytes.length, time, sequence: this.#started.sequence });
  }

  /** Only where a segment begins: a message boundary nearly always is one, and a body may quote anything elsewhere. */
  #seek(chunk: Chunk, at: number): number {
    if (at !== chunk.start) return chunk.end;
    const verdict = this.#syntax.looksWhole(chunk.bytes, at, chunk.end);
    if (verdict === 'no') return chunk.end;
    this.#state = 'start';
    return at;
  }

  #startAt(chunk: Chunk, at: number): void {
    this.#started.time = chunk.time;
    this.#started.sequence = (chunk.sequence + (at - chunk.start)) | 0;
  }

  #finish(time: number): void {
    this.#state = 'start';
    // Else the body would be kept until the next message of the connection: by then it is among the old objects, which are dear to collect.
    this.#body = untilCloseBody;
    this.#handler.end(time);
  }

  #lose(reason: LostReason, bytes: number): void {
    const isSalvaged = this.#salvage();
    this.#headReader.release();
    this.#afterReturn = false;
    this.#state = 'seek';
    const isNew = !this.#seeking || isSalvaged || reason === 'gap';
    this.#seeking = true;
    if (isNew) this.#handler.lost(reason, bytes);
  }

  /** Of a head that will never be whole, what has come is told; returns whether anything has. */
  #salvage(): boolean {
    const head = this.#state === 'head' ? this.#headReader.salvage() : undefined;
    if (head === undefined || (this.#seeking && !this.#syntax.isWhole(head))) return false;
    this.#headReader.release();
    this.#handler.head(head, this.#started, this.#started.time);
    return true;
  }
}
