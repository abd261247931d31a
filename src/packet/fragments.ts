import { copyBytes, copyOverhead } from '../bytes/copy-bytes.ts';
import { RecencyMap } from '../bytes/recency-map.ts';
import { SteadyClock } from '../bytes/steady-clock.ts';
import type { Counters } from '../telemetry/counters.ts';

/** The most packets that wait for fragments, and memory for all of them: a flood of fragments costs no more. */
const maxPackets = 256;
const maxMemory = 4 * 1024 * 1024;
/** A 64 KiB packet over the smallest IPv6 MTU has 52 fragments. */
const maxFragments = 128;
/** RFC 791 suggests 15 s, Linux waits 30 s. */
const timeoutMicros = 30_000_000;

type GiveUpReason = 'timeout' | 'limit' | 'malformed' | 'shutdown';

type HeldFragment = { readonly offset: number; readonly bytes: Buffer };

type Waiting = {
  readonly fragments: HeldFragment[];
  /** When the first fragment came, by the clock of deadlines. */
  readonly since: number;
  /** Fragments received, repeated ones included. */
  count: number;
  bytes: number;
  totalLength: number | undefined;
};

/** A part of what one IP packet carries. */
export type Fragment = {
  /** What all fragments of the packet have in common. */
  readonly key: string;
  /** Bytes from the start of what is behind the IP header. */
  readonly offset: number;
  readonly last: boolean;
  /** Borrowed. */
  readonly bytes: Buffer;
  readonly time: number;
};

/**
 * Puts IP fragments together. When fragments overlap with other contents, the whole packet is given up (RFC 5722, for
 * IPv4 too).
 */
export class FragmentReassembler {
  readonly #waiting = new RecencyMap<string, Waiting>();
  readonly #counters: Counters;
  readonly #clock = new SteadyClock();
  #memory = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Takes a fragment; returns the whole transport layer once nothing is missing. */
  add(fragment: Fragment): Buffer | undefined {
    this.#counters.fragments_received++;
    this.#clock.advance(fragment.time);
    const waiting = this.#waiting.get(fragment.key) ?? this.#open(fragment);
    waiting.count++;
    if (waiting.fragments.some((known) => known.offset === fragment.offset && known.bytes.equals(fragment.bytes))) {
      return undefined;
    }
    const end = fragment.offset + fragment.bytes.length;
    if (contradicts(waiting, fragment, end)) return this.#giveUp(fragment.key, waiting, 'malformed');
    if (waiting.fragments.length >= maxFragments) return this.#giveUp(fragment.key, waiting, 'limit');
    waiting.fragments.push({ offset: fragment.offset, bytes: copyBytes(fragment.bytes, 0, fragment.bytes.length) });
    waiting.bytes += fragment.bytes.length;
    this.#memory += fragment.bytes.length + copyOverhead;
    if (fragment.last) waiting.totalLength = end;
    if (waiting.bytes === waiting.totalLength) return this.#finish(fragment.key, waiting);
    if (this.#memory > maxMemory) this.#giveUpOldest('limit');
    return undefined;
  }

  /** Whether fragments of this packet have come. */
  isWaiting(key: string): boolean {
    return this.#waiting.get(key) !== undefined;
  }

  tick(captureTime: number): void {
    const now = this.#clock.advance(captureTime);
    for (let { oldest } = this.#waiting; oldest !== undefined; oldest = this.#waiting.oldest) {
      if (now - oldest.value.since < timeoutMicros) return;
      this.#giveUp(oldest.key, oldest.value, 'timeout');
    }
  }

  /** The capture is over: what still waits will never be whole. */
  close(): void {
    while (this.#waiting.size > 0) this.#giveUpOldest('shutdown');
  }

  #open(fragment: Fragment): Waiting {
    if (this.#waiting.size >= maxPackets) this.#giveUpOldest('limit');
    const waiting: Waiting = { fragments: [], since: this.#clock.now, count: 0, bytes: 0, totalLength: undefined };
    this.#waiting.set(fragment.key, waiting);
    return waiting;
  }

  #finish(key: string, waiting: Waiting): Buffer {
    this.#forget(key, waiting);
    this.#counters.fragments_reassembled += waiting.count;
    this.#counters.packets_reassembled++;
    const inOrder = waiting.fragments.sort((a, b) => a.offset - b.offset).map(({ bytes }) => bytes);
    return Buffer.concat(inOrder);
  }

  #giveUpOldest(reason: GiveUpReason): void {
    const { oldest } = this.#waiting;
    if (oldest !== undefined) this.#giveUp(oldest.key, oldest.value, reason);
  }

  #giveUp(key: string, waiting: Waiting, reason: GiveUpReason): undefined {
    this.#forget(key, waiting);
    this.#counters[`fragments_dropped_${reason}`] += waiting.count;
  }

  #forget(key: string, waiting: Waiting): void {
    this.#waiting.delete(key);
    this.#memory -= waiting.bytes + waiting.fragments.length * copyOverhead;
  }
}

/** Also what no sender may do: offsets count in units of 8 bytes, so only the last fragment may have another length. */
function contradicts(waiting: Waiting, fragment: Fragment, end: number): boolean {
  if (end > 0xffff || (!fragment.last && fragment.bytes.length % 8 !== 0)) return true;
  if (fragment.last && waiting.totalLength !== undefined && waiting.totalLength !== end) return true;
  if (waiting.totalLength !== undefined && end > waiting.totalLength) return true;
  return waiting.fragments.some((known) => {
    const knownEnd = known.offset + known.bytes.length;
    return (known.offset < end && fragment.offset < knownEnd) || (fragment.last && knownEnd > end);
  });
}
