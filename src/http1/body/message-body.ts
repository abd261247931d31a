import type { Anomaly } from '../../http/anomaly.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import type { Chunk } from '../../tcp/stream.ts';
import { type Body, type BodyVisitor, untilCloseBody } from './body.ts';
import { createBody } from './create-body.ts';
import type { BodyFraming } from './framing.ts';

/** Hears what a body holds. */
export type BodyHandler = Omit<BodyVisitor, 'trailers'> & {
  trailers(fields: HeaderFields): void;
  missing(bytes: number): void;
  odd(anomaly: Anomaly): void;
};

/** The body of the message in progress. */
export class MessageBody implements BodyVisitor {
  readonly #handler: BodyHandler;
  readonly #parseTrailers: (bytes: Buffer) => HeaderFields;
  #body: Body = untilCloseBody;
  #isUnreliable = false;

  constructor(handler: BodyHandler, parseTrailers: (bytes: Buffer) => HeaderFields) {
    this.#handler = handler;
    this.#parseTrailers = parseTrailers;
  }

  get isDone(): boolean {
    return this.#body.isDone;
  }

  get isBroken(): boolean {
    return this.#body.isBroken;
  }

  get endsWithStream(): boolean {
    return this.#body.endsWithStream;
  }

  /** Its end can be known, but not what comes behind it. */
  get isUnreliable(): boolean {
    return this.#isUnreliable;
  }

  begin(framing: BodyFraming): void {
    this.#body = createBody(framing);
    this.#isUnreliable = framing.kind === 'chunked' && framing.isUnreliable === true;
  }

  /** Reads on from `at`; returns where it stopped. */
  read(chunk: Chunk, at: number): number {
    const end = this.#body.read(chunk, at, this);
    // Where chunked is not the last coding, that has been said, and chunks are a guess.
    if (this.#body.isBroken && !this.#isUnreliable) this.#handler.odd('invalid_chunk');
    return end;
  }

  /** Steps over missing bytes; returns how many of them were the body's, `undefined` if nobody can tell. */
  skip(bytes: number): number | undefined {
    const inside = this.#body.skip(bytes);
    if (inside !== undefined) this.#handler.missing(inside);
    return inside;
  }

  /**
   * Lets go of it, also of one that did not come to its end. Else it would be kept until the next message of the
   * connection: by then it is among the old objects, which are costly to collect.
   */
  leave(): void {
    if (this.#body.heldBytes > 0) this.#handler.hold(-this.#body.heldBytes);
    this.#body = untilCloseBody;
    this.#isUnreliable = false;
  }

  body(chunk: Chunk, start: number, end: number): void {
    this.#handler.body(chunk, start, end);
  }

  trailers(bytes: Buffer): void {
    this.#handler.trailers(this.#parseTrailers(bytes));
  }

  hold(bytes: number): void {
    this.#handler.hold(bytes);
  }
}
