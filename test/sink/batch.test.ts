import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, BatchBuilder, contentOf, keyOf, pickBatch, sliceBatch } from '../../src/sink/batch.ts';

const encoded = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

function build(records: readonly (string | Buffer)[], keys: readonly string[] = []): Batch {
  const builder = new BatchBuilder();
  for (const [index, record] of records.entries()) builder.append(record, keys[index]);
  return builder.seal();
}

function recordsOf(batch: Batch): readonly Buffer[] {
  return batch.ends.map((_, index) => contentOf(batch, index));
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

test('each record keeps its key, in a batch, in a range of it, and among records that were picked', () => {
  const keyed = fc.array(fc.tuple(encoded, fc.string({ unit: 'grapheme' })), { minLength: 1 });
  fc.assert(
    fc.property(keyed, fc.nat(), fc.nat(), (pairs, one, other) => {
      const records = pairs.map(([content]) => content);
      const keys = pairs.map(([, key]) => Buffer.from(key).toString());
      const batch = build(records, keys);
      const from = Math.min(one, other) % records.length;
      const to = from + (Math.max(one, other) % (records.length - from + 1));
      const odd = records.map((_, index) => index).filter((index) => index % 2 === 1);
      const cases: readonly (readonly [Batch, readonly number[]])[] = [
        [batch, [...records.keys()]],
        [sliceBatch(batch, from, to), [...records.keys()].slice(from, to)],
        [pickBatch(batch, odd), odd],
      ];
      for (const [found, indexes] of cases) {
        assert.deepEqual(
          found.ends.map((_, index) => [keyOf(found, index), contentOf(found, index)]),
          indexes.map((index) => [keys[index], bytesOf(records)[index]]),
        );
      }
    }),
  );
});

test('records without keys have empty ones, and cost no places of keys', () => {
  const batch = build(['a', 'b']);
  assert.equal(batch.keyEnds, undefined);
  assert.deepEqual([keyOf(batch, 0), keyOf(batch, 1), contentOf(batch, 1).toString()], ['', '', 'b']);
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
