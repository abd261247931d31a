import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageStart } from '../../src/http/exchange-listener.ts';
import type { RequestHead } from '../../src/http/head.ts';
import type { Framing } from '../../src/http1/body/framing.ts';
import { createMessageFormats } from '../../src/http1/message-format.ts';
import { MessageParser } from '../../src/http1/message-parser.ts';
import {
  createParser,
  EventLog,
  eventsOf,
  type Input,
  type ParserCase,
  readParserCases,
  untilLost,
} from '../support/http1/parser-cases.ts';

const cases = readParserCases(new URL('cases/', import.meta.url));

function check({ methods, events }: ParserCase, inputs: readonly Input[], how: string): void {
  assert.deepEqual(untilLost(eventsOf(methods, inputs)), events, how);
}

/** Each of the inputs that are bytes, cut into pieces of this length. */
function cut(inputs: readonly Input[], length: number): Input[] {
  return inputs.flatMap((input): Input[] => {
    if (!Buffer.isBuffer(input)) return [input];
    return Array.from({ length: Math.ceil(input.length / length) }, (_, index) =>
      input.subarray(index * length, (index + 1) * length),
    );
  });
}

for (const each of cases) {
  const { title, methods, inputs, events } = each;
  const kind = methods === undefined ? 'requests' : `responses to ${methods.join(', ')}`;

  test(`${kind}: ${title}`, () => {
    check(each, inputs, 'whole');
    check(each, cut(inputs, 1), 'byte by byte');
    check(each, cut(inputs, 7), 'in pieces of seven bytes');
    for (const [index, input] of inputs.entries()) {
      if (!Buffer.isBuffer(input)) continue;
      // Of very long ones, which say the same again and again, a sample.
      const step = Math.ceil(input.length / (input.length > 10_000 ? 100 : 500));
      for (let at = 1; at < input.length; at += step) {
        const split = [input.subarray(0, at), input.subarray(at)];
        check(each, inputs.toSpliced(index, 1, ...split), `cut at byte ${at} of input ${index}`);
      }
    }
  });

  const last = inputs.at(-1);
  const isTunnel =
    methods?.at(-1) === 'CONNECT' || events.some((event) => /^head (CONNECT|HTTP\/1\.1 101)/.test(event));
  if (!Buffer.isBuffer(last) || events.at(-1) !== 'end' || isTunnel) continue;

  test(`${kind}: ${title}, with more bytes behind`, () => {
    const trailing = methods === undefined ? 'GET /more HTTP/1.1\r\n\r\n' : 'HTTP/1.1 204 No Content\r\n\r\n';
    const more = methods === undefined ? ['head GET /more HTTP/1.1', 'end'] : ['head HTTP/1.1 204', 'end'];
    const withMore = inputs.with(-1, Buffer.concat([last, Buffer.from(trailing)]));
    assert.deepEqual(eventsOf(methods, withMore), [...events, ...more]);
    const withGarbage = inputs.with(-1, Buffer.concat([last, Buffer.from('\0 nothing')]));
    assert.deepEqual(eventsOf(methods, withGarbage), [...events, 'lost malformed']);
  });
}

