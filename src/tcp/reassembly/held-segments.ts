import { copyBytes, copyOverhead } from '../../bytes/copy-bytes.ts';
import type { Segment } from '../../packet/segment.ts';
import { distance } from '../sequence.ts';

/** A segment that came before its turn. A FIN is one of its own, without bytes. */
export type HeldSegment = {
  readonly sequence: number;
  /** What its sender had received when it sent this; `undefined` without the ACK flag. */
  readonly acknowledgment: number | undefined;
  /** A copy: the capture overwrites its own bytes. */
  readonly bytes: Buffer;
  /** What of `bytes` is handed over: all of them, until it turns out that some came before or stand behind a FIN. */
  payloadStart: number;
  payloadEnd: number;
  /** Payload bytes that followed on the wire but were not captured. */
  readonly truncatedBytes: number;
  /** Its sender says that nothing follows. */
  readonly isFin: boolean;
  readonly time: number;
  /** Since when it is held, by the clock of deadlines. */
  since: number;
};

/** The payload of a segment, which begins at `sequence` (behind a SYN). Its bytes are still those of the capture. */
export function payloadOf(segment: Segment, sequence: number, acknowledgment: number | undefined): HeldSegment {
  const { truncatedBytes, time } = segment;
  const bytes = segment.bytes.subarray(segment.payloadStart, segment.payloadEnd);
  const content = { bytes, payloadStart: 0, payloadEnd: bytes.length, truncatedBytes };
  return { sequence, acknowledgment, ...content, isFin: false, time, since: 0 };
}

/** The same with bytes of its own: it may be kept. */
export function copied(segment: HeldSegment): HeldSegment {
  return { ...segment, bytes: copyBytes(segment.bytes, 0, segment.bytes.length) };
}

/** Holds the place of a FIN. The last that it acknowledges may be the FIN of the other side, which is no byte. */
export function holdFin(segment: Segment, sequence: number, acknowledgment: number | undefined): HeldSegment {
  const awaited = acknowledgment === undefined ? undefined : (acknowledgment - 1) | 0;
  const content = { bytes: noBytes, payloadStart: 0, payloadEnd: 0, truncatedBytes: 0 };
  return { sequence, acknowledgment: awaited, ...content, isFin: true, time: segment.time, since: 0 };
}

/** Once this many places of removed segments are free, and no fewer than are in use, the others move up. */
const minFreePlaces = 64;

/**
 * What cannot be handed over yet of one side, in order of sequence. Of bytes that came more than once the copy that
 * acknowledges least stays, of equal ones the first: it was sent first, and others may acknowledge what was never sent,
 * which makes their receiver drop them.
 */
export class HeldSegments {
  /** Memory that they take, about: many tiny ones count for what they are. */
  cost = 0;
  /** In order from `#headPlace` on; the places before it are free. */
  #segments: (HeldSegment | undefined)[] = [];
  #headPlace = 0;

  get head(): HeldSegment | undefined {
    return this.#segments[this.#headPlace];
  }

  /** A single byte right in front of more: a keep-alive probe, most likely (RFC 9293, section 3.8.4). */
  get probe(): HeldSegment | undefined {
    const { head } = this;
    const next = this.#segments[this.#headPlace + 1];
    if (head === undefined || next === undefined || head.bytes.length !== 1 || next.bytes.length < 2) return undefined;
    return next.sequence === endOf(head) ? head : undefined;
  }

  /** Sequence number behind the last segment; that of a FIN counts. */
  get end(): number {
    const last = this.#segments.at(-1);
    return last === undefined
      ? 0
      : (last.sequence + last.bytes.length + last.truncatedBytes + (last.isFin ? 1 : 0)) | 0;
  }

  get count(): number {
    return this.#segments.length - this.#headPlace;
  }

  get payloadBytes(): number {
    return this.#segments.reduce((sum, held) => sum + (held?.bytes.length ?? 0), 0);
  }

  /**
   * Keeps what is new of a segment at its place; returns how many bytes more are held then. While the side `joins`,
   * nothing tells which of two copies its receiver has: where they contradict each other neither stays.
   */
  insert(segment: HeldSegment, joins: boolean): number {
    const { removed, parts } = this.#removeLater(segment, joins);
    return parts.reduce((sum, part) => sum + this.#insertNew(part), -removed);
  }

  #insertNew(segment: HeldSegment): number {
    const { sequence, bytes, isFin } = segment;
    const place = this.#placeBehind(sequence);
    const before = place > this.#headPlace ? this.#segments[place - 1] : undefined;
    const from = before === undefined ? 0 : Math.max(0, distance(endOf(before), sequence));
    const next = this.#segments[place];
    if (isFin || (from === 0 && (next === undefined || distance(next.sequence, sequence) >= bytes.length))) {
      if (next === undefined) this.#segments.push(segment);
      else this.#segments.splice(place, 0, segment);
      this.cost += cost(segment);
      return bytes.length;
    }
    return this.#insertBetween(segment, from, place);
  }

