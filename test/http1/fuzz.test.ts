import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CloseReason, Side } from '../../src/tcp/stream.ts';
import { playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { answer, get, head, type Playbook, post } from '../support/http1/playbook.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom, type Random, randomInteger } from '../support/program/random.ts';
import { detect } from '../support/stream/detected.ts';

type Part = { readonly side: Side; readonly bytes: Buffer };

const limits = { maxHeadBytes: 4096, bodyLimitBytes: 256, timeoutMs: 50, timeoutCheckMs: 10 };

const closeReasons: readonly CloseReason[] = ['finished', 'reset', 'idle', 'shutdown', 'replaced', 'evicted_memory'];

/**
 * Feeds the parts of both sides, each side in order, in random pieces, with random gaps and pauses, and closes at some
 * time.
 */
function playWildly(parts: readonly Part[], random: Random): Playbook {
  const playbook = detect(limits);
  const queues: [Buffer[], Buffer[]] = [[], []];
  for (const { side, bytes } of parts) queues[side].push(bytes);
  const ended = [false, false];
  const isOrdered = random() < 0.5;
  const order = parts.map(({ side }) => side);
  while (queues[0].length + queues[1].length > 0) {
    const side = isOrdered ? (order.shift() ?? 0) : random() < 0.5 ? 0 : 1;
    const bytes = queues[side].shift();
    if (bytes === undefined || ended[side]) continue;
    for (let at = 0; at < bytes.length; ) {
      const size = random() < 0.3 ? bytes.length : randomInteger(random, 1, 60);
      const what = random();
      if (what < 0.03) playbook.gap(side, Math.min(size, bytes.length - at));
      else playbook.data(side, bytes.subarray(at, at + size));
      at += size;
      if (what > 0.99) playbook.wait(randomInteger(random, 1, 100));
    }
    if (random() < 0.02) {
      playbook.end(side);
      ended[side] = true;
    }
  }
  for (const side of [0, 1] as const) if (!ended[side] && random() < 0.5) playbook.end(side);
  return playbook.close(closeReasons[randomInteger(random, 0, closeReasons.length)] ?? 'finished');
}

/** What must hold whatever was said. */
function checkInvariants(playbook: Playbook, parts: readonly Part[]): void {
  const { exchanges, connection, timeouts } = playbook;
  assert.equal(connection.heldBytes, 0);
  assert.equal(timeouts.size, 0);
  assert.equal(playbook.counted + playbook.counters.http_late_responses, exchanges.length);
  assert.equal(connection.underWay, 0);
  const total = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(
    connection.maxHeldBytes <= 2 * 16_384 + 2 * total + 700 * (exchanges.length + 1),
    `${connection.maxHeldBytes}`,
  );
  const said = [0, 1].map((from) => Buffer.concat(parts.filter(({ side }) => side === from).map(({ bytes }) => bytes)));
  const texts = said.map((bytes) => bytes.toString('latin1')).join('\n');
  for (const { request, response, informational } of exchanges) {
    assert.ok(request !== undefined || response !== undefined);
    for (const status of [...informational, ...(response ? [response.head.status] : [])]) {
      if (status === undefined) assert.ok(response?.head.anomalies.includes('status_line'));
      else
        assert.match(
          texts,
          new RegExp(`(HTTP[^ \\t\\v\\f\\r\\n]*|ICY)[ \\t\\v\\f\\r]+${String(status).padStart(3, '0')}(?!\\d)`, 'i'),
        );
    }
    for (const text of [request?.head.method, request?.head.target]) assert.ok(texts.includes(text ?? ''));
    for (const message of [request, response]) {
      if (message) assert.ok(message.firstByteTime <= message.lastByteTime);
    }
  }
}

const seeds: readonly (readonly string[])[] = [
  [post('/a', 'hello'), answer(200, 'hi'), get('/b'), head(304), get('/c'), head(204)],
  [get('/a') + get('/b') + post('/c', 'x'), answer(200, 'a') + head(103) + answer(404, 'b') + answer(500, '')],
  ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: 1\r\n\r\n', head(200, 'X: y')],
  ['POST /e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n', head(100), 'body', answer(201, '')],
  [
    'POST /e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
    answer(417, ''),
    get('/f'),
    answer(200, ''),
  ],
  ['CONNECT a:443 HTTP/1.1\r\n\r\n', answer(407, ''), 'CONNECT a:443 HTTP/1.1\r\n\r\n', head(200), '\x16\x03\x01'],
  [get('/ws', 'Upgrade: websocket'), `${head(101)}\x81\x02hi`, '\x81\x02hi'],
  ['HEAD / HTTP/1.0\r\n\r\n', 'HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n', 'GET /old\r\n', '<html>'],
  ['PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n', answer(200, 'proxied')],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0'],
];

test('mutated conversations never throw, leave nothing behind and invent nothing', () => {
  const random = createRandom(21);
  for (let round = 0; round < 10_000; round++) {
    const seed = seeds[round % seeds.length] ?? [];
    const parts = seed.map((text, index): Part => {
      const bytes = Buffer.from(text, 'latin1');
      return { side: index % 2 === 0 ? 0 : 1, bytes: random() < 0.5 ? mutated(bytes, random) : bytes };
    });
    checkInvariants(playWildly(parts, random), parts);
  }
});

test('mutated random connections never throw, leave nothing behind and invent nothing', () => {
  const property = fc.property(plannedConnection(0, fc.integer({ min: 1, max: 4 })), fc.nat(), (plan, seed) => {
    const random = createRandom(seed);
    const parts = playConnection(plan, 'x').packets.map(({ from, fields }): Part => {
      const bytes = random() < 0.1 ? mutated(fields.payload, random) : fields.payload;
      return { side: from === 'client' ? 0 : 1, bytes };
    });
    checkInvariants(playWildly(parts, random), parts);
  });
  fc.assert(property, { numRuns: 400 });
});

const libhtp = new URL('../../../shared/vectors/libhtp/', import.meta.url);

/** The conversations of libhtp: `>>>` stands before what the client says, `<<<` before what the server says. */
function libhtpConversations(): Part[][] {
  return readdirSync(libhtp)
    .filter((name) => name.endsWith('.t'))
    .map((name) => {
      const text = readFileSync(new URL(name, libhtp), 'latin1');
      return [...text.matchAll(/(?<=^|\n)(>>>|<<<)\r?\n(.*?)(?=\r?\n(?:>>>|<<<)\r?\n|$)/gs)].map(
        ([, mark, said = '']): Part => ({ side: mark === '>>>' ? 0 : 1, bytes: Buffer.from(said, 'latin1') }),
      );
    });
}

test('the odd and hostile conversations of libhtp never throw', {
  skip: existsSync(libhtp) ? false : 'they are not here',
}, () => {
  const conversations = libhtpConversations();
  assert.ok(conversations.length > 90 && conversations.every((parts) => parts.length > 0));
  let requests = 0;
  const random = createRandom(22);
  for (const parts of conversations) {
    const playbook = detect(limits);
    for (const { side, bytes } of parts) playbook.data(side, bytes);
    checkInvariants(playbook.end(0).end(1).close('finished'), parts);
    requests += playbook.exchanges.filter(({ request }) => request !== undefined).length;
    for (let round = 0; round < 30; round++) {
      const wild = parts.map(({ side, bytes }) => ({ side, bytes: round === 0 ? bytes : mutated(bytes, random) }));
      checkInvariants(playWildly(wild, random), wild);
    }
  }
  assert.ok(requests > 100, `${requests} requests were read`);
});
