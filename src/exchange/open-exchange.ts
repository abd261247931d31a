import { ByteQueue } from '../bytes/byte-queue.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { MessageStart } from '../http/message-handler.ts';
import type { CapturedBody, Endpoints, Exchange, Message, Outcome } from './exchange.ts';
import type { Step } from './step-keeper.ts';

/** One message of an exchange that is still going on. */
export class OpenMessage<Head> implements Message<Head> {
  readonly head: Head;
  readonly firstByteTime: number;
  readonly sequence: number;
  lastByteTime: number;
  bodyBytes = 0;
  isDone = false;
  #kept: ByteQueue | undefined;
  /** Bytes are missing: what comes after them is only counted. */
  #hasHole = false;

  constructor(head: Head, start: MessageStart, time: number) {
    this.head = head;
    this.firstByteTime = start.time;
    this.sequence = start.sequence;
    this.lastByteTime = time;
  }

  /** Counts body bytes and keeps the first ones, `limit` in all; returns how much memory that took. */
  add(bytes: Buffer, start: number, end: number, time: number, limit: number): number {
    this.bodyBytes += end - start;
    this.lastByteTime = time;
    if (limit === 0 || this.#hasHole) return 0;
    this.#kept ??= new ByteQueue(limit);
    const held = this.#kept.heldBytes;
    const take = Math.min(end - start, limit - this.#kept.length);
    this.#kept.append(bytes, start, start + take);
    return this.#kept.heldBytes - held;
  }

  /** Bytes of the body were not captured. */
  miss(bytes: number): void {
    this.bodyBytes += bytes;
    this.#hasHole = true;
  }

  finish(time: number): void {
    this.isDone = true;
    if (time > this.lastByteTime) this.lastByteTime = time;
  }

  get body(): CapturedBody | undefined {
    if (this.#kept === undefined) return undefined;
    const { bytes, length } = this.#kept;
    return { bytes: bytes.subarray(0, length), truncated: this.bodyBytes > length };
  }
}

/** An exchange while it goes on; becomes an `Exchange` once its outcome is known. */
export class OpenExchange {
  request: OpenMessage<RequestHead> | undefined;
  response: OpenMessage<ResponseHead> | undefined;
  informational: number[] | undefined;
  incomplete = false;
  gapBytes = 0;
  /** Bytes this exchange is accounted for in its connection. */
  heldBytes = 0;
  /** Its record has been sent already (a timeout): it only keeps the place of its late response. */
  isSent = false;
  /** It is among the exchanges that a pod still has to do with. */
  isCounted = false;
  step: Step = 'known';
  /** Nothing more is kept for it. */
  isOver = false;
  /** Its response made the connection a tunnel. */
  isTunnel = false;
  /** When something was last seen of it, and the same when it took its place in the timeout queue. */
  lastActivity = 0;
  queuedTime = 0;
  /** Links of the timeout queue. */
  isQueued = false;
  older: OpenExchange | undefined;
  newer: OpenExchange | undefined;

  readonly timeoutHandler: TimeoutHandler;

  constructor(timeoutHandler: TimeoutHandler) {
    this.timeoutHandler = timeoutHandler;
  }

  /** The client asked before sending its body, which has not begun: after a final response it may never (RFC 9110, section 10.1.1). */
  get awaitsContinue(): boolean {
    const { request } = this;
    return (
      request !== undefined &&
      !request.isDone &&
      request.bodyBytes === 0 &&
      request.head.headers.get('expect') !== undefined
    );
  }

  /** Bytes of the body of one of its messages were not captured. */
  miss(message: OpenMessage<RequestHead | ResponseHead>, bytes: number): void {
    this.incomplete = true;
    this.gapBytes += bytes;
    message.miss(bytes);
  }

  finish(endpoints: Endpoints, outcome: Outcome): Exchange {
    return {
      endpoints,
      request: this.request,
      response: this.response,
      outcome,
      informational: this.informational ?? [],
      incomplete: this.incomplete,
      gapBytes: this.gapBytes,
    };
  }
}

/** Whoever an exchange belongs to is told that it went unanswered for too long. */
export interface TimeoutHandler {
  timedOut(exchange: OpenExchange): void;
}