test('a head of the largest size is read, one byte more is too large', () => {
  const limit = 1000;
  const head = (length: number) => {
    const start = 'GET / HTTP/1.1\r\nX: ';
    return Buffer.from(`${start}${'x'.repeat(length - start.length - 4)}\r\n\r\n`);
  };
  for (const pieces of [limit + 1, 1, 999, 100]) {
    const fitting = eventsOf(undefined, cut([head(limit)], pieces), limit);
    assert.deepEqual([fitting[0], fitting.at(-1)], ['head GET / HTTP/1.1', 'end']);
    const endless = Buffer.from(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(500)}`);
    for (const bytes of [head(limit + 1), endless]) {
      const events = untilLost(eventsOf(undefined, cut([bytes], pieces), limit));
      assert.deepEqual(
        events.filter((event) => !event.startsWith('  ')),
        ['head GET / HTTP/1.1', 'lost too-large'],
      );
      assert.equal(events.length, bytes === endless ? 2 + 164 : 3);
    }
    const longLine = Buffer.from(`GET /${'x'.repeat(2 * limit)}`);
    assert.deepEqual(untilLost(eventsOf(undefined, cut([longLine], pieces), limit)), ['lost too-large']);
  }
});

test('a small head is read at once where the limit lies behind it, whatever follows', () => {
  const bytes = Buffer.from(`POST / HTTP/1.1\r\nContent-Length: 3000\r\n\r\n${'b'.repeat(3000)}`);
  assert.deepEqual(eventsOf(undefined, [bytes], 50).length, 4);
});

test('very many fields are read, in hundreds of segments too', () => {
  const fields = Array.from({ length: 5000 }, (_, index) => `x-${index}: ${index}`);
  const head = Buffer.from(`GET / HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
  const expected = ['head GET / HTTP/1.1', ...fields.map((field) => `  ${field}`), 'end'];
  for (const size of [100_000, 1460, 100]) assert.deepEqual(eventsOf(undefined, cut([head], size), 200_000), expected);
});

test('bytes are held only while a head is not whole', () => {
  const log = new EventLog();
  const parser = createParser(undefined, log);
  const held: number[] = [];
  for (const text of ['GET / HT', 'TP/1.1\r\nA', ': b\r\n\r\nG', 'ET / HTTP/1.1\r\n\r\n', 'GE', '\0', 'GET']) {
    const bytes = Buffer.from(text);
    parser.data({ bytes, start: 0, end: bytes.length, time: 0, lastTime: 0, sequence: 0, acknowledgment: undefined });
    held.push(log.heldBytes);
  }
  parser.close();
  assert.deepEqual(
    [...held, log.heldBytes].map((bytes) => bytes > 0),
    [true, true, true, false, true, false, true, false],
  );
});

test('a body is handed over in place, without a copy', () => {
  const bytes = Buffer.from('POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody');
  const bodies: Buffer[] = [];
  const log = new EventLog();
  const parser = createParser(undefined, log, 100, (part) => bodies.push(part));
  parser.data({ bytes, start: 0, end: bytes.length, time: 0, lastTime: 0, sequence: 0, acknowledgment: undefined });
  assert.equal(bodies.length, 1);
  assert.equal(bodies[0], bytes);
});

test('a message starts at the time and number of its first byte, also behind empty lines and past 2^32', () => {
  const starts: MessageStart[] = [];
  const handler = {
    head(_: RequestHead, { time, sequence, acknowledgment }: MessageStart): Framing {
      starts.push({ time, sequence, acknowledgment });
      return { kind: 'none' };
    },
    ...{
      headless: () => undefined,
      body() {},
      missing() {},
      trailers() {},
      odd() {},
      end() {},
      cut() {},
      unreadable() {},
      lost() {},
      resynchronised() {},
      hold() {},
      behindUpgrade() {},
    },
  };
  const parser = new MessageParser(createMessageFormats(100).request, handler);
  const feed = (text: string, place: MessageStart) =>
    parser.data({ bytes: Buffer.from(`??${text}`), start: 2, end: text.length + 2, lastTime: place.time, ...place });
  feed('\r\nGET / HT', { time: 1, sequence: 2 ** 31 - 4, acknowledgment: 7 });
  feed('TP/1.1\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n', { time: 2, sequence: -(2 ** 31) + 6, acknowledgment: 8 });
  assert.deepEqual(starts, [
    { time: 1, sequence: 2 ** 31 - 2, acknowledgment: 7 },
    { time: 2, sequence: -(2 ** 31) + 18, acknowledgment: 8 },
  ]);
});

test('after loss, a message is found where a segment begins, and only there', () => {
  const lost = [Buffer.from('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\na\r\n'), { gap: 100 }];
  const events = eventsOf(undefined, [
    ...lost,
    Buffer.from('"rest" GET /quoted HTTP/1.1\r\n\r\n'),
    Buffer.from('{"and": "more"}'),
    Buffer.from('GET /found HTTP/1.1\r\n\r\nGET /too HTTP/1.1\r\n\r\n'),
  ]);
  assert.deepEqual(events.slice(events.indexOf('lost gap 100') + 1), [
    'resynchronised',
    'head GET /found HTTP/1.1',
    'end',
    'head GET /too HTTP/1.1',
    'end',
  ]);
});

test('after loss, the end of a lost body is not taken for the beginning of the next message', () => {
  for (const tail of ['tail', 'two words', 'GET /search?q=', 'a b c d e f']) {
    const events = eventsOf(undefined, [{ gap: 10 }, Buffer.from(tail), Buffer.from('GET /found HTTP/1.1\r\n\r\n')]);
    assert.deepEqual(events, ['lost gap 10', 'resynchronised', 'head GET /found HTTP/1.1', 'end'], tail);
  }
});

test('after loss, and where the beginning was missed, what is left of a request line is no request', () => {
  for (const method of ['ET', 'ST', 'EAD', 'get', 'abcGET', '12GET', 'x']) {
    const head = Buffer.from(`${method} / HTTP/1.1\r\n\r\n`);
    for (const missed of [{ gap: 10 }, { gap: undefined }]) {
      for (const size of method.includes('GET') ? [100] : [1, 100]) {
        const events = eventsOf(undefined, [missed, ...cut([head], size), Buffer.from('GET / HTTP/1.1\r\n\r\n')]);
        assert.deepEqual(
          events.filter((event) => event.startsWith('head')),
          ['head GET / HTTP/1.1'],
          method,
        );
      }
    }
  }
});

test('after loss, a head in many segments is found', () => {
  const bytes = Buffer.from('PATCH /found HTTP/1.1\r\nHost: a\r\n\r\n');
  for (const size of [1, 2, 6, 10]) {
    const events = eventsOf(undefined, [{ gap: 10 }, ...cut([bytes], size)]);
    assert.deepEqual(events, ['lost gap 10', 'resynchronised', 'head PATCH /found HTTP/1.1', '  host: a', 'end']);
  }
});

test('damage is told once until a message is found again, every gap is told', () => {
  const bad = Buffer.from('\0\0\0');
  const events = eventsOf(undefined, [
    bad,
    bad,
    { gap: 1 },
    bad,
    { gap: 2 },
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    bad,
  ]);
  assert.deepEqual(events, [
    'lost malformed',
    'lost gap 1',
    'lost gap 2',
    'resynchronised',
    'head GET / HTTP/1.1',
    'end',
    'lost malformed',
  ]);
});

test('a stream that began before the capture is not a loss', () => {
  const log = new EventLog();
  const parser = createParser(undefined, log);
  parser.gap(undefined, 0);
  assert.deepEqual(log.events, []);
});
