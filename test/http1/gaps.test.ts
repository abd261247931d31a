import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { createMessageFormats, type MessageFormats } from '../../src/http1/message-format.ts';
import type { Side } from '../../src/tcp/stream.ts';
import { playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';
import { createRandom } from '../support/program/random.ts';

type Part = { readonly side: Side; readonly text: string; readonly id: string };

const requestBodies = [
  '',
  'Content-Length: 5\r\n\r\nhello',
  'Transfer-Encoding: chunked\r\n\r\n3\r\nfoo\r\n3\r\nbar\r\n0\r\n\r\n',
  '',
];
const responseBodies = [
  'Content-Length: 5\r\n\r\nHELLO',
  'Content-Length: 0\r\n\r\n',
  'Transfer-Encoding: chunked\r\n\r\n3\r\nFOO\r\n0\r\n\r\n',
];

function request(id: number): Part {
  const rest = requestBodies[id % requestBodies.length] || '\r\n';
  return { side: 0, id: `${id}`, text: `${rest === '\r\n' ? 'GET' : 'POST'} /${id} HTTP/1.1\r\nId: ${id}\r\n${rest}` };
}

function response(id: number): Part {
  const rest = responseBodies[id % responseBodies.length] ?? '';
  return { side: 1, id: `${id}`, text: `HTTP/1.1 20${id} Reason\r\nId: ${id}\r\n${rest}` };
}

const ids = [0, 1, 2, 3, 4];
const lockStep = ids.flatMap((id) => [request(id), response(id)]);
const pipelined = [...ids.map(request), ...ids.map(response)];
/** The client has two requests under way all the time. */
const overlapping = [
  ...[0, 1].map(request),
  ...ids.flatMap((id) => [response(id), ...[request(id + 2)].filter(() => id < 3)]),
];

/**
 * Plays a conversation in which `length` bytes of one side are missing from `start` on; each part is told where its
 * bytes are missing.
 */
function playWithGap(
  parts: readonly Part[],
  side: Side,
  start: number,
  length: number,
  formats: MessageFormats,
): Playbook {
  const playbook = new Playbook({ formats });
  const at: [number, number] = [0, 0];
  for (const { side: from, text } of parts) {
    const begin = at[from];
    at[from] += text.length;
    if (from !== side || start + length <= begin || start >= begin + text.length) {
      playbook.data(from, text);
      continue;
    }
    const lost = [Math.max(0, start - begin), Math.min(text.length, start + length - begin)] as const;
    playbook.data(from, text.slice(0, lost[0])).gap(from, lost[1] - lost[0]);
    playbook.data(from, text.slice(lost[1]));
  }
  return playbook.finish();
}

/**
 * With bytes of both of the first requests gone, what was captured looks like a client that sends one at a time, and a
 * longer first head.
 */
function hidesPipelining(start: number, length: number): boolean {
  const first = request(0).text.length;
  return start < first && start + length > first;
}

function idOf(head: { readonly headers: { get(name: string): string | undefined } } | undefined): string | undefined {
  return head?.headers.get('id') ?? head?.headers.get('x-id');
}

/** No answer belongs to another request, and no request is sent twice. */
function checkPairs(exchanges: readonly Exchange[], why: string): void {
  const seen = new Set<string>();
  for (const { request: asked, response: answered } of exchanges) {
    assert.ok(asked !== undefined || answered !== undefined, why);
    const [sent, echoed] = [idOf(asked?.head), idOf(answered?.head)];
    const target = asked?.head.target;
    if (target !== undefined) assert.ok(!seen.has(target) && seen.add(target), `${target} came twice: ${why}`);
    if (sent !== undefined && echoed !== undefined) assert.equal(echoed, sent, why);
  }
}

function checkEnd(playbook: Playbook, why: string): void {
  assert.equal(playbook.connection.heldBytes, 0, why);
  assert.equal(playbook.timeouts.size, 0, why);
  assert.equal(playbook.counted, playbook.exchanges.length, why);
}

for (const [name, parts] of Object.entries({ lockStep, pipelined, overlapping })) {
  for (const side of [0, 1] as const) {
    test(`a gap anywhere and of any length in the ${side === 0 ? 'client' : 'server'}'s bytes, ${name}`, () => {
      const total = parts.filter((part) => part.side === side).reduce((sum, { text }) => sum + text.length, 0);
      for (let start = 0; start < total; start++) {
        // The first ones of them read heads that nobody has seen before, the others heads that are known.
        const formats = createMessageFormats(65_536);
        for (let length = 1; start + length <= total; length += length < 80 ? 1 : 23) {
          if (parts === overlapping && side === 0 && hidesPipelining(start, length)) continue;
          const playbook = playWithGap(parts, side, start, length, formats);
          const why = `${length} bytes at ${start}\n${playbook.lines.join('\n')}`;
          checkPairs(playbook.exchanges, why);
          checkEnd(playbook, why);
          checkMarks(playbook, parts, side, start, length, why);
        }
      }
    });
  }
}

/**
 * Every request of which method and target were seen whole is sent; one that misses bytes, its own or its answer's,
 * says so.
 */
function checkMarks(
  playbook: Playbook,
  parts: readonly Part[],
  side: Side,
  start: number,
  length: number,
  why: string,
): void {
  const missing = new Set<string>();
  const lineless = new Set<string>();
  let at = 0;
  for (const { text, id } of parts.filter((part) => part.side === side)) {
    if (start < at + text.length && start + length > at) missing.add(id);
    // From the first letter of the version on, the target is known to be whole.
    if (side === 0 && start < at + text.indexOf(' HTTP') + 2 && start + length > at) lineless.add(id);
    at += text.length;
  }
  const sum = playbook.exchanges.reduce((bytes, { gapBytes }) => bytes + gapBytes, 0);
  assert.ok(sum <= length, why);
  for (const id of ids.map(String)) {
    const exchange = playbook.exchanges.find(({ request: asked }) => asked?.head.target === `/${id}`);
    assert.equal(exchange !== undefined, !lineless.has(id), `${id}: ${why}`);
    if (exchange === undefined) continue;
    if (missing.has(id)) assert.ok(exchange.incomplete, `${id}: ${why}`);
    else if (parts === lockStep)
      assert.deepEqual([exchange.outcome, exchange.incomplete], ['answered', false], `${id}: ${why}`);
  }
}

test('a gap inside of a body of known length is counted, and harms nothing else', () => {
  const playbook = new Playbook();
  playbook.client('POST /a HTTP/1.1\r\nContent-Length: 10\r\n\r\n012').gap(0, 4).client('789');
  playbook.server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0').gap(1, 9);
  playbook.client('GET /b HTTP/1.1\r\n\r\n').server('HTTP/1.1 204 No Content\r\n\r\n');
  assert.deepEqual(playbook.lines, [
    'POST /a 200 answered sent 10 received 10 incomplete gap 13',
    'GET /b 204 answered',
  ]);
  assert.equal(playbook.counters.http_resynchronised, 0);
});

test('a gap inside of a response head leaves its status out unless it was seen whole', () => {
  for (const [seen, line] of [
    ['HTTP/1.1 20', 'GET /a - unknown incomplete gap 10'],
    ['HTTP/1.1 200', 'GET /a - unknown incomplete gap 10'],
    ['HTTP/1.1 200 O', 'GET /a 200 answered incomplete gap 10'],
    ['HTTP/1.1 200 OK\r\nServer: a', 'GET /a 200 answered incomplete gap 10'],
  ] as const) {
    const playbook = new Playbook().client('GET /a HTTP/1.1\r\n\r\n').server(seen).gap(1, 10).server('rest\r\n\r\n');
    assert.deepEqual(playbook.lines, [line]);
  }
});

test('a request gets no response when both sides were lost around it', () => {
  const requests = [get('/b'), post('/b', 'body'), 'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo'];
  for (const request of requests) {
    for (const before of [get('/a'), 'GET /a HTTP/1.1\r\nHo']) {
      for (const interim of ['', head(103)]) {
        const playbook = new Playbook().client(before).gap(1, 60).client(request).gap(0, 60).server(interim);
        playbook.server(answer(202, '')).client(get('/d')).server(answer(203, ''));
        const { exchanges } = playbook;
        assert.ok(!exchanges.some(({ request: asked, response }) => asked && response?.head.status === 202), request);
        assert.equal(playbook.lines.at(-1), 'GET /d 203 answered');
      }
    }
  }
});

test('the same where the beginning was missed', () => {
  const playbook = new Playbook().gap(1, undefined).client(get('/b')).gap(0, 60).server(answer(202, ''));
  playbook.client(get('/d')).server(answer(203, ''));
  assert.deepEqual(playbook.lines, ['GET /b - unknown incomplete', '- 202 answered incomplete', 'GET /d 203 answered']);
});

test('several requests get no response where the beginning of the responses was missed', () => {
  const playbook = new Playbook().client(get('/a')).client(get('/b')).gap(1, undefined).server(answer(201, ''));
  playbook.client(get('/c')).server(answer(202, ''));
  assert.deepEqual(playbook.lines.slice(0, 3), [
    'GET /a - unknown incomplete',
    'GET /b - unknown incomplete',
    '- 201 answered incomplete',
  ]);
  const later = new Playbook().client(get('/a')).gap(1, undefined).server('the rest').client(get('/b'));
  assert.ok(!later.server(answer(201, '')).lines.includes('GET /a 201 answered'), later.lines.join());
  const alone = new Playbook().client(get('/a')).gap(1, undefined).server(answer(201, ''));
  assert.deepEqual(alone.lines, ['GET /a 201 answered']);
});

test('where 100 Continue is due it may be all that is missing, and its request still to be answered', () => {
  for (const sent of ['', 'bo', 'body']) {
    for (const bytes of [18, 25, 200]) {
      const asked = 'PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';
      const playbook = new Playbook()
        .client(asked + sent)
        .gap(0, 4 - sent.length)
        .gap(1, bytes);
      playbook.client(get('/b')).server(answer(201, '') + answer(202, ''));
      const pairs = playbook.exchanges.filter((each) => each.request !== undefined && each.response !== undefined);
      assert.deepEqual(pairs, [], `${bytes} bytes behind '${sent}'`);
    }
  }
  const more = new Playbook().client(post('/a', 'body')).gap(1, 25).client(get('/b')).server(answer(202, ''));
  assert.equal(more.lines.at(-1), 'GET /b 202 answered');
});

test('once in step again, a connection that never pipelined is paired as before', () => {
  const playbook = new Playbook();
  playbook.client('GET /a HTTP/1.1\r\n\r\n').gap(1, 100);
  for (const id of ['b', 'c', 'd']) playbook.client(`GET /${id} HTTP/1.1\r\n\r\n`).server('HTTP/1.1 204 Fine\r\n\r\n');
  assert.deepEqual(playbook.lines, [
    'GET /a - unknown incomplete gap 100',
    'GET /b 204 answered',
    'GET /c 204 answered',
    'GET /d 204 answered',
  ]);
  assert.equal(playbook.counters.http_resynchronised, 1);
  assert.equal(playbook.counters.http_unpaired_requests, 1);
});

/** Plays a random connection of which random segments were not captured, from the moment on that `mayLose` says so. */
function checkRandomLoss(depth: fc.Arbitrary<number>, mayLose: (sent: string, answered: string) => boolean): void {
  const probabilities = fc.constantFrom(0.02, 0.1, 0.4);
  const property = fc.property(plannedConnection(0, depth), fc.nat(), probabilities, (plan, seed, probability) => {
    const random = createRandom(seed);
    const { packets, exchanges } = playConnection(plan, 'x');
    const playbook = new Playbook();
    const texts: [string, string] = ['', ''];
    let loses = false;
    for (const { from, fields } of packets) {
      const side = from === 'client' ? 0 : 1;
      loses ||= mayLose(...texts);
      texts[side] += fields.payload.toString('latin1');
      if (fields.flags?.includes('F')) playbook.end(side);
      else if (fields.payload.length > 0 && loses && random() < probability) playbook.gap(side, fields.payload.length);
      else playbook.data(side, fields.payload);
    }
    playbook.close('finished');
    const why = playbook.lines.join('\n');
    checkPairs(playbook.exchanges, why);
    checkEnd(playbook, why);
    const statuses = new Set<number | undefined>(exchanges.map(({ status }) => status));
    for (const { response: answered } of playbook.exchanges) {
      assert.ok(answered === undefined || statuses.has(answered.head.status), why);
    }
  });
  fc.assert(property, { numRuns: 600 });
}

test('random lock-step connections of which random segments were not captured', () => {
  checkRandomLoss(fc.constant(1), () => true);
});

test('random pipelined connections of which random segments were not captured once they were seen to pipeline', () => {
  const count = (text: string, part: RegExp) => [...text.matchAll(part)].length;
  checkRandomLoss(
    fc.integer({ min: 2, max: 4 }),
    (sent, answered) => count(sent, /Host: shop.*?\r\n\r\n/gs) - count(answered, /HTTP\/1.1 [2-5]/g) >= 2,
  );
});
