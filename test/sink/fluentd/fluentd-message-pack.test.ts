import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Unpackr } from 'msgpackr';
import { MessagePackWriter } from '../../../src/sink/fluentd/fluentd-message-pack.ts';
import { exampleRecord } from '../../support/record/example.ts';
import { schemaNames, toSchema } from '../../support/record/to-schema.ts';

const other = new Unpackr({ int64AsType: 'number', mapsAsObjects: true, useRecords: false });
const writer = new MessagePackWriter();

function hex(value: unknown): string {
  return writer.clear().value(value).bytes().toString('hex');
}

/** Written by hand from the tables of the specification: the smallest and the largest value of each form. */
const vectors: readonly (readonly [value: unknown, bytes: string])[] = [
  [null, 'c0'],
  [undefined, 'c0'],
  [false, 'c2'],
  [true, 'c3'],
  [0, '00'],
  [127, '7f'],
  [128, 'cc80'],
  [255, 'ccff'],
  [256, 'cd0100'],
  [65_535, 'cdffff'],
  [65_536, 'ce00010000'],
  [4_294_967_295, 'ceffffffff'],
  [4_294_967_296, 'cf0000000100000000'],
  [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
  [2 ** 53, 'cb4340000000000000'],
  [-1, 'ff'],
  [-32, 'e0'],
  [-33, 'd3ffffffffffffffdf'],
  [Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
  [-0, 'cb8000000000000000'],
  [0.5, 'cb3fe0000000000000'],
  [1.25, 'cb3ff4000000000000'],
  [Number.POSITIVE_INFINITY, 'cb7ff0000000000000'],
  ['', 'a0'],
  ['a', 'a161'],
  ['ä', 'a2c3a4'],
  ['€', 'a3e282ac'],
  ['😀', 'a4f09f9880'],
  ['\ud800', 'a3efbfbd'],
  ['x'.repeat(31), `bf${'78'.repeat(31)}`],
  ['x'.repeat(32), `d920${'78'.repeat(32)}`],
  ['ä'.repeat(16), `d920${'c3a4'.repeat(16)}`],
  ['x'.repeat(255), `d9ff${'78'.repeat(255)}`],
  ['x'.repeat(256), `da0100${'78'.repeat(256)}`],
  ['x'.repeat(65_535), `daffff${'78'.repeat(65_535)}`],
  ['x'.repeat(65_536), `db00010000${'78'.repeat(65_536)}`],
  [[], '90'],
  [[1, 'a', [true]], '9301a16191c3'],
  [Array(15).fill(0), `9f${'00'.repeat(15)}`],
  [Array(16).fill(0), `dc0010${'00'.repeat(16)}`],
  [Array(65_536).fill(0), `dd00010000${'00'.repeat(65_536)}`],
  [{}, '80'],
  [{ a: 1 }, '81a16101'],
  [{ a: undefined, b: null, c: { d: [] } }, '82a162c0a16381a16490'],
  [
    Object.fromEntries(Array.from({ length: 16 }, (_, i) => [String.fromCharCode(97 + i), 0])),
    `de0010${Array.from({ length: 16 }, (_, i) => `a1${(97 + i).toString(16)}00`).join('')}`,
  ],
  [() => {}, 'c0'],
];

describe('MessagePack', () => {
  for (const [value, bytes] of vectors) {
    const name = value === undefined || typeof value === 'function' ? String(value) : JSON.stringify(value);
    test(`writes ${name.slice(0, 40)} (${bytes.length / 2} bytes)`, () => assert.equal(hex(value), bytes));
  }

  test('writes heads of binaries in their three forms', () => {
    const head = (size: number) => writer.clear().binaryHead(size).bytes().toString('hex');
    assert.deepEqual([0, 255, 256, 65_536].map(head), ['c400', 'c4ff', 'c50100', 'c600010000']);
  });

  test('writes the time of an event as an extension of type 0', () => {
    const bytes = writer.clear().eventTime(0x01020304, 999_999_000).bytes();
    assert.equal(bytes.toString('hex'), 'd700010203043b9ac618');
  });

  test('is read by another implementation as what was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // The other implementation renames this key when it reads.
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        assert.deepEqual(
          JSON.parse(JSON.stringify(other.unpack(writer.clear().value(value).bytes()))),
          JSON.parse(JSON.stringify(value)),
        );
      }),
      { numRuns: 500 },
    );
  });

  for (const schema of schemaNames) {
    test(`carries a record of the ${schema} schema exactly as JSON does`, () => {
      const record = toSchema[schema](exampleRecord);
      assert.deepEqual(other.unpack(writer.clear().value(record).bytes()), JSON.parse(JSON.stringify(record)));
    });
  }

  test('gives back the memory of a huge value and continues', () => {
    assert.equal(writer.clear().value('x'.repeat(5_000_000)).bytes().length, 5_000_005);
    assert.equal(hex(['a', 1]), '92a16101');
    assert.ok(writer.clear().value('a').bytes().buffer.byteLength <= 4096);
  });

  test('starts anew after a value that could not be read', () => {
    const broken = {
      a: 1,
      get b() {
        throw new Error('broken');
      },
    };
    assert.throws(() => writer.clear().value(broken), /broken/);
    assert.equal(hex('a'), 'a161');
  });
});
