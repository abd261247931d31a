import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FrameReader } from '../../src/websocket/frame-reader.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';
import { naiveMessages } from '../support/websocket/naive-messages.ts';
import { closeFrame, frame, mask } from '../support/websocket/websocket-frames.ts';

/** Pieces of one side's bytes, and numbers of bytes that are missing. */
type Input = Buffer | { readonly gap: number | undefined };

function read(inputs: readonly Input[], hasExtensions = false) {
  const reader = new FrameReader(hasExtensions);
  for (const input of inputs) {
    if ('gap' in input) reader.gap(input.gap);
    // What stands before and behind it is not its own.
    else reader.data({ bytes: Buffer.concat([mask, input, mask]), start: 4, end: 4 + input.length });
  }
  const { messages, bytes, closeCode, isClosed, isBroken } = reader;
  return { state: isBroken ? 'broken' : isClosed ? 'closed' : 'open', messages, bytes, closeCode };
}

const singly = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.from([byte]));

const cases = {
  'a text and a binary message': [
    [frame('hello'), frame('hi', { opcode: 2 })],
    [2, 7],
  ],
  'an empty message': [[frame('')], [1, 0]],
  'a message that is masked': [[frame('hello', { mask })], [1, 5]],
  'lengths of 7, 16 and 64 bits': [
    [frame('x'.repeat(125)), frame('x'.repeat(126)), frame('x'.repeat(65_536))],
    [3, 65_787],
  ],
  'a length in more bytes than it takes': [
    [frame('a', { lengthBytes: 2 }), frame('b', { lengthBytes: 8, mask })],
    [2, 2],
  ],
  'fragments are one message': [
    [frame('one ', { isFinal: false }), frame('two ', { opcode: 0, isFinal: false }), frame('three', { opcode: 0 })],
    [1, 13],
  ],
  'control frames between fragments are no messages': [
    [
      frame('a', { isFinal: false }),
      frame('ping', { opcode: 9 }),
      frame('', { opcode: 10 }),
      frame('b', { opcode: 0 }),
    ],
    [1, 2],
  ],
  'a message without its end': [[frame('a', { isFinal: false })], [0, 1]],
} as const;

describe('frames, whole, byte by byte and at every split', () => {
  for (const [title, [frames, [messages, bytes]]] of Object.entries(cases)) {
    test(title, () => {
      const sent = Buffer.concat(frames as readonly Buffer[]);
      const expected = { state: 'open', messages, bytes, closeCode: undefined };
      assert.deepEqual(read([sent]), expected);
      assert.deepEqual(read(singly(sent)), expected);
      const step = Math.max(1, Math.trunc(sent.length / 300));
      for (let at = 0; at <= sent.length; at += step) {
        assert.deepEqual(read([sent.subarray(0, at), sent.subarray(at)]), expected);
      }
    });
  }

  test('a close frame says why, masked or not, and nothing counts behind it', () => {
    for (const options of [{}, { mask }]) {
      const sent = Buffer.concat([frame('a', options), closeFrame(1001, options), frame('too late')]);
      const expected = { state: 'closed', messages: 1, bytes: 1, closeCode: 1001 };
      for (let at = 0; at <= sent.length; at++) {
        assert.deepEqual(read([sent.subarray(0, at), sent.subarray(at)]), expected);
      }
      assert.deepEqual(read(singly(sent)), expected);
    }
    assert.deepEqual(read([closeFrame(undefined)]), { state: 'closed', messages: 0, bytes: 0, closeCode: undefined });
    const half = frame('\x03', { opcode: 8 });
    assert.deepEqual(read([half]), { state: 'closed', messages: 0, bytes: 0, closeCode: undefined });
  });

  test('bits of extensions are theirs where there are some', () => {
    const compressed = frame('x', { reserved: 4 });
    assert.deepEqual(read([compressed], true), { state: 'open', messages: 1, bytes: 1, closeCode: undefined });
    assert.equal(read([compressed]).state, 'broken');
  });

  test('what are no frames are known by their opcodes, their order and the length of control frames', () => {
    const broken = {
      HTTP: Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      'a reserved opcode': frame('', { opcode: 3 }),
      'a reserved control opcode': frame('', { opcode: 11 }),
      'a continuation of nothing': frame('', { opcode: 0 }),
      'a message inside of another': Buffer.concat([frame('', { isFinal: false }), frame('')]),
      'a ping in fragments': frame('', { opcode: 9, isFinal: false }),
      'a long ping': frame('x'.repeat(126), { opcode: 9 }),
      'an impossible length': Buffer.from('827fffffffffffffffff', 'hex'),
    };
    for (const [title, bytes] of Object.entries(broken)) assert.equal(read([bytes, frame('a')]).state, 'broken', title);
  });
});

describe('a gap', () => {
  const message = frame('x'.repeat(100));

  test('inside of a frame is stepped over, to its end', () => {
    for (const gap of [1, 50, 98]) {
      const rest = message.subarray(4 + gap);
      assert.deepEqual(read([message.subarray(0, 4), { gap }, rest, frame('a')]), read([message, frame('a')]));
    }
  });

  test('that may hide the start of a frame ends the count: nothing is told rather than too little', () => {
    const lost = { state: 'open', messages: undefined, bytes: undefined, closeCode: undefined };
    for (const gap of [99, undefined]) assert.deepEqual(read([message.subarray(0, 4), { gap }, frame('a')]), lost);
    assert.deepEqual(read([frame('a'), { gap: 1 }, frame('a')]), lost);
    assert.deepEqual(read([frame('a').subarray(0, 1), { gap: 1 }, frame('a')]), lost);
  });

  test('in the code of a close frame leaves that out, behind it nothing changes', () => {
    const close = closeFrame(1000);
    const closed = { state: 'closed', messages: 0, bytes: 0 };
    assert.deepEqual(read([close.subarray(0, 3), { gap: 2 }, close.subarray(5)]), { ...closed, closeCode: undefined });
    assert.deepEqual(read([close.subarray(0, 4), { gap: 3 }]), { ...closed, closeCode: 1000 });
    assert.deepEqual(read([close, { gap: 5 }]), { ...closed, closeCode: 1000 });
  });
});

test('whatever comes, in whatever pieces, is read as all of it at once would be', () => {
  const random = createRandom(17);
  for (let round = 0; round < 3000; round++) {
    const frames = Array.from({ length: randomInteger(random, 1, 6) }, () => {
      const opcode = [0, 1, 1, 2, 8, 9, 10][randomInteger(random, 0, 7)] ?? 1;
      const options = random() < 0.5 ? { mask } : {};
      const payload = Buffer.alloc(randomInteger(random, 0, random() < 0.1 ? 300 : 20), round);
      return frame(payload, { ...options, opcode, isFinal: random() < 0.8, reserved: random() < 0.1 ? 4 : 0 });
    });
    const whole = Buffer.concat(frames);
    const sent = random() < 0.5 ? mutated(whole, random) : whole;
    const hasExtensions = random() < 0.5;
    const pieces: Buffer[] = [];
    for (let at = 0; at < sent.length; ) {
      const end = Math.min(sent.length, at + randomInteger(random, 1, 40));
      pieces.push(sent.subarray(at, end));
      at = end;
    }
    assert.deepEqual(read(pieces, hasExtensions), naiveMessages(sent, hasExtensions), sent.toString('hex'));
  }
});
