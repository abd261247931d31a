import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preface, randomFrames, randomParts } from '../../support/http2/frame-bytes.ts';
import { FrameLog } from '../../support/http2/frame-log.ts';
import { type NaiveFrame, naiveEvents, naiveFrames } from '../../support/http2/naive-frames.ts';
import { createRandom, type Random, randomInteger } from '../../support/program/random.ts';

const framesOf = (random: Random, count: number) =>
  Buffer.concat(Array.from({ length: count }, () => randomFrames(random)).flat());

test('random frames are heard as a naive reader hears them, wherever they are cut', () => {
  const random = createRandom(31);
  for (let round = 0; round < 1000; round++) {
    const bytes = framesOf(random, randomInteger(random, 1, 30));
    const expectsPreface = random() < 0.5;
    const log = new FrameLog({ expectsPreface });
    log.feed(...randomParts(expectsPreface ? Buffer.concat([preface, bytes]) : bytes, random)).end();
    assert.deepEqual(log.events, naiveEvents(bytes));
    assert.equal(log.heldBytes, 0);
  }
});

/** A place in the content of a long enough DATA frame, and how much of that content is behind it. */
function placeInContent(frames: readonly NaiveFrame[], random: Random) {
  const long = frames.filter(({ type, contentStart, contentEnd }) => type === 0 && contentEnd - contentStart > 2);
  const chosen = long[randomInteger(random, 0, long.length)];
  if (chosen === undefined) return undefined;
  const from = randomInteger(random, chosen.contentStart, chosen.contentEnd - 1);
  return { from, to: randomInteger(random, from + 1, chosen.contentEnd + 1) };
}

test('of a gap inside of content, exactly its bytes are missing, and all else is heard', () => {
  const random = createRandom(32);
  let tried = 0;
  for (let round = 0; round < 1000; round++) {
    const bytes = framesOf(random, 20);
    const place = placeInContent(naiveFrames(bytes), random);
    if (place === undefined) continue;
    tried++;
    const { from, to } = place;
    const log = new FrameLog();
    log.feed(...randomParts(bytes.subarray(0, from), random), { gap: to - from });
    log.feed(...randomParts(bytes.subarray(to), random)).end();
    const masked = Buffer.concat([bytes.subarray(0, from), Buffer.alloc(to - from, '?'), bytes.subarray(to)]);
    const heard = log.events
      .join('\n')
      .replaceAll(/missing (\d+) (\d+)/g, (_, stream, missing) => `data ${stream} ${'?'.repeat(Number(missing))}`)
      .replaceAll(/data (\d+) (.*)\ndata \1 (?!end)(.*)/g, 'data $1 $2$3')
      .replaceAll(/data (\d+) (.*)\ndata \1 (?!end)(.*)/g, 'data $1 $2$3');
    assert.equal(heard, naiveEvents(masked).join('\n'));
    assert.ok(log.events.filter((event) => event.endsWith(` ${to - from}`)).length >= 1);
  }
  assert.ok(tried > 800);
});

/** Whether `events` come in this order in `all`, others perhaps between them. */
function isPartOf(events: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const event of events) {
    at = all.indexOf(event, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

test('after a gap anywhere, frames are found again, and none is heard that was not sent', () => {
  const random = createRandom(33);
  for (let round = 0; round < 2000; round++) {
    const before = framesOf(random, randomInteger(random, 0, 10));
    const after = framesOf(random, 80);
    const bytes = Buffer.concat([before, after]);
    const from = randomInteger(random, 0, before.length + 200);
    const to = from + randomInteger(random, 1, 500);
    const log = new FrameLog();
    log.feed(...randomParts(bytes.subarray(0, from), random), { gap: to - from });
    log.feed(...randomParts(bytes.subarray(to), random)).end();
    const isContent = (event: string) => /^(data \d+ (?!end)|missing|lost)/.test(event);
    const expected = naiveEvents(bytes);
    const heard = log.events.filter((event) => !isContent(event));
    assert.ok(isPartOf(heard, expected), `${heard.join('\n')}\n---\n${expected.join('\n')}`);
    assert.deepEqual(heard.slice(-10), expected.filter((event) => !isContent(event)).slice(-10));
    assert.equal(log.heldBytes, 0);
  }
});

test('frames are found in the middle of a connection, also by their first bytes alone', () => {
  const random = createRandom(34);
  for (let round = 0; round < 500; round++) {
    const bytes = framesOf(random, 50);
    const from = randomInteger(random, 0, 200);
    const log = new FrameLog({ isAtFrame: false });
    log.feed(...randomParts(bytes.subarray(from), random)).end();
    const expected = naiveEvents(bytes);
    assert.deepEqual(log.events.slice(-10), expected.slice(-10));
    assert.equal(log.heldBytes, 0);
  }
});
