import { copyBytes, copyOverhead } from '../bytes/copy-bytes.ts';
import type { Counters } from '../telemetry/counters.ts';

/** Packets waiting for fragments at once, and memory for all of them: a flood of fragments costs no more than this. */
const maxPackets = 256;
const maxMemory = 4 * 1024 * 1024;
/** A 64 KiB packet over the smallest IPv6 MTU has 52 fragments. */
const maxFragments = 128;
/** RFC 791 suggests 15 s, Linux waits 30 s. */
const timeoutMicros = 30_000_000;

type Fragment = { readonly offset: number; readonly bytes: Buffer };

type Waiting = {
  readonly fragments: Fragment[];
  readonly firstTime: number;
  /** Fragments received, repeated ones included. */
  count: number;
  bytes: number;
  totalLength: number | undefined;
};

/** A piece of the transport layer of one IP packet. `offset` counts bytes from the start of the transport header. */
export type FragmentPiece = {
  readonly key: string;
  readonly offset: number;
  readonly last: boolean;
  /** Borrowed. */
  readonly bytes: Buffer;
  readonly time: number;
};

/** Puts IP fragments together. Fragments that overlap with other contents give up the whole packet (RFC 5722, for IPv4 too). */
export class FragmentReassembler {
  readonly #waiting = new Map<string, Waiting>();
  readonly #counters: Counters;
  #memory = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Takes a fragment; returns the whole transport layer once nothing is missing. */
  add(piece: FragmentPiece): Buffer | undefined {
    this.#counters.fragments_received++;
    const waiting = this.#waiting.get(piece.key) ?? this.#open(piece);
    waiting.count++;
    if (waiting.fragments.some((known) => known.offset === piece.offset && known.bytes.equals(piece.bytes))) {
      return undefined;
    }
    const end = piece.offset + piece.bytes.length;
    if (contradicts(waiting, piece, end)) return this.#giveUp(piece.key, waiting, 'malformed');
    if (waiting.fragments.length >= maxFragments) return this.#giveUp(piece.key, waiting, 'limit');
    waiting.fragments.push({ offset: piece.offset, bytes: copyBytes(piece.bytes, 0, piece.bytes.length) });
    waiting.bytes += piece.bytes.length;
    this.#memory += piece.bytes.length + copyOverhead;
    if (piece.last) waiting.totalLength = end;
    if (waiting.bytes === waiting.totalLength) return this.#finish(piece.key, waiting);
    if (this.#memory > maxMemory) this.#giveUpOldest();
    return undefined;
  }

  tick(now: number): void {
    for (const [key, waiting] of this.#waiting) {
      if (now - waiting.firstTime < timeoutMicros) break;
      this.#giveUp(key, waiting, 'timeout');
    }
  }

  /** The capture is over: what still waits will not become whole. */
  close(): void {
    for (const [key, waiting] of this.#waiting) this.#giveUp(key, waiting, 'shutdown');
  }

  #open(piece: FragmentPiece): Waiting {
    if (this.#waiting.size >= maxPackets) this.#giveUpOldest();
    const waiting: Waiting = { fragments: [], firstTime: piece.time, count: 0, bytes: 0, totalLength: undefined };
    this.#waiting.set(piece.key, waiting);
    return waiting;
  }

  #finish(key: string, waiting: Waiting): Buffer {
    this.#forget(key, waiting);
    this.#counters.fragments_reassembled += waiting.count;
    this.#counters.packets_reassembled++;
    const inOrder = waiting.fragments.sort((a, b) => a.offset - b.offset).map((fragment) => fragment.bytes);
    return Buffer.concat(inOrder);
  }

  #giveUpOldest(): void {
    for (const [key, waiting] of this.#waiting) {
      this.#giveUp(key, waiting, 'limit');
      return;
    }
  }

  #giveUp(key: string, waiting: Waiting, reason: 'timeout' | 'limit' | 'malformed' | 'shutdown'): undefined {
    this.#forget(key, waiting);
    this.#counters[`fragments_dropped_${reason}`] += waiting.count;
  }

  #forget(key: string, waiting: Waiting): void {
    this.#waiting.delete(key);
    this.#memory -= waiting.bytes + waiting.fragments.length * copyOverhead;
  }
}

/** Also what no sender may do: offsets count in units of 8 bytes, so only the last fragment may have another length. */
function contradicts(waiting: Waiting, piece: FragmentPiece, end: number): boolean {
  if (end > 0xffff || (!piece.last && piece.bytes.length % 8 !== 0)) return true;
  if (piece.last && waiting.totalLength !== undefined && waiting.totalLength !== end) return true;
  if (waiting.totalLength !== undefined && end > waiting.totalLength) return true;
  return waiting.fragments.some((known) => {
    const knownEnd = known.offset + known.bytes.length;
    return (known.offset < end && piece.offset < knownEnd) || (piece.last && knownEnd > end);
  });
}