  get all(): readonly HeldSegment[] {
    return this.#segments.slice(this.#headPlace) as HeldSegment[];
  }

  remove(segment: HeldSegment): void {
    this.cost -= cost(segment);
    if (segment !== this.head) {
      this.#segments.splice(this.#segments.indexOf(segment), 1);
      return;
    }
    this.#segments[this.#headPlace++] = undefined;
    if (this.#headPlace < minFreePlaces || this.#headPlace * 2 < this.#segments.length) return;
    this.#segments = this.#segments.slice(this.#headPlace);
    this.#headPlace = 0;
  }

  /** Removes bytes of which a segment is a copy that was sent earlier, or another one; returns what is to stay. */
  #removeLater(segment: HeldSegment, joins: boolean): { readonly removed: number; readonly parts: HeldSegment[] } {
    const { sequence, bytes } = segment;
    const parts: HeldSegment[] = [];
    let removed = 0;
    let at = 0;
    let place = this.#placeBehind(sequence);
    if (place > this.#headPlace && distance(endOf(this.#segments[place - 1] as HeldSegment), sequence) > 0) place--;
    for (let held = this.#segments[place]; held !== undefined; held = this.#segments[place]) {
      const from = Math.max(0, distance(sequence, held.sequence));
      const to = Math.min(held.bytes.length, distance(endOf(segment), held.sequence));
      if (from >= to) break;
      const start = distance(held.sequence, sequence) + from;
      const end = start + to - from;
      const contradicts = joins && held.bytes.compare(bytes, start, end, from, to) !== 0;
      const isLater = contradicts || wasSentBefore(segment, held);
      const rest = isLater ? [cut(held, 0, from), cut(held, to, held.bytes.length)].filter(isFilled) : [held];
      this.cost += rest.reduce((sum, each) => sum + cost(each), -cost(held));
      this.#segments.splice(place, 1, ...rest);
      place += rest.length;
      if (isLater) removed += to - from;
      if (!contradicts) continue;
      if (start > at) parts.push(cut(segment, at, start));
      at = end;
    }
    const last = at === 0 ? segment : cut(segment, at, bytes.length);
    return { removed, parts: at === 0 || isFilled(last) ? [...parts, last] : parts };
  }

  /** Keeps what of a segment is not held, from its byte `from` on, among the segments from `place` on. */
  #insertBetween(segment: HeldSegment, from: number, place: number): number {
    const { sequence, bytes } = segment;
    const merged: HeldSegment[] = [];
    let newBytes = 0;
    let at = from;
    let end = place;
    while (at < bytes.length) {
      const next = this.#segments[end];
      const to = next === undefined ? bytes.length : Math.min(distance(next.sequence, sequence), bytes.length);
      if (to > at) {
        const part = cut(segment, at, to);
        merged.push(part);
        this.cost += cost(part);
        newBytes += to - at;
      }
      if (next === undefined || to === bytes.length) break;
      merged.push(next);
      at = Math.max(at, distance(endOf(next), sequence));
      end++;
    }
    this.#segments.splice(place, end - place, ...merged);
    return newBytes;
  }

  /** The place behind all held segments that begin at `sequence` or before. */
  #placeBehind(sequence: number): number {
    let low = this.#headPlace;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (distance((this.#segments[middle] as HeldSegment).sequence, sequence) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Whether one of two copies acknowledges less: packets that acknowledge nothing were made by hand. */
function wasSentBefore(one: HeldSegment, other: HeldSegment): boolean {
  if (one.acknowledgment === undefined) return false;
  return other.acknowledgment === undefined || distance(one.acknowledgment, other.acknowledgment) < 0;
}

function isFilled({ bytes, truncatedBytes }: HeldSegment): boolean {
  return bytes.length + truncatedBytes > 0;
}

function cost(segment: HeldSegment): number {
  return segment.bytes.length + copyOverhead;
}

function endOf({ sequence, bytes }: HeldSegment): number {
  return (sequence + bytes.length) | 0;
}

/** The bytes `[from, to)` of a segment, copied: the rest of it is not kept. */
function cut(segment: HeldSegment, from: number, to: number): HeldSegment {
  return {
    ...segment,
    sequence: (segment.sequence + from) | 0,
    bytes: copyBytes(segment.bytes, from, to),
    payloadEnd: to - from,
    truncatedBytes: to === segment.bytes.length ? segment.truncatedBytes : 0,
  };
}

const noBytes = Buffer.alloc(0);
