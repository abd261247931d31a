// Captures that show less of a conversation: nothing is invented, and what can still be known is known.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { losses } from '../support/capture/partial-capture.ts';
import { plainCaptures } from '../support/capture/plain-captures.ts';
import { Truth } from '../support/exchange/check-truth.ts';
import { toldOf } from '../support/exchange/compare-exchanges.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';
import { type CapturedPacket, fileSettings, runPackets } from '../support/program/run-pipeline.ts';

/** What cannot be told from a part of them (docs/decisions/0005). */
const ambiguous: Readonly<Record<string, string>> = {
  'connect.pcap': 'HTTP in a tunnel, whose CONNECT is missing',
  'lookalike-body.pcap': 'a body that is HTTP, whose head is missing',
  'continue-refused.pcap': 'a request that comes where a body may be, whose refusal is missing',
};
/** Of a response alone, bytes before it mean nothing; where one is due, they leave it without a status line. */
const oddStart = 'suricata-verify__http-evader-http-evader-490.pcap';
const seeds = 2;

const captures = await plainCaptures();
const unclear = [...Object.keys(ambiguous), oddStart];
const clear = captures.filter(({ path }) => !unclear.some((name) => path.endsWith(`/${name}`)));
const run = (packets: readonly CapturedPacket[]) => runPackets(packets, LinkType.raw, fileSettings());

describe('nothing is invented and no pair is wrong with', () => {
  for (const [name, lossy] of Object.entries(losses)) {
    test(name, () => {
      for (const { path, packets, exchanges } of clear) {
        const truth = new Truth(exchanges);
        for (let seed = 0; seed < seeds; seed++) {
          const { failures, exchanges: seen } = run(lossy(packets, createRandom(seed)));
          assert.deepEqual(failures, []);
          truth.check(seen, `${path}, seed ${seed}`);
        }
      }
    });
  }
});

/** Each pair of a request and its response. */
function pairsOf(seen: readonly Parameters<typeof toldOf>[0][]): string[] {
  return seen.map(toldOf).flatMap(({ connection, request, response }) => {
    return request && response ? [JSON.stringify([connection, request.text, request.place, response.text])] : [];
  });
}

test('what was answered before the capture ended is whole', () => {
  for (const [index, { path, packets, exchanges }] of captures.entries()) {
    const left = packets.slice(0, randomInteger(createRandom(index), 0, packets.length));
    const end = left.at(-1)?.time ?? 0;
    const known = exchanges.filter(({ response }) => response && response.lastByteTime < end);
    const seen = new Set(pairsOf(run(left).exchanges));
    for (const pair of pairsOf(known)) assert.ok(seen.has(pair), `${path}: ${pair}`);
  }
});

test('what was asked after the capture began is whole, where the client waits for each response', () => {
  for (const [index, { path, packets, exchanges }] of captures.entries()) {
    if (exchanges.some(({ incomplete }) => incomplete)) continue;
    const left = packets.slice(randomInteger(createRandom(index), 0, packets.length));
    const start = left[0]?.time ?? 0;
    const seen = new Set(pairsOf(run(left).exchanges));
    const open = new Map<string, number>();
    for (const exchange of exchanges) {
      const { connection } = toldOf(exchange);
      const asked = exchange.request?.firstByteTime ?? 0;
      const isAlone = asked >= (open.get(connection) ?? 0);
      open.set(connection, exchange.response?.lastByteTime ?? Number.POSITIVE_INFINITY);
      // Where bytes before are missing, only a usual status line is known for one.
      const isUsual = exchange.response?.head.status !== undefined;
      if (!isAlone || !isUsual || asked <= start) continue;
      for (const pair of pairsOf([exchange])) assert.ok(seen.has(pair), `${path}: ${pair}`);
    }
  }
});
