import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { type Frame, LinkType } from '../../src/capture/frame.ts';
import { Flag } from '../../src/packet/segment.ts';
import { type DecodedSegment, DecodedSegments } from '../support/packet/decoded-segments.ts';
import { tcpPacket } from '../support/packet/packets.ts';
import { framesOf, rawFrame, startPipeline } from '../support/program/run-pipeline.ts';
import { goldenPaths } from '../support/whole/golden-paths.ts';

/** What a probe carries (RFC 9293, section 3.8.4): nothing, or one byte of garbage. */
const contents = ['', '\0', 'G', ' '];

function exchangesOf(frames: readonly Frame[]) {
  const run = startPipeline();
  for (const frame of frames) {
    run.pipeline.tick(frame.time);
    run.pipeline.frame(frame);
  }
  run.pipeline.close();
  assert.deepEqual(run.failures, []);
  // The probe may open a connection of its own.
  return run.exchanges.map(({ key, ...exchange }) => ({ ...exchange, position: key.position }));
}

/** The segment of each frame that makes one whole. */
function segmentsOf(frames: readonly Frame[]): (DecodedSegment | undefined)[] {
  const decoded = new DecodedSegments();
  return frames.map(({ bytes, start, end, linkType, time }) => {
    const before = decoded.segments.length;
    decoded.frame(bytes.subarray(start, end), { linkType, time });
    return decoded.segments.at(before);
  });
}

function isFrom(one: DecodedSegment, other: DecodedSegment): boolean {
  return one.source === other.source && one.sourcePort === other.sourcePort && isOfOneConnection(one, other);
}

function isOfOneConnection(one: DecodedSegment, other: DecodedSegment): boolean {
  const ends = ({ source, sourcePort, destination, destinationPort }: DecodedSegment) =>
    [`${source} ${sourcePort}`, `${destination} ${destinationPort}`].sort().join();
  return ends(one) === ends(other);
}

/** Whether a segment's sender may have sent a probe right before it: all that it had sent was captured before. */
function isInOrder(segments: readonly (DecodedSegment | undefined)[], index: number): boolean {
  const segment = segments[index];
  if (segment === undefined) return false;
  const isOfSender = (other: DecodedSegment | undefined) => other !== undefined && isFrom(other, segment);
  const ahead = (sequence: number) => (sequence - segment.sequence) | 0;
  const before = segments.slice(0, index).findLast(isOfSender);
  if (before === undefined || ahead(endOf(before)) !== 0) return false;
  return segments
    .slice(index)
    .every((other) => other === undefined || !isOfSender(other) || ahead(other.sequence) >= 0);
}

function endOf({ sequence, payload, truncatedBytes, flags }: DecodedSegment): number {
  return sequence + payload.length + truncatedBytes + ((flags & (Flag.syn | Flag.fin)) === 0 ? 0 : 1);
}

/** Of an address in hexadecimal digits. */
function addressText(digits: string): string {
  const groups = digits.match(digits.length === 8 ? /../g : /..../g) ?? [];
  return digits.length === 8 ? groups.map((group) => Number.parseInt(group, 16)).join('.') : groups.join(':');
}

/** A probe of the sender of `next`, in front of that. */
function probeBefore(next: DecodedSegment, payload: string): Frame {
  const { sourcePort, destinationPort, sequence, acknowledgment, time } = next;
  const [source, destination] = [addressText(next.source), addressText(next.destination)];
  const numbers = { sequence: (sequence - 1) >>> 0, acknowledgment: acknowledgment >>> 0, flags: 'A' };
  const bytes = tcpPacket({ source, destination, sourcePort, destinationPort, ...numbers, payload });
  return rawFrame(bytes, time, LinkType.raw);
}

for (const path of goldenPaths) {
  test(`a keep-alive probe in front changes nothing of ${basename(path)}, wherever it is joined`, async () => {
    const frames = await framesOf(path);
    const segments = segmentsOf(frames);
    for (const [index, segment] of segments.entries()) {
      if (segment === undefined || !isInOrder(segments, index)) continue;
      const left = frames.slice(index);
      const expected = exchangesOf(left);
      for (const payload of contents) {
        const seen = exchangesOf([probeBefore(segment, payload), ...left]);
        assert.deepEqual(seen, expected, `joined at packet ${index + 1}, with ${JSON.stringify(payload)}`);
      }
    }
  });
}
