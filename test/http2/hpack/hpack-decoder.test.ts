import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../../src/http2/hpack/hpack-decoder.ts';
import { HuffmanCode } from '../../../src/http2/hpack/huffman-code.ts';
import { integer, string } from '../../support/http2/random-blocks.ts';

const huffman = new HuffmanCode();

const fromStart = () => new HpackDecoder({ huffman, maxListBytes: 65536, isFromStart: true });
const joined = () => new HpackDecoder({ huffman, maxListBytes: 65536, isFromStart: false });

/** What comes of a block of these pieces, each field as one line. */
function decode(decoder: HpackDecoder, ...pieces: readonly Buffer[]) {
  const block = Buffer.concat(pieces);
  const { fields, ...others } = decoder.decode(block, 0, block.length);
  return { lines: fields.map(({ name, value }) => `${name}: ${value}`), fields, ...others };
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const indexed = (index: number) => integer(0x80, 7, index);
const inserted = (name: string | number, value: string) => literal({ first: 0x40, bits: 6 }, name, value);
const plain = (name: string | number, value: string) => literal({ first: 0, bits: 4 }, name, value);
const secret = (name: string | number, value: string) => literal({ first: 0x10, bits: 4 }, name, value);
const resized = (bytes: number) => integer(0x20, 5, bytes);
/** The newest entry. */
const newest = 62;

function literal(kind: { first: number; bits: number }, name: string | number, value: string): Buffer {
  const index = integer(kind.first, kind.bits, typeof name === 'number' ? name : 0);
  return Buffer.concat([index, ...(typeof name === 'string' ? [string(name, false)] : []), string(value, false)]);
}

describe('a decoder of header blocks', () => {
  test('decodes the requests in the appendix of the RFC', () => {
    const decoder = fromStart();
    const usual = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
    assert.deepEqual(decode(decoder, hex('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff')).lines, usual);
    assert.equal(decoder.heldBytes, 57);
    assert.deepEqual(decode(decoder, hex('8286 84be 5886 a8eb 1064 9cbf')).lines, [
      ...usual,
      'cache-control: no-cache',
    ]);
    assert.equal(decoder.heldBytes, 110);
  });

  test('decodes the responses in the appendix of the RFC, whose table is small', () => {
    const decoder = fromStart();
    decoder.limitTable(256);
    const first = decode(
      decoder,
      hex('4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6'),
      hex('2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3'),
    );
    const date = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
    const location = 'location: https://www.example.com';
    assert.deepEqual(first.lines, [':status: 302', 'cache-control: private', date, location]);
    assert.equal(decoder.heldBytes, 222);
    const second = decode(decoder, hex('4883 640e ffc1 c0bf'));
    assert.deepEqual(second.lines, [':status: 307', 'cache-control: private', date, location]);
    assert.equal(decoder.heldBytes, 222);
  });

  test('of no bytes finds no fields', () => {
    const none = { lines: [], fields: [], undecoded: 0, dropped: 0, isMalformed: false };
    assert.deepEqual(decode(fromStart()), none);
    assert.deepEqual(decode(fromStart(), resized(0), resized(100)), none);
  });

  test('tells what its sender marked as never indexed, also where the name has an index', () => {
    const { fields } = decode(fromStart(), secret('token', 'a'), secret(23, 'b'), plain('c', 'd'), inserted('e', 'f'));
    assert.deepEqual(
      fields.map(({ name, isSensitive }) => [name, isSensitive]),
      [
        ['token', true],
        ['authorization', true],
        ['c', false],
        ['e', false],
      ],
    );
  });

  test('gives fields of the tables without copying them', () => {
    const decoder = fromStart();
    decode(decoder, inserted('x', 'y'));
    const [one] = decode(decoder, indexed(newest)).fields;
    assert.deepEqual([one?.name, one?.value], ['x', 'y']);
    assert.equal(decode(decoder, indexed(newest)).fields[0], one);
    assert.equal(decode(decoder, indexed(2)).fields[0], decode(fromStart(), indexed(2)).fields[0]);
  });

  test('keeps nothing of the bytes that it is given', () => {
    const decoder = fromStart();
    const block = inserted('name', 'value');
    decoder.decode(block, 0, block.length);
    block.fill(0);
    assert.deepEqual(decode(decoder, indexed(newest)).lines, ['name: value']);
  });
});

describe('a block that cannot be', () => {
  const malformed = {
    'an index of 0': indexed(0),
    'an index behind the table': indexed(newest + 1),
    'the name of an entry behind the table': plain(newest + 1, 'x'),
    'an integer without its end': hex('ff80'),
    'an integer that is too large': hex('ffffffffffffff7f'),
    'a field without a name': hex('40'),
    'a field without a value': hex('4001 61'),
    'a value that goes on behind the block': hex('4001 6105 62'),
    'a name that is no Huffman code': hex('4081 0001 62'),
    'a value that is no Huffman code': hex('0001 6181 00'),
    'a size of the table behind a field': resized(100),
  };
  for (const [title, bytes] of Object.entries(malformed)) {
    test(`for ${title} gives what came before it, and what was in the table is forgotten`, () => {
      const decoder = fromStart();
      decode(decoder, inserted('old', '1'));
      const { lines, undecoded, dropped, isMalformed } = decode(decoder, indexed(2), bytes, indexed(3));
      assert.deepEqual({ lines, undecoded, dropped }, { lines: [':method: GET'], undecoded: 0, dropped: 0 });
      assert.ok(isMalformed);
      assert.equal(decoder.heldBytes, 0);
      const next = decode(decoder, inserted('new', '2'), indexed(newest), indexed(newest + 1));
      assert.deepEqual([next.lines, next.undecoded, next.isMalformed], [['new: 2', 'new: 2'], 1, false]);
    });
  }

  test('adds no field to the table that it breaks off in', () => {
    const decoder = joined();
    assert.ok(decode(decoder, hex('4001 6102 62')).isMalformed);
    assert.equal(decode(decoder, indexed(newest)).undecoded, 1);
  });
});

describe('a decoder that has not seen the start', () => {
  test('knows entries that it has seen, and counts fields that refer to others', () => {
    const decoder = joined();
    const block = decode(
      decoder,
      indexed(newest),
      inserted('a', '1'),
      indexed(newest),
      indexed(newest + 1),
      indexed(2),
    );
    assert.deepEqual(block.lines, ['a: 1', 'a: 1', ':method: GET']);
    assert.deepEqual([block.undecoded, block.isMalformed], [2, false]);
  });

  test('keeps the place of an entry whose name it does not know, and counts what refers to it', () => {
    const decoder = joined();
    const first = decode(decoder, inserted('a', '1'), inserted(newest + 5, 'x'), inserted('b', '2'));
    assert.deepEqual([first.lines, first.undecoded], [['a: 1', 'b: 2'], 1]);
    const next = decode(decoder, indexed(newest), indexed(newest + 1), indexed(newest + 2), plain(newest + 1, 'y'));
    assert.deepEqual([next.lines, next.undecoded], [['b: 2', 'a: 1'], 2]);
  });

  test('passes over values of names that it does not know, also where those are no text', () => {
    const block = decode(joined(), hex('0f 80 01 82 00 00'), secret(newest, 'x'), indexed(2));
    assert.deepEqual([block.lines, block.undecoded, block.isMalformed], [[':method: GET'], 2, false]);
  });

  test('knows entries of a table of 64 KiB, until it learns of a smaller one', () => {
    const entries = Array.from({ length: 600 }, (_, index) => inserted('name', `${index}`.padStart(64, '0')));
    const decoder = joined();
    assert.equal(decode(decoder, ...entries).lines.length, 600);
    assert.equal(decode(decoder, indexed(newest + 599)).undecoded, 0);
    assert.equal(decoder.heldBytes, 60_000);
    decoder.limitTable(1000);
    assert.equal(decoder.heldBytes, 1000);
    assert.deepEqual(
      [decode(decoder, indexed(newest + 9)).undecoded, decode(decoder, indexed(newest + 10)).undecoded],
      [0, 1],
    );
  });

  test('is like one that was told of a loss', () => {
    const decoder = fromStart();
    decode(decoder, inserted('old', '1'));
    decoder.lost();
    assert.equal(decoder.heldBytes, 0);
    const { lines, undecoded, isMalformed } = decode(
      decoder,
      indexed(newest),
      plain(newest, 'x'),
      inserted('new', '2'),
    );
    assert.deepEqual([lines, undecoded, isMalformed], [['new: 2'], 2, false]);
  });
});

describe('the table of a decoder', () => {
  const entry = (letter: string) => inserted(letter, 'x'.repeat(967));

  test('holds 4096 bytes until more is allowed and used', () => {
    const decoder = fromStart();
    decode(decoder, ...['a', 'b', 'c', 'd', 'e'].map(entry));
    assert.equal(decoder.heldBytes, 4000);
    decoder.limitTable(65536);
    decode(decoder, entry('f'));
    assert.equal(decoder.heldBytes, 4000);
    decode(decoder, resized(65536), ...['g', 'h'].map(entry));
    assert.equal(decoder.heldBytes, 6000);
  });

  test('is smaller where its sender says so, in the same block also larger again', () => {
    const decoder = fromStart();
    decode(decoder, entry('a'), entry('b'), entry('c'));
    assert.equal(decode(decoder, resized(2000), resized(4096), indexed(newest + 1)).lines.length, 1);
    assert.equal(decoder.heldBytes, 2000);
    assert.ok(decode(decoder, indexed(newest + 2)).isMalformed);
  });

  test('follows a size that no setting allowed, which may not have been seen', () => {
    const decoder = fromStart();
    decode(decoder, resized(8192), ...['a', 'b', 'c', 'd', 'e', 'f'].map(entry));
    assert.equal(decoder.heldBytes, 6000);
    decoder.lost();
    decode(decoder, ...['a', 'b', 'c', 'd', 'e', 'f'].map(entry));
    assert.equal(decoder.heldBytes, 6000);
  });

  test('never holds more than 64 KiB: of a larger one, the older entries are not known', () => {
    const decoder = fromStart();
    decoder.limitTable(0xffffffff);
    const block = decode(decoder, resized(0xffffffff), ...Array.from({ length: 100 }, () => entry('a')));
    assert.equal(block.isMalformed, false);
    assert.equal(decoder.heldBytes, 65_000);
    const { lines, undecoded, isMalformed } = decode(decoder, indexed(newest + 64), indexed(newest + 65));
    assert.deepEqual([lines.length, undecoded, isMalformed], [1, 1, false]);
    decode(decoder, inserted('large', 'x'.repeat(70_000)), inserted('b', '1'));
    assert.deepEqual(decode(decoder, indexed(newest), indexed(newest + 1)).undecoded, 1);
  });
});

describe('the limit of a block', () => {
  test('leaves out and counts fields for which there is no room, but keeps count of the table', () => {
    const decoder = new HpackDecoder({ huffman, maxListBytes: 100, isFromStart: true });
    const block = decode(decoder, inserted('a', 'x'.repeat(50)), inserted('b', 'x'), secret('c', 'x'.repeat(30)));
    assert.deepEqual(
      block.fields.map(({ name }) => name),
      ['a'],
    );
    assert.deepEqual([block.dropped, block.undecoded, block.isMalformed], [2, 0, false]);
    assert.deepEqual(decode(decoder, indexed(newest)).lines, ['b: x']);
  });
});
