import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, BatchBuilder, pickBatch, recordBytes, sliceBatch } from '../../../src/sink/delivery/batch.ts';

const encoded = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

function build(records: readonly (string | Buffer)[]): Batch {
  const builder = new BatchBuilder();
  for (const record of records) builder.append(record);
  return builder.seal();
}

function recordsOf(batch: Batch): readonly Buffer[] {
  return batch.ends.map((_, index) => recordBytes(batch, index));
}

const bytesOf = (records: readonly (string | Buffer)[]) => records.map((record) => Buffer.from(record as string));

test('records come out of a batch as they were put in, text as UTF-8', () => {
  fc.assert(
    fc.property(fc.array(encoded), (records) => {
      const batch = build(records);
      assert.deepEqual(recordsOf(batch), bytesOf(records));
      assert.equal(batch.bytes.length, batch.ends.at(-1) ?? 0);
    }),
  );
});

test('a part has the same records, whether a range or picked, and an id of its own', () => {
  fc.assert(
    fc.property(fc.array(encoded, { minLength: 1 }), fc.nat(), fc.nat(), (records, one, other) => {
      const [from, to] = [one % (records.length + 1), other % (records.length + 1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const batch = build(records);
      const range = sliceBatch(batch, from, to);
      assert.deepEqual(recordsOf(range), bytesOf(records).slice(from, to));
      assert.equal(range.bytes.length, range.ends.at(-1) ?? 0);
      const odd = records.map((_, index) => index).filter((index) => index % 2 === 1);
      const picked = pickBatch(batch, odd);
      assert.deepEqual(
        recordsOf(picked),
        bytesOf(records).filter((_, index) => index % 2 === 1),
      );
      assert.equal(new Set([batch.id, range.id, picked.id]).size, 3);
    }),
  );
});

test('a builder starts anew after each batch and leaves the bytes of the others alone', () => {
  const builder = new BatchBuilder();
  const texts = ['a'.repeat(10), 'b'.repeat(40_000), 'c', 'd'.repeat(15_000)];
  const batches = texts.map((text) => {
    builder.append(text);
    assert.deepEqual([builder.records, builder.length], [1, text.length]);
    return builder.seal();
  });
  assert.deepEqual([builder.records, builder.length], [0, 0]);
  builder.append('e'.repeat(40_000));
  assert.deepEqual(
    batches.map((batch) => batch.bytes.toString()),
    texts,
  );
});

test('a batch holds no more memory than its bytes', () => {
  for (const length of [1, 6000, 17_000, 100_000]) {
    assert.equal(build(['x'.repeat(length)]).bytes.buffer.byteLength, length);
  }
});
