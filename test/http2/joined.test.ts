import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Exchange, Message } from '../../src/exchange/exchange.ts';
import type { HeaderFields } from '../../src/http/header-fields.ts';
import { createProtocols } from '../../src/protocols.ts';
import { ProtocolDetector } from '../../src/stream/protocol-detector.ts';
import { Playbook, type PlaybookOptions } from '../support/http1/playbook.ts';
import { answered, recordedSession, type Written } from '../support/http2/recorded-session.ts';
import { createRandom } from '../support/program/random.ts';

const anyProtocol: PlaybookOptions = {
  listen: (connection, context) =>
    new ProtocolDetector(connection, {
      protocols: Object.values(createProtocols(context)),
      counters: context.counters,
      isOwn: () => false,
    }),
};

const count = 60;
let written: readonly Written[] = [];
/** By stream, of the whole session. */
let truth = new Map<number | undefined, Exchange>();

before(async () => {
  written = await recordedSession(
    (stream, headers) => {
      stream.resume();
      const number = Number(headers['x-number']);
      stream.respond({ ':status': [200, 404, 503][number % 3], 'x-answer': `${number}` }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-trailer': `${number}` }));
      stream.end('x'.repeat((number * 977) % 3000));
    },
    async (client) => {
      for (let number = 0; number < count; number += 3) {
        const calls = [0, 1, 2].map((more) => {
          const headers = { 'x-number': `${number + more}`, 'x-same': 'always', 'x-ten': `${Math.trunc(number / 10)}` };
          const method = more === 0 ? 'PUT' : 'POST';
          return answered(client.request({ ':path': `/${number + more}`, ':method': method, ...headers }), 'b');
        });
        await Promise.all(calls);
      }
    },
  );
  truth = new Map(play(written).exchanges.map((exchange) => [exchange.key.stream, exchange]));
  assert.equal(truth.size, count);
});

/** What is heard of these writes; `isJoined`: of a connection that is older than them. */
function play(writes: readonly (Written | number)[], isJoined = false): Playbook {
  const playbook = new Playbook(anyProtocol);
  if (isJoined) playbook.gap(0, undefined).gap(1, undefined);
  for (const write of writes) if (typeof write !== 'number') playbook.data(write.side, write.bytes);
  playbook.close('finished');
  assert.equal(playbook.connection.heldBytes, 0);
  assert.equal(playbook.connection.underWay, 0);
  return playbook;
}

const pairs = (fields: HeaderFields | undefined) =>
  (fields?.fields ?? []).map(({ name, value }) => `${name}: ${value}`);

/** Fields that were sent and not read, or `wrong` if one was read that was not sent. */
function unreadIn(seen: HeaderFields | undefined, sent: HeaderFields | undefined): readonly string[] {
  const left = pairs(sent);
  for (const pair of pairs(seen)) {
    assert.ok(left.includes(pair), `${pair} was not sent`);
    left.splice(left.indexOf(pair), 1);
  }
  return left;
}

/** What was seen of a message is a part of it. */
function unreadOf(seen: Message<{ readonly headers: HeaderFields }> | undefined, sent: typeof seen): readonly string[] {
  if (seen === undefined) return [];
  const trailers = seen.trailers === undefined ? [] : unreadIn(seen.trailers, sent?.trailers);
  return [...unreadIn(seen.head.headers, sent?.head.headers), ...trailers];
}

/** Whatever is said is right. */
function checkRight({ key, request, response, outcome }: Exchange): readonly string[] {
  const whole = truth.get(key.stream);
  const asked = whole?.request?.head;
  for (const name of ['method', 'target', 'authority', 'scheme'] as const) {
    const told = request?.head[name];
    if (told !== undefined) assert.equal(told, asked?.[name], `stream ${key.stream}`);
  }
  if (response?.head.status !== undefined) assert.equal(response.head.status, whole?.response?.head.status);
  assert.ok(outcome === 'answered' || outcome === 'unknown' || response === undefined);
  return [...unreadOf(request, whole?.request), ...unreadOf(response, whole?.response)];
}

describe('a connection of HTTP/2 that is joined in its middle', () => {
  test('says all of later streams that does not refer to what was before, and nothing wrong', () => {
    let statuses = 0;
    for (let from = 1; from < written.length; from++) {
      const { exchanges, counters } = play(written.slice(from), true);
      assert.ok(exchanges.length === 0 || counters.connections_http2 === 1);
      const streams = exchanges.map(({ key }) => key.stream);
      assert.equal(new Set(streams).size, streams.length, 'no stream comes twice');
      for (const exchange of exchanges) {
        const unread = checkRight(exchange);
        if (exchange.request === undefined) continue;
        // Whether a block without a status is a response whose head can only be read in part, or trailers, is not clear
        // where the response may have been before.
        assert.ok(exchange.outcome === 'answered' || exchange.response === undefined);
        // What never changes and was said before is never known; the rest is, at once.
        for (const pair of unread)
          assert.match(pair, /^(?:x-same: always|x-ten: \d|x-(?:number|answer|trailer): \d+|date: .*)$/);
        if (exchange.response?.head.status !== undefined) statuses++;
      }
    }
    assert.ok(statuses > 1000);
  });

  test('knows after a while all that was said since', () => {
    const from = written.findIndex(({ bytes }) => bytes.includes('PRI')) + 6;
    const { exchanges } = play(written.slice(from), true);
    const later = exchanges.slice(-20);
    assert.equal(later.length, 20);
    for (const exchange of later) {
      const changing = checkRight(exchange).filter((pair) => /^date/.test(pair));
      assert.deepEqual(changing, []);
      assert.equal(exchange.request?.head.target, `/${((exchange.key.stream ?? 0) - 1) / 2}`);
    }
  });

  test('mixes nothing up when parts of it are lost, too', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round++) {
      const from = 1 + Math.trunc(random() * (written.length - 1));
      const playbook = new Playbook(anyProtocol).gap(0, undefined).gap(1, undefined);
      for (const { side, bytes } of written.slice(from)) {
        const cut = random() < 0.1 ? Math.trunc(random() * bytes.length) : bytes.length;
        playbook.data(side, bytes.subarray(0, cut));
        if (cut < bytes.length) playbook.gap(side, bytes.length - cut);
      }
      playbook.close('finished');
      for (const exchange of playbook.exchanges) checkRight(exchange);
      assert.equal(playbook.connection.heldBytes, 0);
    }
  });

  test('shows responses alone where only the server is seen', () => {
    const { exchanges } = play(
      written.slice(6).filter(({ side }) => side === 1),
      true,
    );
    assert.ok(exchanges.length > count / 2);
    for (const exchange of exchanges) {
      checkRight(exchange);
      assert.equal(exchange.request, undefined);
    }
  });
});

test('a server that speaks first has begun the connection', () => {
  const first = written.findIndex(({ side }) => side === 1);
  const reordered = [...written.slice(first, first + 1), ...written.slice(0, first), ...written.slice(first + 1)];
  const { exchanges } = play(reordered);
  assert.equal(exchanges.length, count);
  for (const exchange of exchanges) assert.deepEqual(checkRight(exchange), []);
});
