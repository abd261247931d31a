import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { checkNothingInvented, checkPairs } from '../support/exchange/check-exchanges.ts';
import { answer, get, message } from '../support/golden/golden-messages.ts';
import { type PlayedConnection, playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { runCaptureFile, runPackets } from '../support/program/run-pipeline.ts';
import { type PlannedProbe, plannedProbes, withProbes } from '../support/tcp/probes.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

/** Captures after public reports, and their exchanges: method, target, status, outcome, bytes of both bodies. */
const captures: { readonly [name: string]: readonly string[] } = {
  'keepalive-probe-joined': [0, 1, 2, 3].map((id) => `GET /${id} 200 answered 0 2`),
  'joined-after-probe': ['/a1', '/a2', '/a3', '/a4', '/b1', '/b2'].map((target) => `GET ${target} 200 answered 0 2`),
  'continue-then-answer': ['PUT /put 200 answered 3000 2', 'GET /next 200 answered 0 4'],
  'continue-then-answer-two-segments': ['PUT /put 200 answered 3000 2', 'GET /next 200 answered 0 4'],
  'continue-then-answer-no-100': ['PUT /put 200 answered 3000 2', 'GET /next 200 answered 0 4'],
  'raw-stream-after-200': ['POST /v1.18/containers/x/attach 200 answered 0 69'],
};

for (const [name, lines] of Object.entries(captures)) {
  test(`the exchanges of ${name}.pcap are told as they were`, async () => {
    const { exchanges, counters } = await runCaptureFile(fileURLToPath(new URL(`cases/${name}.pcap`, import.meta.url)));
    const seen = exchanges.map(({ request, response, outcome, incomplete }) => {
      assert.ok(!incomplete);
      const { method, target } = request?.head ?? {};
      const path = target?.replace(/\?.*/, '');
      return `${method} ${path} ${response?.head.status} ${outcome} ${request?.bodyBytes} ${response?.bodyBytes}`;
    });
    assert.deepEqual(seen, lines);
    assert.deepEqual([counters.http_unpaired_requests, counters.http_malformed, counters.gaps], [0, 0, 0]);
    if (!name.startsWith('continue')) return;
    const { request } = exchanges[0] ?? {};
    assert.ok(request !== undefined && request.lastByteTime - request.firstByteTime > 100_000, 'with the upload');
  });
}

/** Of these the first packet of their request was captured. */
function begunAfter(played: PlayedConnection, joinedAt: number) {
  const seen = played.packets
    .slice(joinedAt)
    .filter(({ from, fields }) => from === 'client' && fields.payload.length > 0);
  const sequences = new Set(seen.map(({ fields }) => fields.sequence | 0));
  return played.exchanges.filter(({ requestSequence }) => sequences.has(requestSequence));
}

function checkJoined(played: PlayedConnection, joinedAt: number, probes: readonly PlannedProbe[]): void {
  const run = runPackets(withProbes(played.packets, joinedAt, probes));
  const identified = checkNothingInvented(played, run.exchanges);
  checkPairs(identified);
  for (const exchange of begunAfter(played, joinedAt).slice(4)) {
    const seen = identified.find(({ asked }) => asked === exchange);
    assert.equal(seen?.answered, exchange, `${exchange.id} was not paired`);
  }
}

describe('a client that waits for each response, captured from anywhere on', () => {
  const lockStep = plannedConnection(0, fc.constant(1));

  test('is paired whatever probes either side sends, and never wrongly', () => {
    const pairs = fc.property(lockStep, fc.nat(), plannedProbes, (plan, at, probes) => {
      const played = playConnection(plan, 'a');
      checkJoined(played, 3 + (at % (played.packets.length - 3)), probes);
    });
    fc.assert(pairs, { numRuns: 600 });
  });

  test('is paired from its first request on where that comes behind nothing but probes', () => {
    const pairs = fc.property(lockStep, plannedProbes, (plan, probes) => {
      const played = playConnection(plan, 'a');
      const atOnce = probes.map((probe) => ({ ...probe, at: 0 }));
      const { exchanges } = runPackets(withProbes(played.packets, 3, atOnce));
      const identified = checkNothingInvented(played, exchanges);
      assert.deepEqual(
        identified.map(({ asked, answered }) => [asked?.id, answered?.id]),
        played.exchanges.map(({ id }) => [id, id]),
      );
    });
    fc.assert(pairs, { numRuns: 300 });
  });
});

test('a request that comes again behind its response, where the capture begins, says nothing of others', () => {
  const play = fc.record({
    copies: fc.integer({ min: 1, max: 3 }),
    further: fc.integer({ min: 1, max: 5 }),
    mss: fc.constantFrom(1460, 20),
    body: fc.constantFrom('', 'body'.repeat(20)),
  });
  const isPaired = fc.property(play, ({ copies, further, mss, body }) => {
    const connection = new TcpConversation({ mss }).client(
      message('POST /old HTTP/1.1', [`Content-Length: ${body.length}`], body),
    );
    const asked = connection.packets.slice(3);
    const begin = connection.packets.length;
    connection.server(answer(200, 'old'));
    const answered = connection.packets.slice(begin).filter(({ from }) => from === 'server');
    const middle = connection.packets.length;
    connection.wait(2_000_000);
    for (let number = 0; number < further; number++) connection.client(get(`/${number}`)).server(answer(299, ''));
    const again = asked
      .filter(({ from }) => from === 'client')
      .map((packet) => ({ ...packet, time: (answered.at(-1)?.time ?? 0) + 500_000 }));
    const packets = [
      ...answered,
      ...Array.from({ length: copies }, () => again).flat(),
      ...connection.packets.slice(middle),
    ];
    const pairs = runPackets(packets).exchanges.map(
      ({ request, response }) => `${request?.head.target} ${response?.head.status}`,
    );
    for (let number = 0; number < further; number++) assert.ok(pairs.includes(`/${number} 299`), pairs.join());
    assert.ok(!pairs.includes('/old 299'));
  });
  fc.assert(isPaired, { numRuns: 100 });
});
