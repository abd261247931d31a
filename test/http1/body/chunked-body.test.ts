import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkedBody } from '../../../src/http1/body/chunked-body.ts';
import type { Chunk } from '../../../src/tcp/stream.ts';
import { createRandom, type Random, randomInteger } from '../../support/program/random.ts';

type Coded = { readonly bytes: Buffer; readonly body: Buffer; readonly dataAt: readonly (readonly [number, number])[] };

const noTrailers = { trailers() {}, hold() {} };

/** A random body in the chunked coding, and where the data of its chunks lies. */
function coded(random: Random): Coded {
  const parts: Buffer[] = [];
  const dataAt: [number, number][] = [];
  const bodies: Buffer[] = [];
  let at = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    at += part.length;
  };
  for (let chunks = randomInteger(random, 0, 5); chunks > 0; chunks--) {
    const data = Buffer.from(Array.from({ length: randomInteger(random, 1, 40) }, () => randomInteger(random, 0, 256)));
    const size = '0'.repeat(randomInteger(random, 0, 3)) + data.length.toString(16);
    const extension = ['', ';a=b', ' ; "x"', '\t'][randomInteger(random, 0, 4)];
    add(Buffer.from(`${random() < 0.5 ? size : size.toUpperCase()}${extension}${lineEnd(random)}`));
    dataAt.push([at, at + data.length]);
    add(data);
    bodies.push(data);
    add(Buffer.from(lineEnd(random)));
  }
  add(Buffer.from(`0${lineEnd(random)}${random() < 0.3 ? `Trailer: 1${lineEnd(random)}` : ''}${lineEnd(random)}`));
  return { bytes: Buffer.concat(parts), body: Buffer.concat(bodies), dataAt };
}

function lineEnd(random: Random): string {
  return random() < 0.8 ? '\r\n' : '\n';
}

/** Reads `bytes` in random pieces, with something behind the body in the last one. */
function decode(
  bytes: Buffer,
  random: Random,
): { readonly reader: ChunkedBody; readonly body: Buffer; readonly used: number } {
  const reader = new ChunkedBody();
  const parts: Buffer[] = [];
  const visitor = {
    ...noTrailers,
    body: ({ bytes: from }: Chunk, start: number, end: number) => parts.push(Buffer.from(from.subarray(start, end))),
  };
  let used = 0;
  while (used < bytes.length && !reader.isDone && !reader.isBroken) {
    const end = Math.min(bytes.length, used + randomInteger(random, 1, 30));
    const next = reader.read(
      { bytes, start: 0, end, time: 0, lastTime: 0, sequence: 0, acknowledgment: undefined },
      used,
      visitor,
    );
    assert.ok(next === end || reader.isDone || reader.isBroken);
    used = next;
  }
  return { reader, body: Buffer.concat(parts), used };
}

test('random bodies come out of the chunked coding as they went in, and nothing behind them is touched', () => {
  const random = createRandom(7);
  for (let round = 0; round < 1000; round++) {
    const { bytes, body } = coded(random);
    const result = decode(Buffer.concat([bytes, Buffer.from('0\r\n\r\n')]), random);
    assert.ok(result.reader.isDone);
    assert.deepEqual(result.body, body);
    assert.equal(result.used, bytes.length);
  }
});

test('a loss can be stepped over exactly where it lies inside of the data of one chunk', () => {
  const random = createRandom(8);
  for (let round = 0; round < 300; round++) {
    const { bytes, body, dataAt } = coded(random);
    for (let start = 0; start < bytes.length; start++) {
      const length = randomInteger(random, 1, 12);
      const { reader, body: before } = decode(bytes.subarray(0, start), random);
      const isInside = dataAt.some(([from, to]) => start >= from && start + length <= to);
      assert.equal(reader.skip(length), isInside ? length : undefined);
      if (!isInside) continue;
      const parts = [before];
      const visitor = {
        ...noTrailers,
        body: ({ bytes: from }: Chunk, at: number, end: number) => parts.push(from.subarray(at, end)),
      };
      reader.read(
        { bytes, start: 0, end: bytes.length, time: 0, lastTime: 0, sequence: 0, acknowledgment: undefined },
        start + length,
        visitor,
      );
      assert.ok(reader.isDone);
      assert.equal(Buffer.concat(parts).length, body.length - length);
    }
  }
});
