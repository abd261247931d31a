import { ByteQueue } from '../../bytes/byte-queue.ts';
import { type RequestHead, type ResponseHead, withAnomaly } from '../../http/head.ts';
import type { MessageFormat } from '../message-format.ts';
import type { LostReason } from '../message-handler.ts';

const lineFeed = 0x0a;
/**
 * Nearly every head is found by taking apart what there is. This many bytes are a packet that is full: its head may
 * continue in the next one, or much may stand behind it, which would be kept with it. There its end is looked for
 * first.
 */
const fullPacketBytes = 1200;
/** Empty lines behind another one, the usual one first. */
const emptyLine = Buffer.from('\n\r\n');
const bareEmptyLine = Buffer.from('\n\n');
/** Most heads are shorter, in bytes. */
const searchWindow = 4096;
/** This many bytes at the start of a line, or behind it, are enough to tell what it is (`detect.ts`). */
const shortLine = 128;

/** What came of reading on: a whole head and where it ends, or why there is none. */
export type HeadReading<Head> =
  | { readonly kind: 'whole'; readonly head: Head; readonly next: number }
  | { readonly kind: 'more' | 'malformed' | 'too-large' };

const more = { kind: 'more' } as const;
const malformed = { kind: 'malformed' } as const;
const tooLarge = { kind: 'too-large' } as const;

/** Is told how many bytes are kept, and when they are let go of (negative). */
export interface HoldMonitor {
  hold(bytes: number): void;
}

/** Reads one message head, in one chunk (then nothing is copied) or in many. */
export class HeadReader<Head extends RequestHead | ResponseHead> {
  readonly #format: MessageFormat<Head>;
  readonly #monitor: HoldMonitor;
  #queue: ByteQueue | undefined;
  #isRecognised = false;
  /** Only what cannot be anything else is a head: where a body may be, or where bytes before are missing. */
  isStrict = false;
  /** An answer did not show that it is one: nothing is looked for again, as each answer would cost another look. */
  #isDoubted = false;

  constructor(format: MessageFormat<Head>, monitor: HoldMonitor) {
    this.#format = format;
    this.#monitor = monitor;
  }

  /** How many bytes are kept. */
  get length(): number {
    return this.#queue?.length ?? 0;
  }

  /** The first line is known to be one: from here on it is only waited for the rest. */
  get isRecognised(): boolean {
    return this.#isRecognised;
  }

