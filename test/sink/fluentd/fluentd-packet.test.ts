import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Unpackr } from 'msgpackr';
import type { LogRecord } from '../../../src/record/record.ts';
import type { Batch } from '../../../src/sink/batch.ts';
import { createEntryEncoder } from '../../../src/sink/fluentd/entry-encoder.ts';
import { createPackets, createProbe, type Packet } from '../../../src/sink/fluentd/fluentd-packet.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';

const other = new Unpackr({ int64AsType: 'number', mapsAsObjects: true, useRecords: false });
const plain = { compress: 'none', acks: true } as const;

function batchOf(records: readonly LogRecord[], tag: string, id = 'batch-1'): Batch {
  return {
    ...encodedBatch(
      createEntryEncoder((record) => ({ id: record.id }), tag),
      records,
    ),
    id,
  };
}

function decode(
  packet: Packet,
): [tag: string, entries: Buffer, options: { size: number; chunk?: string; compressed?: string }] {
  return other.unpack(packet.bytes);
}

describe('a packet of the Forward protocol', () => {
  test('has these bytes', () => {
    const records = [
      createRecord(0, { id: 'a', startTime: 1_000_000_000_000_001 }),
      createRecord(1, { id: 'b', startTime: 4_294_967_295_999_999 }),
    ];
    const [packet, ...others] = createPackets(batchOf(records, 'tag.x'), plain);
    assert.deepEqual(others, []);
    const entries = ['92d7003b9aca00000003e8', '81a26964a161', '92d700ffffffff3b9ac618', '81a26964a162'].join('');
    const chunk = Buffer.from('QkLn4mm4xHv+jf86Y8WVIA==').toString('hex');
    const expected = ['93', 'a57461672e78', `c422${entries}`, '82a473697a6502', `a56368756e6bb8${chunk}`].join('');
    assert.equal(packet?.bytes.toString('hex').replace(/b8.{48}$/, ''), expected.replace(/b8.{48}$/, ''));
    assert.match(packet?.chunk ?? '', /^[\w+/]{22}==$/);
    assert.equal(packet?.bytes.subarray(-24).toString('latin1'), packet?.chunk);
  });

  test('of a batch has the same chunk each time, and another batch or tag has another', () => {
    const records = [createRecord(0)];
    const chunk = (tag: string, id: string) => createPackets(batchOf(records, tag, id), plain)[0]?.chunk;
    assert.equal(chunk('a', 'batch-1'), chunk('a', 'batch-1'));
    assert.equal(new Set([chunk('a', 'batch-1'), chunk('b', 'batch-1'), chunk('a', 'batch-2')]).size, 3);
  });

  test('is compressed when that is wanted', () => {
    const batch = batchOf(
      Array.from({ length: 200 }, (_, index) => createRecord(index)),
      'tag',
    );
    const [compressed] = createPackets(batch, { compress: 'gzip', acks: true });
    const [uncompressed] = createPackets(batch, plain);
    assert.ok(compressed && uncompressed && compressed.bytes.length * 3 < uncompressed.bytes.length);
    const [tag, entries, options] = decode(compressed);
    assert.deepEqual([tag, options], ['tag', { size: 200, chunk: compressed.chunk, compressed: 'gzip' }]);
    assert.deepEqual(gunzipSync(entries), decode(uncompressed)[1]);
  });

  test('has no chunk when no acknowledgement is wanted', () => {
    const [packet] = createPackets(batchOf([createRecord(0)], 'tag'), { compress: 'none', acks: false });
    assert.deepEqual(packet && decode(packet)[2], { size: 1 });
  });

  test('is made for each tag of a batch, records in order', () => {
    const directions = ['incoming', 'outgoing', 'unknown', 'outgoing', 'incoming'] as const;
    const identity = { pod: 'shop-1', namespace: 'store', node: undefined, hostname: undefined, labels: undefined };
    const records = directions.map((direction, index) => createRecord(index, { id: `r${index}`, direction, identity }));
    const packets = createPackets(batchOf(records, 'k8s.%{namespace}.%{pod}.%{direction}'), plain);
    assert.deepEqual(
      packets.map((packet) => [decode(packet)[0], packet.indexes]),
      [
        ['k8s.store.shop-1.incoming', [0, 4]],
        ['k8s.store.shop-1.outgoing', [1, 3]],
        ['k8s.store.shop-1.unknown', [2]],
      ],
    );
    assert.equal(new Set(packets.map((packet) => packet.chunk)).size, 3);
    for (const packet of packets) {
      const ids = packet.indexes.map((index) => `81a26964a2${Buffer.from(`r${index}`).toString('hex')}`);
      const entries = decode(packet)[1].toString('hex');
      assert.deepEqual(entries.match(/81a26964a2..../g), ids);
    }
  });

  test('says unknown for what is not known, and lets no strange character into the tag', () => {
    const identity = { pod: 'a b/ä', namespace: undefined, node: undefined, hostname: undefined, labels: undefined };
    const [packet] = createPackets(batchOf([createRecord(0, { identity })], '%{namespace}.%{pod}'), plain);
    assert.equal(packet && decode(packet)[0], 'unknown.a_b__');
  });

  for (const length of [1, 31, 32, 255, 256, 700]) {
    test(`carries a tag of ${length} characters`, () => {
      const [packet] = createPackets(batchOf([createRecord(0, { id: 'a' })], 't'.repeat(length)), plain);
      assert.equal(packet && decode(packet)[0], 't'.repeat(length));
      assert.match(packet ? decode(packet)[1].toString('hex') : '', /^92d700.{16}81a26964a161$/);
    });
  }

  for (const [startTime, time] of [
    [0, 'd7000000000000000000'],
    [-1_500_000, 'fe'],
    [2 ** 32 * 1e6, 'cf0000000100000000'],
  ] as const) {
    test(`carries the odd time ${startTime}`, () => {
      const [packet] = createPackets(batchOf([createRecord(0, { id: 'a', startTime })], 't'), plain);
      assert.equal(packet && decode(packet)[1].toString('hex'), `92${time}81a26964a161`);
    });
  }

  test('can be empty, to see whether a server answers', () => {
    const probe = createProbe('tag', 'AAAAAAAAAAAAAAAAAAAAAA==');
    assert.equal(probe.bytes.toString('hex'), `93a3746167c40082a473697a6500a56368756e6bb8${'41'.repeat(22)}3d3d`);
  });
});
