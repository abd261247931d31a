import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropped, duplicated, overlapped, shuffled, without } from '../tcp/impairments.ts';
import { type ConversationPacket, type Side, TcpConversation } from '../tcp/tcp-conversation.ts';
import { createRandom } from './random.ts';

const up = Array.from({ length: 5000 }, (_, index) => String.fromCharCode(65 + (index % 57))).join('');
const down = up.split('').reverse().join('');

function packets(): readonly ConversationPacket[] {
  return new TcpConversation({ mss: 333, clientSequence: 2 ** 32 - 2000, serverSequence: 2 ** 32 - 1 })
    .client(up)
    .server(down)
    .close().packets;
}

/** Puts every payload at the place its sequence number says; fails where two packets disagree. */
function streamOf(seen: readonly ConversationPacket[], from: Side, sequence: number): string {
  const stream: string[] = [];
  for (const { fields } of seen.filter((packet) => packet.from === from)) {
    const start = (fields.sequence - sequence - 1) >>> 0;
    fields.payload.forEach((byte, index) => {
      const character = String.fromCharCode(byte);
      assert.equal(stream[start + index] ?? character, character);
      stream[start + index] = character;
    });
  }
  return stream.join('');
}

function assertWhole(seen: readonly ConversationPacket[]): void {
  assert.equal(streamOf(seen, 'client', 2 ** 32 - 2000), up);
  assert.equal(streamOf(seen, 'server', 2 ** 32 - 1), down);
  const times = seen.map(({ time }) => time);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
}

test('a conversation carries what was said, and acknowledges all that was received', () => {
  const all = packets();
  assertWhole(all);
  const next: Record<Side, number | undefined> = { client: undefined, server: undefined };
  for (const { from, fields } of all) {
    const other = from === 'client' ? 'server' : 'client';
    if (fields.flags !== 'S') assert.equal(fields.acknowledgment, next[other]);
    assert.equal(fields.sequence, next[from] ?? fields.sequence);
    const control = /[SF]/.test(fields.flags ?? '') ? 1 : 0;
    next[from] = (fields.sequence + fields.payload.length + control) >>> 0;
  }
});

test('shuffled packets are all there, no further from their places than asked', () => {
  const before = packets();
  for (let seed = 0; seed < 50; seed++) {
    const after = shuffled(before, 4, createRandom(seed));
    assertWhole(after);
    assert.equal(after.length, before.length);
    after.forEach(({ bytes }, place) => {
      assert.ok(Math.abs(before.findIndex((packet) => packet.bytes === bytes) - place) <= 4);
    });
  }
  assert.notDeepEqual(shuffled(before, 4, createRandom(1)), before);
});

test('duplicates and overlaps add packets that say the same', () => {
  const before = packets();
  for (let seed = 0; seed < 50; seed++) {
    const twice = duplicated(before, 0.5, 5, createRandom(seed));
    const mixed = overlapped(before, 0.5, createRandom(seed));
    for (const after of [twice, mixed]) {
      assertWhole(after);
      assert.ok(after.length > before.length);
    }
  }
});

test('dropped packets are gone, others are not', () => {
  const before = packets();
  const after = dropped(before, 0.3, createRandom(1));
  assert.ok(after.length < before.length && after.length > 0);
  assert.ok(after.every((packet) => before.includes(packet)));
  assert.throws(() => without(before, 'never said'), /No packet contains/);
});
