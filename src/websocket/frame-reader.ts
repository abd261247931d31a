import type { Chunk } from '../tcp/stream.ts';
import {
  closeOpcode,
  type FrameHeader,
  headerBytes,
  isContinuation,
  isControl,
  maxHeaderBytes,
  readFrameHeader,
} from './frame-header.ts';

/**
 * `lost`: bytes are missing in which frames may have begun. `broken`: these are no frames. `closed`: nothing follows a
 * close frame.
 */
type State = 'header' | 'payload' | 'lost' | 'broken' | 'closed';

/** Counts the messages of one side of a WebSocket (RFC 6455, section 5). Payload is neither copied nor unmasked. */
export class FrameReader {
  readonly #hasExtensions: boolean;
  readonly #head = Buffer.alloc(maxHeaderBytes);
  #headLength = 0;
  #frame: FrameHeader | undefined;
  /** Payload of the frame that has not come. */
  #left = 0;
  #state: State = 'header';
  /** The last frame of a message is due; control frames may come before it. */
  #isInMessage = false;
  #messages = 0;
  #bytes = 0;
  #closeCode = 0;

  /** `hasExtensions`: bits may be set that mean something to those. */
  constructor(hasExtensions: boolean) {
    this.#hasExtensions = hasExtensions;
  }

  /** How many messages have come whole; undefined once bytes are missing in which there may have been some. */
  get messages(): number | undefined {
    return this.#state === 'lost' ? undefined : this.#messages;
  }

  /** Payload of messages, without that of control frames. */
  get bytes(): number | undefined {
    return this.#state === 'lost' ? undefined : this.#bytes;
  }

  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** What the close frame says, where it says why. */
  get closeCode(): number | undefined {
    return this.#state === 'closed' && this.#closeCode > 0 ? this.#closeCode : undefined;
  }

  data({ bytes, start, end }: Pick<Chunk, 'bytes' | 'start' | 'end'>): void {
    for (let at = start; at < end; ) {
      if (this.#state === 'header') this.#header(bytes[at++] as number);
      else if (this.#state === 'payload') at = this.#payload(bytes, at, end);
      else return;
    }
  }

  /** `missing` bytes were not captured; undefined if nobody knows how many. */
  gap(missing: number | undefined): void {
    if (this.#state !== 'header' && this.#state !== 'payload') return;
    if (missing === undefined || missing > this.#left || this.#frame === undefined) {
      this.#state = 'lost';
      return;
    }
    // A code of which a part is missing is none.
    if (this.#frame.opcode === closeOpcode && this.#taken < 2) this.#closeCode = Number.NEGATIVE_INFINITY;
    this.#take(missing);
  }

  #header(byte: number): void {
    this.#head[this.#headLength++] = byte;
    if (this.#headLength < 2 || this.#headLength < headerBytes(this.#head[1] as number)) return;
    const frame = readFrameHeader(this.#head);
    if (frame === undefined || !this.#fits(frame)) {
      this.#state = 'broken';
      return;
    }
    this.#frame = frame;
    this.#left = frame.length;
    this.#state = 'payload';
    if (frame.length === 0) this.#finish(frame);
  }

  /**
   * A message that has begun continues before another one begins. Who has to mask what it says (RFC 6455, section 5.1)
   * is no matter: there are clients that do not, and servers that take it.
   */
  #fits({ isExtended, opcode }: FrameHeader): boolean {
    if (isExtended && !this.#hasExtensions) return false;
    return isControl(opcode) || isContinuation(opcode) === this.#isInMessage;
  }

  #payload(bytes: Buffer, at: number, end: number): number {
    if (this.#frame?.opcode === closeOpcode && this.#taken < 2) {
      this.#closeCode = this.#closeCode * 256 + this.#unmasked(bytes[at] as number);
      this.#take(1);
      return at + 1;
    }
    const length = Math.min(this.#left, end - at);
    this.#take(length);
    return at + length;
  }

  get #taken(): number {
    return (this.#frame?.length ?? 0) - this.#left;
  }

  #unmasked(byte: number): number {
    if (!this.#frame?.isMasked) return byte;
    return byte ^ (this.#head[this.#headLength - 4 + this.#taken] as number);
  }

  #take(length: number): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    this.#left -= length;
    if (!isControl(frame.opcode)) this.#bytes += length;
    if (this.#left === 0) this.#finish(frame);
  }

  #finish({ opcode, isFinal, length }: FrameHeader): void {
    this.#frame = undefined;
    this.#headLength = 0;
    this.#state = opcode === closeOpcode ? 'closed' : 'header';
    // A code has two bytes.
    if (opcode === closeOpcode && length < 2) this.#closeCode = 0;
    if (isControl(opcode)) return;
    this.#isInMessage = !isFinal;
    if (isFinal) this.#messages++;
  }
}
