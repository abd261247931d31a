import { copyOverhead } from '../bytes/copy-bytes.ts';
import { distance } from './sequence.ts';

/** Payload that cannot be handed over yet, copied out of the capture. An empty piece marks the place of a FIN behind a hole. */
export type Piece = {
  readonly sequence: number;
  /** What its sender had received when it sent this; `undefined` without the ACK flag. */
  readonly acknowledgment: number | undefined;
  readonly bytes: Buffer;
  readonly time: number;
  readonly missingBytes: number;
};

/** Most streams never hold anything: they share one empty list. */
const none: (Piece | undefined)[] = [];
/** So many places of removed pieces, and no fewer than those still held, are worth moving the others for. */
const minFreePlaces = 64;

/** The state of one side's byte stream: what comes next, and the pieces that wait for something before them. */
export class HalfStream {
  seen = false;
  hasSyn = false;
  started = false;
  /** Sequence number of the first byte of the stream, once started. */
  first = 0;
  /** Sequence number of the next byte to hand over, once started. */
  next = 0;
  /** Lowest and highest acknowledgment number from the other side: what it had received before the capture, and by now. */
  firstAcknowledged: number | undefined;
  acknowledged: number | undefined;
  /** Up to this acknowledgment number pieces do not wait for the other side any more. */
  waived: number | undefined;
  /** Where the side's FIN stands, and when it was captured. */
  fin: number | undefined;
  finTime = 0;
  ended = false;
  /** How far it had come when it sent its last RST. */
  resetAt: number | undefined;
  /** Time of the bytes handed over last; later bytes are never given an earlier time. */
  clock = 0;
  /** How many pieces came while its receiver had what is missing before them. */
  piecesBehindHole = 0;
  /** Memory for the held pieces, about: many tiny ones count for what they are. */
  heldCost = 0;
  /** In order of sequence, from `#headPlace` on; the places before it are free. */
  #held: (Piece | undefined)[] = none;
  #headPlace = 0;

  get head(): Piece | undefined {
    return this.#held[this.#headPlace];
  }

  get isHolding(): boolean {
    return this.#held !== none;
  }

  get heldPieces(): number {
    return this.#held.length - this.#headPlace;
  }

  start(sequence: number): void {
    this.started = true;
    this.first = sequence;
    this.next = sequence;
  }

  noteAcknowledgment(acknowledgment: number): void {
    this.firstAcknowledged = lower(this.firstAcknowledged ?? acknowledgment, acknowledgment);
    this.acknowledged = higher(this.acknowledged ?? acknowledgment, acknowledgment);
  }

  /** Keeps a piece in order of sequence; false when all of it is held already. */
  insert(piece: Piece): boolean {
    const place = this.#placeBehind(piece.sequence);
    const before = place > this.#headPlace ? this.#held[place - 1] : undefined;
    if (before !== undefined && covers(before, piece)) return false;
    if (this.#held === none) this.#held = [];
    if (place === this.#held.length) this.#held.push(piece);
    else this.#held.splice(place, 0, piece);
    this.heldCost += cost(piece);
    return true;
  }

  removeHead(): void {
    const piece = this.head;
    if (piece === undefined) return;
    this.heldCost -= cost(piece);
    this.#held[this.#headPlace++] = undefined;
    if (this.#headPlace === this.#held.length) this.#empty();
    else if (this.#headPlace >= minFreePlaces && this.#headPlace * 2 >= this.#held.length) {
      this.#held = this.#held.slice(this.#headPlace);
      this.#headPlace = 0;
    }
  }

  /** Lets go of everything held; returns how many payload bytes that was. */
  clear(): number {
    const bytes = this.#held.reduce((sum, piece) => sum + (piece?.bytes.length ?? 0), 0);
    this.#empty();
    this.heldCost = 0;
    return bytes;
  }

  #empty(): void {
    this.#held = none;
    this.#headPlace = 0;
  }

  /** The place behind all held pieces that begin at `sequence` or before. */
  #placeBehind(sequence: number): number {
    let low = this.#headPlace;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (distance((this.#held[middle] as Piece).sequence, sequence) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function cost(piece: Piece): number {
  return piece.bytes.length + copyOverhead;
}

function lower(a: number, b: number): number {
  return distance(a, b) < 0 ? a : b;
}

function higher(a: number, b: number): number {
  return distance(a, b) > 0 ? a : b;
}

function covers(held: Piece, piece: Piece): boolean {
  const ahead = distance(piece.sequence, held.sequence);
  return piece.bytes.length > 0 && ahead >= 0 && ahead + piece.bytes.length <= held.bytes.length;
}