  /**
   * Reads on with `bytes[start, end)`. Nothing can be read after a head that is `malformed` or `too-large`, until it is
   * let go of.
   */
  read(bytes: Buffer, start: number, end: number): HeadReading<Head> {
    if (this.#queue !== undefined) return this.#collect(bytes, start, end);
    const limit = Math.min(end, start + this.#format.maxHeadBytes);
    const { knownHeads } = this.#format;
    const known = knownHeads.find(bytes, start, limit);
    if (known !== undefined && this.#accepts(known.head))
      return { kind: 'whole', head: known.head, next: start + known.bytes.length };
    const endInFull = end - start >= fullPacketBytes ? endOfHead(bytes, start, limit) : undefined;
    const head = endInFull === -1 ? undefined : this.#format.parseHead(bytes, start, endInFull ?? limit);
    if (head?.isWhole && this.#accepts(head)) {
      const next = start + head.size;
      knownHeads.note(bytes, start, next);
      return { kind: 'whole', head, next };
    }
    const headEnd = endInFull ?? endOfHead(bytes, start, limit);
    if (headEnd < 0) return this.#collect(bytes, start, end);
    return this.#parse(bytes, start, headEnd);
  }

  /**
   * Reads on where a body may be instead; `undefined` if it is one: no head begins here, or one begins here and so not
   * in what was kept.
   */
  readInsteadOfBody(bytes: Buffer, start: number, end: number): HeadReading<Head> | undefined {
    this.isStrict = true;
    if (this.#format.looksWhole(bytes, start, end) === (this.length === 0 ? 'no' : 'yes')) return undefined;
    const reading = this.read(bytes, start, end);
    return reading.kind === 'malformed' || reading.kind === 'too-large' ? undefined : reading;
  }

  /**
   * What is known of a head that will never be whole: its first line, and those of its fields whose line is whole.
   * An answer may show that it is one.
   */
  salvage(reason: LostReason | 'ended'): Head | undefined {
    const head = this.#salvage(reason === 'answered');
    const isWhole = reason === 'gap' || head?.version === 'HTTP/0.9';
    return head === undefined || isWhole ? head : withAnomaly(head, 'truncated_head');
  }

  #salvage(isAnswered: boolean): Head | undefined {
    const queue = this.#queue;
    if (queue === undefined) return undefined;
    const end = queue.bytes.lastIndexOf(lineFeed, queue.length - 1) + 1;
    const lines = () => this.#format.parseHead(queue.bytes, 0, end > 0 ? end : queue.length);
    if (this.#isRecognised) return lines();
    if (this.#isDoubted) return undefined;
    const cutLine = () => this.#format.parseCutHead(queue.bytes.toString('latin1', 0, queue.length));
    const head = end === 0 ? cutLine() : isAnswered ? lines() : undefined;
    this.#isDoubted = head === undefined;
    return head;
  }

  /** Lets go of what is kept; returns the first `length` bytes of it. */
  release(length = 0): Buffer {
    const queue = this.#queue;
    this.#isRecognised = false;
    this.#isDoubted = false;
    if (queue === undefined) return nothing;
    this.#monitor.hold(-queue.heldBytes);
    this.#queue = undefined;
    return queue.bytes.subarray(0, length);
  }

  #parse(bytes: Buffer, start: number, end: number): HeadReading<Head> {
    const head = this.#format.parseHead(bytes, start, end);
    return head === undefined || !this.#accepts(head) ? malformed : { kind: 'whole', head, next: end };
  }

  #accepts(head: Head): boolean {
    return !this.isStrict || this.#format.isWhole(head);
  }

  #collect(bytes: Buffer, start: number, end: number): HeadReading<Head> {
    this.#queue ??= new ByteQueue(this.#format.maxHeadBytes + 1);
    const queue = this.#queue;
    const before = queue.length;
    const take = Math.min(end - start, this.#format.maxHeadBytes + 1 - before);
    const held = queue.heldBytes;
    queue.append(bytes, start, start + take);
    this.#monitor.hold(queue.heldBytes - held);
    const headEnd = endOfHead(queue.bytes, Math.max(0, before - 3), Math.min(queue.length, this.#format.maxHeadBytes));
    if (headEnd >= 0) {
      const reading = this.#parse(queue.bytes, 0, headEnd);
      if (reading.kind !== 'whole') return reading;
      this.release();
      return { ...reading, next: start + (headEnd - before) };
    }
    if (!this.#isRecognised && canTell(queue.bytes, before, queue.length)) {
      const looksLike = this.isStrict ? this.#format.looksWhole : this.#format.looksLike;
      const verdict = looksLike(queue.bytes, 0, queue.length);
      if (verdict === 'no') return malformed;
      this.#isRecognised = verdict === 'yes';
    }
    return queue.length > this.#format.maxHeadBytes ? tooLarge : more;
  }
}

const nothing = Buffer.alloc(0);

/**
 * Whether the bytes from `before` on can change what a first line looks like: while it is short, and when its end or
 * what follows it has come. Otherwise a long one that comes byte by byte would be read from its start with every byte.
 */
function canTell(bytes: Buffer, before: number, end: number): boolean {
  if (before < shortLine) return true;
  return bytes.subarray(before - shortLine, end).includes(lineFeed);
}

/** The offset behind the empty line that ends a head, searched from `resume` on; -1 if it is not there yet. */
function endOfHead(bytes: Buffer, resume: number, end: number): number {
  // A window at a time: where one kind of empty line is near, the other kind is not searched for in all that follows.
  for (let from = resume; from < end; from += searchWindow) {
    const searched = bytes.subarray(from, Math.min(end, from + searchWindow + emptyLine.length - 1));
    const usual = searched.indexOf(emptyLine);
    const bare = (usual < 0 ? searched : searched.subarray(0, usual + 1)).indexOf(bareEmptyLine);
    if (bare >= 0) return from + bare + bareEmptyLine.length;
    if (usual >= 0) return from + usual + emptyLine.length;
  }
  return -1;
}
