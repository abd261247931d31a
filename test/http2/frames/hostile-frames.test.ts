import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frame, preface, randomFrames, randomParts } from '../../support/http2/frame-bytes.ts';
import { FrameLog, heardOf } from '../../support/http2/frame-log.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';
import { mutated } from '../../support/program/mutate.ts';
import { createRandom, randomInteger } from '../../support/program/random.ts';

const repeated = (part: Buffer, count: number) => Buffer.concat(Array(count).fill(part));
const ping = frame(6, 0, 0, 'pingpong');

test('mutated frames and losses never throw, hold little, and leave nothing behind', () => {
  const random = createRandom(41);
  for (let round = 0; round < 5000; round++) {
    const valid = Buffer.concat(
      Array.from({ length: randomInteger(random, 1, 12) }, () => randomFrames(random)).flat(),
    );
    const wild = mutated(random() < 0.3 ? Buffer.concat([preface, valid]) : valid, random);
    const log = new FrameLog({ expectsPreface: random() < 0.3, isAtFrame: random() < 0.7, maxBlockBytes: 1000 });
    for (const part of randomParts(wild, random)) {
      if (random() < 0.05) log.feed({ gap: random() < 0.2 ? undefined : randomInteger(random, 0, 3000) });
      log.feed(part);
    }
    assert.ok(log.maxHeldBytes < 200_000);
    if (random() < 0.5) log.end();
    else log.reader.close();
    assert.equal(log.heldBytes, 0);
  }
});

test('a flood of CONTINUATIONs is lost once, and what follows is heard', () => {
  const opening = frame(1, 0, 1, 'opening');
  const flood = repeated(frame(9, 0, 1, 'x'.repeat(100)), 1000);
  const log = new FrameLog({ maxBlockBytes: 4096 }).feed(opening, flood);
  assert.ok(log.maxHeldBytes < 3 * 4096);
  log.feed(frame(9, 4, 1), frame(1, 4, 3, 'next')).end();
  assert.equal(log.events.length, 2);
  assert.match(log.events[0] ?? '', /^lost \d+$/);
  assert.equal(log.events[1], 'headers 3 next');
});

test('a block that is interrupted, too large or badly padded is lost alone', () => {
  const next = frame(1, 4, 5, 'next');
  assert.deepEqual(heardOf({}, frame(1, 0, 1, 'abc'), next), ['lost 12', 'headers 5 next']);
  assert.deepEqual(heardOf({}, frame(9, 4, 1, 'abc'), next), ['lost 12', 'headers 5 next']);
  assert.deepEqual(heardOf({ maxBlockBytes: 10 }, frame(1, 4, 1, 'x'.repeat(11)), next), ['lost 20', 'headers 5 next']);
  assert.deepEqual(heardOf({}, frame(1, 12, 1, '\x09abc'), next), ['lost 13', 'headers 5 next']);
  assert.deepEqual(heardOf({}, frame(0, 8, 1, '\x09abc'), next), ['lost 13', 'headers 5 next']);
  assert.deepEqual(heardOf({}, frame(99, 255, 7, 'x'.repeat(99)), next), ['headers 5 next']);
});

test('a gap within a frame of known length loses that frame alone', () => {
  const next = frame(1, 4, 5, 'next');
  const block = frame(1, 4, 1, 'abcdef');
  assert.deepEqual(heardOf({}, block.subarray(0, 11), { gap: 4 }, next), ['lost 15', 'headers 5 next']);
  assert.deepEqual(heardOf({}, ping.subarray(0, 11), { gap: 6 }, next), ['headers 5 next']);
  const content = frame(0, 1, 1, 'abcdef');
  assert.deepEqual(heardOf({}, content.subarray(0, 11), { gap: 20 }, next), [
    'data 1 ab',
    'missing 1 4',
    'data end 1 ends',
    'lost 16',
    'headers 5 next',
  ]);
  assert.deepEqual(heardOf({}, { gap: undefined }, next), ['lost undefined', 'headers 5 next']);
});

test('where a header block began and when it ended is told with it', () => {
  const bytes = Buffer.concat([ping, frame(1, 0, 1, 'abc'), frame(9, 4, 1, 'def')]);
  const [block] = new FrameLog().feed(bytes.subarray(0, 30), bytes.subarray(30)).end().blocks;
  assert.deepEqual(block?.first, { time: 1, sequence: 1000 + ping.length, acknowledgment: 1 });
  assert.deepEqual({ time: block?.time, size: block?.size }, { time: 2, size: 24 });
});

const noise = (size: number) => {
  const random = createRandom(42);
  return Buffer.from(Array.from({ length: size }, () => (random() < 0.6 ? 0 : randomInteger(random, 0, 16))));
};
const lostAndFound = Buffer.concat([frame(6, 0, 0, 'pingpong'), ping, ping, frame(0, 0, 0, 'odd')]);
const integers = Buffer.from([0, 0, 0, 3]);
const hostile: Readonly<Record<string, (count: number) => Buffer>> = {
  'tiny DATA frames': (count) => repeated(frame(0, 0, 1, 'x'), count),
  'empty DATA frames': (count) => repeated(frame(0, 0, 1), count),
  'empty CONTINUATIONs': (count) => Buffer.concat([frame(1, 0, 1, 'x'), repeated(frame(9, 0, 1), count)]),
  'CONTINUATIONs of a byte': (count) => Buffer.concat([frame(1, 0, 1), repeated(frame(9, 0, 1, 'x'), count)]),
  'frames that are lost and found': (count) => repeated(lostAndFound, count),
  'noise of small numbers': (count) => Buffer.concat([frame(0, 0, 0), noise(count * 10)]),
  'a list of integers': (count) => Buffer.concat([frame(0, 0, 0), repeated(integers, count * 3)]),
};

for (const [what, make] of Object.entries(hostile)) {
  test(`${what} cost the same for each byte, whole and in small chunks`, async () => {
    for (const size of [1400, 7]) {
      await assertLinear({
        run: (parts) => {
          const log = new FrameLog({}, true);
          for (const part of parts) log.feed(part);
          assert.ok(log.maxHeldBytes < 250_000);
          log.end();
          assert.equal(log.heldBytes, 0);
        },
        less: () => cut(make(10_000), size),
        more: () => cut(make(40_000), size),
        most: () => cut(make(160_000), size),
      });
    }
  });
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
