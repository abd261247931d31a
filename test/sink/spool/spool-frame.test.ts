import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { type Batch, BatchBuilder } from '../../../src/sink/batch.ts';
import { batchFrame, batchOf, doneFrame, findFrames } from '../../../src/sink/spool/spool-frame.ts';

function batch(...records: readonly string[]): Batch {
  const builder = new BatchBuilder();
  for (const record of records) builder.append(record);
  return builder.seal();
}

function keyedBatch(...records: readonly (readonly [key: string, content: string])[]): Batch {
  const builder = new BatchBuilder();
  for (const [key, content] of records) builder.append(content, key);
  return builder.seal();
}

/** The frame as it was before records had keys. */
function earlierFrame(sequence: number, { id, bytes, ends }: Batch): Buffer {
  const body = Buffer.alloc(29 + 4 * ends.length);
  body[0] = 1;
  body.writeDoubleLE(sequence, 1);
  body.write(id.replaceAll('-', ''), 9, 'hex');
  body.writeUInt32LE(ends.length, 25);
  for (const [index, end] of ends.entries()) body.writeUInt32LE(end, 29 + 4 * index);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(body.length + bytes.length, 0);
  head.writeUInt32LE(crc32(Buffer.concat([body, bytes])), 4);
  return Buffer.concat([head, body, bytes]);
}

/** The mark of such a version that a batch is done. */
function earlierDoneFrame(sequence: number): Buffer {
  const frame = Buffer.alloc(17);
  frame.writeUInt32LE(9, 0);
  frame[8] = 2;
  frame.writeDoubleLE(sequence, 9);
  frame.writeUInt32LE(crc32(frame.subarray(8)), 4);
  return frame;
}

const keyed = keyedBatch(['k', 'eins'], ['', 'ü'], ['key', '']);
const batches = [batch('one', 'zwölf', ''), batch('x'.repeat(300)), keyed];
const idOf = (index: number) => (batches[index] as Batch).id;
const pieces = [
  Buffer.concat(batchFrame(7, batches[0] as Batch)),
  doneFrame(idOf(0)),
  Buffer.concat(batchFrame(2 ** 40, batches[1] as Batch)),
  Buffer.concat(batchFrame(9, batches[2] as Batch)),
  doneFrame(idOf(1)),
];
const file = Buffer.concat(pieces);
const starts = pieces.map((_, index) => Buffer.concat(pieces.slice(0, index)).length);
const { frames } = findFrames(file);

test('CRC-32 is the common one', () => {
  assert.equal(crc32('123456789'), 0xcbf43926);
  assert.equal(crc32(''), 0);
  assert.equal(crc32('456789', crc32('123')), 0xcbf43926);
});

test('frames are found with their sequences and places, and batches come back whole, with their ids', () => {
  assert.equal(findFrames(file).goodLength, file.length);
  assert.deepEqual(
    frames.map((frame) => [frame.kind, 'id' in frame && frame.id, 'sequence' in frame ? frame.sequence : undefined]),
    [
      ['batch', idOf(0), 7],
      ['done', idOf(0), undefined],
      ['batch', idOf(1), 2 ** 40],
      ['batch', idOf(2), 9],
      ['done', idOf(1), undefined],
    ],
  );
  const found = frames.flatMap((frame) =>
    frame.kind === 'batch' ? [batchOf(file.subarray(frame.position, frame.position + frame.length))] : [],
  );
  assert.deepEqual(
    found,
    batches.map((one) => ({ batch: one, isEarlier: false })),
  );
});

test('a batch of an earlier version is found among others, and known as one', () => {
  const earlier = batch('a', 'bc', '');
  const mixed = Buffer.concat([...batchFrame(1, batch('new')), earlierFrame(2, earlier), earlierDoneFrame(1)]);
  const { frames, goodLength } = findFrames(mixed);
  assert.equal(goodLength, mixed.length);
  const second = frames[1];
  assert.ok(second?.kind === 'batch');
  assert.deepEqual([second.id, second.sequence, second.records], [earlier.id, 2, 3]);
  assert.deepEqual(frames[2], { kind: 'earlier-done', sequence: 1 });
  assert.deepEqual(batchOf(mixed.subarray(second.position)), { batch: earlier, isEarlier: true });
});

test('a batch with a key for some of its records only is damaged', () => {
  const [head, bytes] = batchFrame(1, keyedBatch(['k', 'a'], ['l', 'b']));
  const body = Buffer.concat([head.subarray(8), bytes]);
  body.writeUInt32LE(1, 29);
  const frame = Buffer.concat([head.subarray(0, 4), Buffer.alloc(4), body]);
  frame.writeUInt32LE(crc32(body), 4);
  assert.equal(batchOf(frame), undefined);
});

test('a file cut anywhere gives the frames before the cut', () => {
  for (let length = 0; length <= file.length; length++) {
    const whole = [...starts, file.length].filter((start) => start <= length);
    const found = findFrames(file.subarray(0, length));
    assert.equal(found.goodLength, whole.at(-1));
    assert.deepEqual(found.frames, frames.slice(0, whole.length - 1));
  }
});

test('one wrong byte anywhere costs its frame and what follows, never what is before', () => {
  for (let index = 0; index < file.length; index++) {
    const damaged = Buffer.from(file);
    damaged[index] = ~(damaged[index] ?? 0);
    const before = starts.filter((start) => start <= index);
    assert.deepEqual(findFrames(damaged), { frames: frames.slice(0, before.length - 1), goodLength: before.at(-1) });
  }
});

test('the zeros of a file that was never written are not frames', () => {
  assert.deepEqual(findFrames(Buffer.alloc(4096)), { frames: [], goodLength: 0 });
  assert.equal(findFrames(Buffer.concat([file, Buffer.alloc(4096)])).goodLength, file.length);
});

test('a frame of another type is known as one, and those behind it are found', () => {
  const body = Buffer.from([99, 1, 2, 3]);
  const other = Buffer.alloc(8);
  other.writeUInt32LE(body.length, 0);
  other.writeUInt32LE(crc32(body), 4);
  const found = findFrames(Buffer.concat([other, body, doneFrame(idOf(0))]));
  assert.deepEqual(found.frames, [
    { kind: 'unknown', type: 99 },
    { kind: 'done', id: idOf(0) },
  ]);
});

test('any bytes give frames or none, and no exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { goodLength } = findFrames(Buffer.from(bytes));
      assert.ok(goodLength <= bytes.length);
      batchOf(Buffer.from(bytes));
    }),
    { numRuns: 2000 },
  );
});
