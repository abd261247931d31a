import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import { type Message, MessageReader } from '../../../src/sink/fluentd/fluentd-message-reader.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** Written by hand from the tables of the specification. */
const vectors: readonly (readonly [hex: string, message: Message])[] = [
  ['c0', null],
  ['c2', false],
  ['c3', true],
  ['7f', 127],
  ['e0', -32],
  ['cc80', 128],
  ['cd0100', 256],
  ['ceffffffff', 4_294_967_295],
  ['a161', Buffer.from('a')],
  ['d9026162', Buffer.from('ab')],
  ['da00026162', Buffer.from('ab')],
  ['db000000026162', Buffer.from('ab')],
  ['c402fffe', bytes('fffe')],
  ['c50002fffe', bytes('fffe')],
  ['c600000002fffe', bytes('fffe')],
  ['9201c3', [1, true]],
  ['dc000201c3', [1, true]],
  ['dd0000000201c3', [1, true]],
  ['81a361636ba3414243', { ack: Buffer.from('ABC') }],
  ['de0001a361636ba3414243', { ack: Buffer.from('ABC') }],
  ['df00000001a361636ba3414243', { ack: Buffer.from('ABC') }],
  // A nonce of Fluent Bit: random bytes under the name of a string.
  ['92a448454c4f81a56e6f6e6365a4fffe80c3', [Buffer.from('HELO'), { nonce: bytes('fffe80c3') }]],
];

describe('the reader of messages', () => {
  for (const [hex, message] of vectors) {
    test(`reads ${hex}, whole and byte by byte`, () => {
      assert.deepEqual(new MessageReader().push(bytes(hex)), [message]);
      const reader = new MessageReader();
      const messages = [...bytes(hex)].map((byte) => reader.push(Buffer.of(byte)));
      assert.deepEqual(messages.pop(), [message]);
      for (const nothing of messages) assert.deepEqual(nothing, []);
    });
  }

  test('reads the same messages at every split', () => {
    const stream = Buffer.concat(vectors.map(([hex]) => bytes(hex)));
    const expected = vectors.map(([, message]) => message);
    for (let at = 0; at <= stream.length; at++) {
      const reader = new MessageReader();
      const first = reader.push(Buffer.from(stream.subarray(0, at))) ?? [];
      assert.deepEqual([...first, ...(reader.push(stream.subarray(at)) ?? [])], expected);
    }
  });

  test('does not keep the bytes that it was handed', () => {
    const reader = new MessageReader();
    const piece = bytes('a261');
    assert.deepEqual(reader.push(piece), []);
    piece.fill(0);
    assert.deepEqual(reader.push(bytes('62')), [Buffer.from('ab')]);
  });

  const foreign = ['c1', 'd7000000000000000000', 'c70000', 'ca00000000', '92c1', '81a161c1', `${'91'.repeat(20)}00`];
  for (const hex of foreign) {
    test(`knows that ${hex} does not come from a forward server`, () => {
      assert.equal(new MessageReader().push(bytes(hex)), undefined);
    });
  }

  test('takes no message that does not end', () => {
    const reader = new MessageReader();
    assert.deepEqual(reader.push(bytes('dbffffffff')), []);
    assert.deepEqual(reader.push(Buffer.alloc(10_000)), []);
    assert.equal(reader.push(Buffer.alloc(10_000)), undefined);
  });

  test('never throws and never stops on bytes of chance', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (pieces) => {
        const reader = new MessageReader();
        for (const piece of pieces) if (reader.push(Buffer.from(piece)) === undefined) return;
      }),
      { numRuns: 2000 },
    );
  });

  test('reads what another implementation writes', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(fc.boolean(), fc.constant(null), fc.nat(), fc.string(), fc.array(tie('value'), { maxLength: 4 })),
    })).value;
    fc.assert(
      fc.property(value, (written) => {
        assert.deepEqual(new MessageReader().push(pack(written)), [asMessage(written)]);
      }),
    );
  });
});

function asMessage(value: unknown): Message {
  if (typeof value === 'string') return Buffer.from(value);
  return Array.isArray(value) ? value.map(asMessage) : (value as Message);
}
