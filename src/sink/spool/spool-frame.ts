import { crc32 } from 'node:zlib';
import type { Batch } from '../batch.ts';

// A segment file is a row of frames: length of the body (uint32), CRC-32 of the body (uint32), body. All numbers are
// little endian. Body of a batch: type 3, sequence (float64), id (16 bytes), number of records (uint32), number of keys
// (uint32: none or one for each record), the end of each record (uint32), the end of each key (uint32), the records.
// Body of a mark that a batch is done: type 4, id (16 bytes).
// In files of version 1 there are batches of type 1, without keys (neither their number nor their ends are there), and
// marks of type 2 with the sequence (float64) of their batch in files of that version. Other types are of a later one.
const headerLength = 8;
const earlierBatchType = 1;
const earlierDoneType = 2;
const batchType = 3;
const doneType = 4;
const recordsOffset = 1 + 8 + 16;
const earlierEndsOffset = recordsOffset + 4;
const endsOffset = recordsOffset + 4 + 4;
const earlierDoneLength = 1 + 8;
const doneLength = 1 + 16;

/** What a segment file says; a batch with the place of its frame. */
export type FoundFrame =
  | {
      readonly kind: 'batch';
      readonly id: string;
      readonly sequence: number;
      readonly records: number;
      readonly position: number;
      readonly length: number;
    }
  | { readonly kind: 'done'; readonly id: string }
  | { readonly kind: 'earlier-done'; readonly sequence: number }
  | { readonly kind: 'unknown'; readonly type: number };

/** What was read back: a batch whose records are as this version makes them, or as an earlier one did. */
export type FoundBatch = { readonly batch: Batch; readonly isEarlier: boolean };

/** The frame of a batch in two pieces, so that its bytes are not copied. */
export function batchFrame(sequence: number, { id, bytes, ends, keyEnds = [] }: Batch): readonly [Buffer, Buffer] {
  const head = Buffer.allocUnsafe(headerLength + endsOffset + 4 * (ends.length + keyEnds.length));
  const body = head.subarray(headerLength);
  body[0] = batchType;
  body.writeDoubleLE(sequence, 1);
  body.write(id.replaceAll('-', ''), 9, 'hex');
  body.writeUInt32LE(ends.length, recordsOffset);
  body.writeUInt32LE(keyEnds.length, recordsOffset + 4);
  let at = endsOffset;
  for (const end of ends) at = body.writeUInt32LE(end, at);
  for (const end of keyEnds) at = body.writeUInt32LE(end, at);
  head.writeUInt32LE(body.length + bytes.length, 0);
  head.writeUInt32LE(crc32(bytes, crc32(body)), 4);
  return [head, bytes];
}

/** The mark that the batch with this id is done. */
export function doneFrame(id: string): Buffer {
  const frame = Buffer.alloc(headerLength + doneLength);
  frame.writeUInt32LE(doneLength, 0);
  frame[headerLength] = doneType;
  frame.write(id.replaceAll('-', ''), headerLength + 1, 'hex');
  frame.writeUInt32LE(crc32(frame.subarray(headerLength)), 4);
  return frame;
}

/** The frames of a segment file up to the first damage; from `goodLength` on nothing can be understood. */
export function findFrames(file: Buffer): { readonly frames: readonly FoundFrame[]; readonly goodLength: number } {
  const frames: FoundFrame[] = [];
  let position = 0;
  for (;;) {
    const body = bodyAt(file, position);
    if (body === undefined) return { frames, goodLength: position };
    const length = headerLength + body.length;
    frames.push(frameOf(body, position));
    position += length;
  }
}

function frameOf(body: Buffer, position: number): FoundFrame {
  if (isBatch(body)) {
    return {
      kind: 'batch',
      id: idOf(body, 9),
      sequence: body.readDoubleLE(1),
      records: body.readUInt32LE(recordsOffset),
      position,
      length: headerLength + body.length,
    };
  }
  if (body[0] === doneType && body.length === doneLength) return { kind: 'done', id: idOf(body, 1) };
  if (body[0] === earlierDoneType && body.length === earlierDoneLength) {
    return { kind: 'earlier-done', sequence: body.readDoubleLE(1) };
  }
  return { kind: 'unknown', type: body[0] ?? 0 };
}

/** The batch of a frame; undefined when it is damaged. */
export function batchOf(frame: Buffer): FoundBatch | undefined {
  const body = bodyAt(frame, 0);
  if (body === undefined || !isBatch(body)) return undefined;
  const isEarlier = body[0] === earlierBatchType;
  const records = body.readUInt32LE(recordsOffset);
  const keys = isEarlier ? 0 : body.readUInt32LE(recordsOffset + 4);
  const endsAt = isEarlier ? earlierEndsOffset : endsOffset;
  const keyEndsAt = endsAt + 4 * records;
  const bytesAt = keyEndsAt + 4 * keys;
  if (bytesAt > body.length || (keys !== 0 && keys !== records)) return undefined;
  const places = (at: number, count: number) =>
    Array.from({ length: count }, (_, index) => body.readUInt32LE(at + 4 * index));
  const batch = {
    id: idOf(body, 9),
    bytes: body.subarray(bytesAt),
    ends: places(endsAt, records),
    keyEnds: keys === 0 ? undefined : places(keyEndsAt, keys),
  };
  return { batch, isEarlier };
}

function isBatch(body: Buffer): boolean {
  const least = body[0] === batchType ? endsOffset : body[0] === earlierBatchType ? earlierEndsOffset : undefined;
  return least !== undefined && body.length >= least;
}

/**
 * The body of a whole and undamaged frame. It is never empty: the zeros of a file that was cut short are not frames.
 */
function bodyAt(file: Buffer, position: number): Buffer | undefined {
  const start = position + headerLength;
  if (start > file.length) return undefined;
  const length = file.readUInt32LE(position);
  if (length === 0 || start + length > file.length) return undefined;
  const body = file.subarray(start, start + length);
  return crc32(body) === file.readUInt32LE(position + 4) ? body : undefined;
}

function idOf(body: Buffer, at: number): string {
  return body.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
