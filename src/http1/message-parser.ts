import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { Chunk } from '../tcp/stream.ts';
import { acknowledges } from './acknowledges.ts';
import type { Framing } from './body/framing.ts';
import { MessageBody } from './body/message-body.ts';
import { HeadFinder } from './head/head-finder.ts';
import type { MessageFormat } from './message-format.ts';
import type { LostReason, MessageHandler } from './message-handler.ts';
import type { ParserState } from './parser-state.ts';

/**
 * The messages of one direction of an HTTP/1.x connection (RFC 9112). Body bytes are never copied; a head is, only when
 * it comes in several chunks. Odd bytes never throw: they end in `lost`.
 */
export class MessageParser<Head extends RequestHead | ResponseHead> {
  readonly #handler: MessageHandler<Head>;
  readonly #heads: HeadFinder<Head>;
  readonly #body: MessageBody;
  #state: ParserState = 'start';
  /** What follows the message in progress: another one, or nothing. */
  #following: 'start' | 'silent' = 'start';
  /** Bytes of the body that a CONNECT has announced and not sent yet; below zero if it was followed by more. */
  #undecidedBytes = 0;

  constructor(format: MessageFormat<Head>, handler: MessageHandler<Head>) {
    this.#handler = handler;
    this.#heads = new HeadFinder(format, handler);
    this.#body = new MessageBody(handler, format.parseTrailers);
  }

  data(chunk: Chunk): void {
    this.#heads.started.lastTime = chunk.lastTime;
    for (let at = chunk.start; at < chunk.end; ) at = this.#step(chunk, at);
  }

  /** The first bytes of a head have come, the rest has not. */
  get isInHead(): boolean {
    return this.#heads.length > 0;
  }

