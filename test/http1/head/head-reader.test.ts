import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader } from '../../../src/http1/head/head-reader.ts';
import { createMessageFormats } from '../../../src/http1/message-format.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const KiB = 1024;
/** The largest that can be asked for: nothing else bounds how far is searched. */
const maxHeadBytes = 1024 * KiB;
const nobody = { hold: () => {} };

/** Reads heads as far as they go, in segments of `size` bytes; returns how many there were. */
function heads(bytes: Buffer, size: number): number {
  const reader = new HeadReader(createMessageFormats(maxHeadBytes).request, nobody);
  let count = 0;
  for (let start = 0; start < bytes.length; start += size) {
    const end = Math.min(bytes.length, start + size);
    for (let at = start; at < end; ) {
      const reading = reader.read(bytes, at, end);
      if (reading.kind !== 'whole') break;
      count++;
      at = reading.next;
    }
  }
  return count;
}

/** One that comes again would be known without being read. */
function differentHeads(most: number): Buffer {
  return Buffer.from(Array.from({ length: most / 24 }, (_, index) => `GET /${index} HTTP/1.1\n\n`).join(''));
}

const head = (line: string, end: string) => Buffer.from(`${line}${end}${end}`);

test('a head ends at the first empty line of either kind, wherever the other kind is', () => {
  const reader = new HeadReader(createMessageFormats(maxHeadBytes).request, nobody);
  for (let length = 4080; length < 4110; length++) {
    for (const [first, second] of [
      ['\r\n', '\n'],
      ['\n', '\r\n'],
      ['\n', '\n'],
      ['\r\n', '\r\n'],
    ] as const) {
      const long = head(`GET /${'a'.repeat(length)} HTTP/1.1`, first);
      const bytes = Buffer.concat([long, head(`GET /${'b'.repeat(9000)} HTTP/1.1`, second)]);
      const reading = reader.read(bytes, 0, bytes.length);
      assert.equal(reading.kind === 'whole' && reading.next, long.length);
    }
  }
});

for (const [title, bytes, size] of [
  ['many heads in one segment', differentHeads, maxHeadBytes],
  ['a first line byte by byte', (most: number) => Buffer.alloc(most, 'GET /'.padEnd(most, 'a')), 1],
] as const) {
  test(`four times as many bytes of ${title} cost about four times as much`, async () => {
    await assertLinear({
      run: (input: Buffer) => {
        heads(input, size);
      },
      less: () => bytes(maxHeadBytes / 8),
      more: () => bytes(maxHeadBytes / 2),
    });
  });
}

test('as many heads are read in one segment as byte by byte', () => {
  const bytes = Buffer.alloc(160, 'GET / HTTP/1.1\n\n');
  assert.deepEqual([heads(bytes, bytes.length), heads(bytes, 1)], [10, 10]);
});
