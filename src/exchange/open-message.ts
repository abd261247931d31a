import { ByteQueue } from '../bytes/byte-queue.ts';
import type { BodyReader } from '../grpc/body-reader.ts';
import type { Anomaly } from '../http/anomaly.ts';
import type { MessageListener, MessageStart } from '../http/exchange-listener.ts';
import { type RequestHead, type ResponseHead, withAnomaly } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Chunk } from '../tcp/stream.ts';
import type { CapturedBody, Message } from './exchange.ts';

/** What a message tells its exchange. */
export interface MessageOwner {
  /** How many bytes of each body are kept; 0 keeps none. */
  readonly bodyLimitBytes: number;
  /** When something was last seen of the exchange while it waited for its response. */
  readonly lastActivity: number;
  /** `start` is borrowed. */
  starts(which: WhichMessage, start: MessageStart): void;
  begins(which: WhichMessage, headers: HeaderFields, time: number): void;
  continues(which: WhichMessage, time: number): void;
  ends(which: WhichMessage, time: number): void;
  /** More memory is held. */
  hold(bytes: number): void;
  /** Bytes of a body are missing. */
  missed(bytes: number): void;
}

export type WhichMessage = 'request' | 'response';

/** One message of an exchange that has not ended. */
export class OpenMessage<Head extends RequestHead | ResponseHead> implements MessageListener<Head> {
  readonly #which: WhichMessage;
  readonly #owner: MessageOwner;
  #head: Head | undefined;
  #firstByteTime = 0;
  #lastByteTime = 0;
  #sequence = 0;
  #acknowledgment: number | undefined;
  #bodyBytes = 0;
  #kept: ByteQueue | undefined;
  #trailers: HeaderFields | undefined;
  /** Nothing more of it will come. */
  hasEnded = false;
  /** Reads its body, too. */
  reader: BodyReader | undefined;
  /** Bytes are missing: what comes after them is only counted. */
  #hasHole = false;

  constructor(which: WhichMessage, owner: MessageOwner) {
    this.#which = which;
    this.#owner = owner;
  }

  /** The head, once it has come. */
  get seen(): Head | undefined {
    return this.#head;
  }

  get trailersSeen(): HeaderFields | undefined {
    return this.#trailers;
  }

  head(head: Head, start: MessageStart, time: number): void {
    this.#head = head;
    this.#firstByteTime = start.time;
    this.#sequence = start.sequence;
    this.#acknowledgment = start.acknowledgment;
    this.#lastByteTime = time;
    this.#owner.starts(this.#which, start);
    this.#owner.begins(this.#which, head.headers, time);
  }

  /** Becomes what another one was, whole. */
  repeat(other: OpenMessage<Head>, version: string): void {
    if (other.#head === undefined) return;
    const { time, ...start } = {
      time: other.#firstByteTime,
      sequence: other.#sequence,
      acknowledgment: other.#acknowledgment,
    };
    this.head({ ...other.#head, version }, { ...start, time }, time);
    this.#bodyBytes = other.#bodyBytes;
    this.#kept = other.#kept;
    this.end(other.#lastByteTime);
  }

  body(chunk: Chunk, start: number, end: number): void {
    this.#bodyBytes += end - start;
    this.#lastByteTime = chunk.lastTime;
    this.#owner.continues(this.#which, chunk.lastTime);
    if (this.#owner.bodyLimitBytes > 0 && !this.#hasHole) this.#keep(chunk, start, end);
    if (this.reader !== undefined) this.#read(chunk, start, end);
  }

  missing(bytes: number): void {
    this.#bodyBytes += bytes;
    this.#hasHole = true;
    this.reader?.missing(bytes);
    this.#owner.missed(bytes);
  }

  trailers(fields: HeaderFields): void {
    this.#trailers = fields;
    this.#owner.hold(fields.heldBytes);
  }

  odd(anomaly: Anomaly): void {
    this.#head = this.#head && withAnomaly(this.#head, anomaly);
  }

  end(time: number): void {
    if (time > this.#lastByteTime) this.#lastByteTime = time;
    this.hasEnded = true;
    this.#owner.ends(this.#which, time);
  }

  abandon(): void {
    this.#owner.ends(this.#which, this.#owner.lastActivity);
  }

  /** What was seen of it until now; `undefined` if it has not begun. */
  snapshot(): Message<Head> | undefined {
    if (this.#head === undefined) return undefined;
    return {
      head: this.#head,
      firstByteTime: this.#firstByteTime,
      lastByteTime: this.#lastByteTime,
      sequence: this.#sequence,
      acknowledgment: this.#acknowledgment,
      bodyBytes: this.#bodyBytes,
      body: this.#capturedBody(),
      trailers: this.#trailers,
    };
  }

  #read({ bytes }: Chunk, start: number, end: number): void {
    const held = this.reader?.heldBytes ?? 0;
    this.reader?.read(bytes, start, end);
    this.#owner.hold((this.reader?.heldBytes ?? 0) - held);
  }

  #keep({ bytes }: Chunk, start: number, end: number): void {
    const limit = this.#owner.bodyLimitBytes;
    this.#kept ??= new ByteQueue(limit);
    const held = this.#kept.heldBytes;
    this.#kept.append(bytes, start, start + Math.min(end - start, limit - this.#kept.length));
    this.#owner.hold(this.#kept.heldBytes - held);
  }

  #capturedBody(): CapturedBody | undefined {
    if (this.#kept === undefined) return undefined;
    const { bytes, length } = this.#kept;
    return { bytes: bytes.subarray(0, length), truncated: this.#bodyBytes > length };
  }
}
