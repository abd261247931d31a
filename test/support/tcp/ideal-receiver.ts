import assert from 'node:assert/strict';
import type { Side } from '../../../src/tcp/stream.ts';
import type { ConversationPacket } from './tcp-conversation.ts';
import type { RecordedConnection } from './tcp-run.ts';

/** Stream positions are counted from the first byte behind the SYN; one array place each. */
export type IdealStream = {
  /** The captured bytes at their positions; a place without one was never captured. */
  readonly bytes: (number | undefined)[];
  /** Of each captured byte, how much of the other side its sender had received when it first sent it. */
  readonly acknowledged: (number | undefined)[];
  /**
   * Of each captured byte, the acknowledgment numbers that it may come with: that of the segment captured first with
   * it, and those of later ones that acknowledge less, since they were sent before that one.
   */
  readonly carried: number[][];
  /** Position of the FIN, where it was captured. */
  end: number | undefined;
};

/** What a receiver that waits for ever makes of captured packets: bytes by position and nothing else. */
export function idealStreams(
  packets: readonly ConversationPacket[],
  first: { readonly client: number; readonly server: number },
): { readonly client: IdealStream; readonly server: IdealStream } {
  const streams = { client: emptyStream(), server: emptyStream() };
  for (const { from, fields } of packets) {
    const stream = streams[from];
    const start = (fields.sequence - first[from] + (fields.flags?.includes('S') ? 1 : 0)) | 0;
    const acknowledged = ((fields.acknowledgment ?? 0) - first[from === 'client' ? 'server' : 'client']) | 0;
    fields.payload.forEach((byte, index) => {
      const position = start + index;
      stream.bytes[position] = byte;
      const known = stream.acknowledged[position] ?? Number.POSITIVE_INFINITY;
      if (acknowledged >= known) return;
      stream.acknowledged[position] = acknowledged;
      stream.carried[position] = [...(stream.carried[position] ?? []), (fields.acknowledgment ?? 0) | 0];
    });
    if (fields.flags?.includes('F')) stream.end = start + fields.payload.length;
  }
  return streams;
}

function emptyStream(): IdealStream {
  return { bytes: [], acknowledged: [], carried: [], end: undefined };
}

/** A part of a stream as a listener should hear it. */
export type Run = { readonly type: 'data' | 'gap'; readonly start: number; readonly end: number };

/** The captured runs and the holes between them, up to the last captured byte or the FIN. */
export function idealRuns({ bytes, end }: IdealStream): Run[] {
  const runs: Run[] = [];
  const length = Math.max(bytes.length, end ?? 0);
  for (let start = 0; start < length; ) {
    const isHole = bytes[start] === undefined;
    let next = start + 1;
    while (next < length && (bytes[next] === undefined) === isHole) next++;
    runs.push({ type: isHole ? 'gap' : 'data', start, end: next });
    start = next;
  }
  return runs;
}

/**
 * The runs that were heard of one side, neighbours of a kind joined; a gap of unknown size moves to where the next
 * chunk says it is.
 */
export function heardRuns(connection: RecordedConnection, side: Side, first: number): Run[] {
  const runs: Run[] = [];
  let position: number | undefined = 0;
  for (const heard of connection.heard) {
    if (heard.type === 'close' || heard.type === 'end' || heard.side !== side) continue;
    if (heard.type === 'gap' && heard.bytes === undefined) {
      position = undefined;
      continue;
    }
    const length = heard.type === 'data' ? heard.bytes.length : (heard.bytes ?? 0);
    const start: number = heard.type === 'data' ? (heard.sequence - first) | 0 : (position ?? 0);
    if (heard.type === 'data' && position !== undefined)
      assert.equal(start, position, 'a chunk follows what came before it');
    if (heard.type === 'gap' && position === undefined) continue;
    const last = runs.at(-1);
    if (last?.type === heard.type && last.end === start) runs.pop();
    runs.push({
      type: heard.type,
      start: last?.type === heard.type && last.end === start ? last.start : start,
      end: start + length,
    });
    position = start + length;
  }
  return runs;
}

/** A stream with the sequence number of its first byte. */
type PlacedStream = { readonly first: number; readonly stream: IdealStream };

/** Each delivered byte is the captured one of its position. */
export function assertRightBytes(
  connection: RecordedConnection,
  side: Side,
  { first, stream: { bytes } }: PlacedStream,
): void {
  for (const heard of connection.heard) {
    if (heard.type !== 'data' || heard.side !== side) continue;
    const start = (heard.sequence - first) | 0;
    const expected = Buffer.from(Array.from({ length: heard.bytes.length }, (_, index) => bytes[start + index] ?? -1));
    assert.ok(heard.bytes.equals(expected), `bytes at ${start} of side ${side}`);
  }
}

/** Each delivered byte comes with what the first captured segment with it acknowledged, or one sent earlier. */
export function assertAcknowledgments(
  connection: RecordedConnection,
  side: Side,
  { first, stream: { carried } }: PlacedStream,
): void {
  for (const heard of connection.heard) {
    if (heard.type !== 'data' || heard.side !== side) continue;
    const start = (heard.sequence - first) | 0;
    for (const allowed of carried.slice(start, start + heard.bytes.length)) {
      assert.ok(allowed.includes(heard.acknowledgment ?? 0), `acknowledged at ${start} of side ${side}`);
    }
  }
}

/** No byte is delivered before what its sender had received when it first sent it. */
export function assertCausalOrder(connection: RecordedConnection, sides: readonly PlacedStream[]): void {
  const delivered = [0, 0];
  for (const heard of connection.heard) {
    if (heard.type === 'close' || heard.type === 'end') continue;
    const self = sides[heard.side] as (typeof sides)[number];
    const peer = sides[1 - heard.side] as (typeof sides)[number];
    const length = heard.bytes === undefined ? 0 : typeof heard.bytes === 'number' ? heard.bytes : heard.bytes.length;
    if (heard.type === 'data') {
      const start = (heard.sequence - self.first) | 0;
      const needed = Math.max(...Array.from({ length }, (_, index) => self.stream.acknowledged[start + index] ?? 0));
      const received = delivered[1 - heard.side] ?? 0;
      assert.ok(
        Math.min(needed, peer.stream.bytes.length) <= received,
        `side ${heard.side} at ${start} before ${needed}`,
      );
      delivered[heard.side] = start + length;
    } else delivered[heard.side] = (delivered[heard.side] ?? 0) + length;
  }
}