  /** `bytes` are missing at this place; `undefined`: the stream did not begin here, so a message is looked for. */
  gap(bytes: number | undefined, time: number): void {
    if (this.#state === 'silent') return;
    if (bytes === undefined) {
      this.#heads.seek();
      this.#state = 'seek';
      return;
    }
    if (this.#state === 'undecided') {
      this.#undecidedBytes -= bytes;
      return;
    }
    const inside = this.#state === 'body' ? this.#body.skip(bytes) : undefined;
    if (inside === undefined) return this.#lose('gap', bytes);
    if (this.#body.isDone) this.#finish(time);
    if (bytes > inside) this.#lose('gap', bytes - inside);
  }

  /** The sender has ended the stream. */
  end(): void {
    const { started } = this.#heads;
    if (this.#state === 'body-or-head') this.#settleForBody(this.#heads.length);
    const isCut = this.#salvage('ended');
    if (this.isInHead) this.#handler.unreadable();
    if (this.#state === 'body' && this.#body.endsWithStream) this.#finish(started.lastTime);
    else if (this.#state === 'body' || isCut) this.#handler.cut(started.lastTime);
    this.close();
  }

  /** The stream is over, or nobody wants to know more of it: what has come of a head still counts. */
  close(): void {
    this.#salvage('gap');
    this.#heads.leave();
    this.#body.leave();
    this.#state = 'silent';
  }

  /** The CONNECT was refused: messages continue. What was said in the meantime can only have been its body. */
  resume(): void {
    if (this.#state !== 'undecided') return;
    const rest = this.#undecidedBytes;
    this.#body.begin({ kind: 'length', bytes: rest });
    this.#state = rest > 0 ? 'body-or-head' : 'start';
    if (rest < 0) this.#lose('malformed', 0);
  }

  /** The other side, with this acknowledgment, has answered: of a head that is not whole yet, no more is needed. */
  answered(acknowledgment: number | undefined): void {
    if (this.#state !== 'head' || !acknowledges(acknowledgment, this.#heads.started.sequence)) return;
    if (this.#heads.salvage('answered') !== undefined) this.#lose('answered', 0);
  }

  /** The answer came before the body it was asked for (Expect: 100-continue): a message may come in its place. */
  expectAbsentBody(): void {
    if (this.#state === 'body') this.#state = 'body-or-head';
  }

  /** How much was said behind a CONNECT that is not its announced body, while its answer was due. */
  get earlyBytes(): number {
    return this.#state === 'undecided' && this.#undecidedBytes < 0 ? -this.#undecidedBytes : 0;
  }

  /** Nothing follows the message in progress: its answer lasts until the connection ends (RFC 9112, section 6.3). */
  endAfterThis(): void {
    this.#following = 'silent';
    if (this.#state === 'body-or-head') this.#settleForBody(this.#heads.length);
    else if (this.#state !== 'body') this.close();
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
        if (!this.#heads.mayBegin(chunk, at)) return chunk.end;
        this.#state = 'start';
        return at;
      case 'undecided':
        this.#undecidedBytes -= chunk.end - at;
        return chunk.end;
      case 'upgraded':
        this.#handler.behindUpgrade(chunk, at);
        return chunk.end;
      case 'silent':
        return chunk.end;
    }
  }

  #begin(chunk: Chunk, from: number): number {
    const at = this.#heads.begin(chunk, from);
    if (at === chunk.end) return at;
    this.#state = 'head';
    return this.#heads.isBehindBrokenLine ? this.#refuse(chunk, at, 0) : at;
  }

  #head(chunk: Chunk, at: number): number {
    const before = this.#heads.length;
    const reading = this.#heads.read(chunk, at);
    if (reading.kind === 'more') return chunk.end;
    if (reading.kind === 'malformed') return this.#refuse(chunk, at, before);
    if (reading.kind !== 'whole') return this.#loseRest(reading.kind, chunk);
    if (this.#heads.found()) this.#handler.resynchronised();
    this.#begun(reading.head, chunk.lastTime);
    return reading.next;
  }

  /** A head has come; the handler says where its body ends. */
  #begun(head: Head, time: number): void {
    this.#enter(this.#handler.head(head, this.#heads.started, time), time);
  }

  #enter(framing: Framing, time: number): void {
    if (framing.kind === 'length' || framing.kind === 'chunked' || framing.kind === 'until-close') {
      this.#body.begin(framing);
      this.#state = framing.mayBeAbsent ? 'body-or-head' : 'body';
      return;
    }
    if (framing.kind === 'broken') {
      this.#lose('malformed', 0);
      if (!framing.isBody) this.#heads.seekNext();
      return;
    }
    this.#finish(time);
    if (framing.kind === 'undecided') {
      this.#undecidedBytes = framing.bytes;
      this.#state = 'undecided';
    }
    if (framing.kind === 'tunnel') this.#state = 'upgraded';
  }

  #readBody(chunk: Chunk, at: number): number {
    const end = this.#body.read(chunk, at);
    if (this.#body.isDone) this.#finish(chunk.lastTime);
    if (this.#body.isBroken) this.#lose('malformed', 0);
    return end;
  }

  #bodyOrHead(chunk: Chunk, at: number): number {
    const before = this.#heads.length;
    const reading = this.#heads.readInsteadOfBody(chunk, at);
    if (reading === undefined) {
      this.#settleForBody(before);
      return at;
    }
    if (reading.kind === 'whole' || this.#heads.isRecognised) {
      this.#finish(chunk.lastTime);
      this.#state = 'head';
    }
    if (reading.kind !== 'whole') return chunk.end;
    this.#begun(reading.head, chunk.lastTime);
    return reading.next;
  }

  /** There is a body after all, and it began with the first `length` bytes that were kept. */
  #settleForBody(length: number): void {
    this.#state = 'body';
    this.data(this.#heads.release(length));
  }

  /** What comes at `at` is no head, but may be a message: that began with `length` bytes that were kept. */
  #refuse(chunk: Chunk, at: number, length: number): number {
    const head = this.#heads.isSeeking ? undefined : this.#handler.headless(this.#heads.started);
    if (head === undefined) return this.#loseRest('malformed', chunk);
    this.#begun(head, chunk.lastTime);
    this.#settleForBody(length);
    return at;
  }

  #finish(time: number): void {
    if (this.#body.isUnreliable) {
      this.#lose('malformed', 0);
      return this.#heads.seekNext();
    }
    this.#state = this.#following;
    this.#body.leave();
    this.#handler.end(time);
  }

  #loseRest(reason: LostReason, chunk: Chunk): number {
    this.#lose(reason, 0);
    return chunk.end;
  }

  #lose(reason: LostReason, bytes: number): void {
    const isNew = this.#salvage(reason) || !this.#heads.isSeeking || reason === 'gap';
    this.#heads.seek();
    this.#body.leave();
    this.#state = this.#following === 'start' ? 'seek' : 'silent';
    if (isNew) this.#handler.lost(reason, bytes);
  }

  /** Of a head that will never be whole, what has come is told; returns whether anything has. */
  #salvage(reason: LostReason | 'ended'): boolean {
    const head = this.#state === 'head' ? this.#heads.salvage(reason) : undefined;
    if (head === undefined) return false;
    this.#heads.leave();
    this.#handler.head(head, this.#heads.started, this.#heads.started.lastTime);
    return true;
  }
}
