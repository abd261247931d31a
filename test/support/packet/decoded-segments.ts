import assert from 'node:assert/strict';
import { LinkType, type PacketDirection } from '../../../src/capture/frame.ts';
import { Decoder } from '../../../src/packet/decode.ts';
import type { Segment } from '../../../src/packet/segment.ts';
import { type Counters, createCounters } from '../../../src/telemetry/counters.ts';

/** What a test compares of a segment: copies of everything that is borrowed. */
export type DecodedSegment = Omit<
  Segment,
  'bytes' | 'sourceAddress' | 'destinationAddress' | 'addressLength' | 'payloadStart' | 'payloadEnd'
> & { readonly source: string; readonly destination: string; readonly payload: string };

export type FrameOptions = {
  readonly linkType?: number;
  readonly time?: number;
  /** Bytes that the snap length left. */
  readonly captured?: number;
  readonly direction?: PacketDirection;
};

/** Feeds frames to a decoder, each inside a larger buffer full of other bytes, and keeps copies of the segments. */
export class DecodedSegments {
  readonly counters: Counters = createCounters();
  readonly segments: DecodedSegment[] = [];
  /** What ICMP said of segments that were not delivered. */
  readonly refusals: DecodedSegment[] = [];
  readonly #decoder: Decoder;
  readonly #behind: Buffer;

  /** `behind` is what stands behind each frame in its buffer. */
  constructor(behind: Buffer = Buffer.alloc(27, 0x45), decapsulates = false) {
    this.#behind = behind;
    this.#decoder = new Decoder(this.counters, {
      decapsulates,
      deliver: (segment) => this.segments.push(copied(segment)),
      refuse: (segment) => this.refusals.push(copied(segment)),
    });
  }

  frame(
    packet: Buffer,
    { linkType = LinkType.raw, time = 0, captured = packet.length, direction }: FrameOptions = {},
  ): this {
    const bytes = Buffer.concat([Buffer.alloc(23, 0x45), packet.subarray(0, captured), this.#behind]);
    this.counters.frames_received++;
    this.#decoder.frame({ bytes, start: 23, end: 23 + captured, wireLength: packet.length, time, linkType, direction });
    bytes.fill(0xee);
    return this;
  }

  tick(now: number): this {
    this.#decoder.tick(now);
    return this;
  }

  /** Names of the counters that are not 0, without those that every frame adds to. */
  get counted(): string[] {
    const usual = new Set(['frames_received', 'segments_received', 'segments_decapsulated', 'payload_bytes_received']);
    return Object.entries(this.counters).flatMap(([name, count]) => (count > 0 && !usual.has(name) ? [name] : []));
  }

  get only(): DecodedSegment {
    assert.equal(this.segments.length, 1, `one segment: ${this.counted}`);
    return this.segments[0] as DecodedSegment;
  }

  /** Every frame ended in exactly one place. Fragments that still wait are given up first. */
  assertConserved(): this {
    this.tick(Number.POSITIVE_INFINITY);
    const { counters } = this;
    const skipped =
      counters.frames_skipped_link_type + counters.frames_skipped_not_ip + counters.frames_skipped_not_tcp;
    const broken = counters.frames_skipped_malformed + counters.frames_skipped_truncated;
    const { frames_skipped_too_deep: tooDeep } = counters;
    assert.equal(
      counters.segments_received + skipped + broken + tooDeep + counters.fragments_received,
      counters.frames_received + counters.packets_reassembled,
      JSON.stringify(counters),
    );
    const dropped = counters.fragments_dropped_limit + counters.fragments_dropped_malformed;
    assert.equal(
      counters.fragments_reassembled + dropped + counters.fragments_dropped_timeout,
      counters.fragments_received,
      JSON.stringify(counters),
    );
    return this;
  }
}

function copied(segment: Segment): DecodedSegment {
  const { bytes, sourceAddress, destinationAddress, addressLength, payloadStart, payloadEnd, ...rest } = segment;
  for (const at of [sourceAddress, destinationAddress]) assert.ok(at >= 0 && at + addressLength <= payloadStart);
  assert.ok(payloadStart <= payloadEnd && payloadEnd <= bytes.length, 'the payload lies within the buffer');
  assert.ok(rest.truncatedBytes >= 0);
  assert.ok((rest.sequence | 0) === rest.sequence && (rest.acknowledgment | 0) === rest.acknowledgment);
  return {
    ...rest,
    source: bytes.toString('hex', sourceAddress, sourceAddress + addressLength),
    destination: bytes.toString('hex', destinationAddress, destinationAddress + addressLength),
    payload: bytes.toString('latin1', payloadStart, payloadEnd),
  };
}
