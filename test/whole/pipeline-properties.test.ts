import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  checkNothingInvented,
  checkPairs,
  expectedExchanges,
  seenExchange,
} from '../support/exchange/check-exchanges.ts';
import { type PlannedConnection, type PlayedConnection, playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { lossy, packetsUntilPipelined, plannedLoss } from '../support/http/lossy-plans.ts';
import { createRandom, type Random } from '../support/program/random.ts';
import { type PipelineRun, runPackets } from '../support/program/run-pipeline.ts';
import { duplicated, overlapped, shuffled } from '../support/tcp/impairments.ts';
import type { ConversationPacket } from '../support/tcp/tcp-conversation.ts';

type Packets = readonly ConversationPacket[];

/** How many requests the client sends without waiting. */
const lockStep = fc.constant(1);
const pipelined = fc.constantFrom(2, 3, 8);
const anyDepth = fc.constantFrom(1, 1, 2, 3, 8);
/** Between packets: what is missing is given up because time passes, or because the capture ends. */
const pause = fc.constantFrom(1000, 40_000, 600_000);
const runs = { numRuns: 300 };

/** How captures differ from what was sent, without anything missing. */
const disorders: { readonly [name: string]: (packets: Packets, random: Random) => Packets } = {
  'cut anywhere': (packets) => packets,
  'out of order': moved,
  repeated: (packets, random) => duplicated(packets, 0.3, 4, random),
  'sent again in other segments': (packets, random) => overlapped(packets, 0.3, random),
  'all of it': (packets, random) => duplicated(overlapped(moved(packets, random), 0.3, random), 0.3, 4, random),
};

/**
 * The first packet stays first: what comes before its SYN cannot be told from a connection that is older than the
 * capture.
 */
function moved([first, ...rest]: Packets, random: Random): Packets {
  return first === undefined ? [] : [first, ...shuffled(rest, 6, random)];
}

function play(plan: PlannedConnection, interval: number): PlayedConnection {
  return playConnection({ ...plan, options: { ...plan.options, interval } }, 'a');
}

function checkAccount({ counters, exchanges, failures, pipeline }: PipelineRun): void {
  assert.deepEqual(failures, []);
  assert.deepEqual([pipeline.openConnections, pipeline.openRequests, pipeline.bufferedBytes], [0, 0, 0]);
  const { exchanges_answered, exchanges_timeout, exchanges_reset, exchanges_closed, exchanges_unknown } = counters;
  const counted = exchanges_answered + exchanges_timeout + exchanges_reset + exchanges_closed + exchanges_unknown;
  assert.equal(counted + counters.http_late_responses, exchanges.length);
  const { payload_bytes_delivered, payload_bytes_duplicate, payload_bytes_ignored } = counters;
  const { payload_bytes_dropped_closed, payload_bytes_unaccepted } = counters;
  assert.equal(
    counters.payload_bytes_received,
    payload_bytes_delivered +
      payload_bytes_duplicate +
      payload_bytes_ignored +
      payload_bytes_dropped_closed +
      payload_bytes_unaccepted,
  );
}

/** What must hold whatever was lost. */
function runLossy(played: PlayedConnection, left: Packets) {
  const run = runPackets(left);
  checkAccount(run);
  return checkNothingInvented(played, run.exchanges);
}

describe('what was sent comes out, and nothing else, when the packets are', () => {
  for (const [name, disorder] of Object.entries(disorders)) {
    test(name, () => {
      const sees = fc.property(plannedConnection(0, anyDepth), fc.nat(), (plan, seed) => {
        const played = playConnection(plan, 'a');
        const run = runPackets(disorder(played.packets, createRandom(seed)));
        checkAccount(run);
        assert.deepEqual(run.exchanges.map(seenExchange), expectedExchanges(played));
        assert.equal(run.counters.gaps, 0);
      });
      fc.assert(sees, { numRuns: 150 });
    });
  }

  test('those of several connections', () => {
    const plans = fc.tuple(...[0, 1, 2, 3].map((index) => plannedConnection(index, anyDepth)));
    const sees = fc.property(plans, (all) => {
      const played = all.map((plan, index) => playConnection(plan, `${index}`));
      const run = runPackets(played.flatMap(({ packets }) => packets).sort((a, b) => a.time - b.time));
      checkAccount(run);
      for (const each of played) {
        const { clientIp } = each.plan.options;
        const own = run.exchanges.filter(({ endpoints }) => endpoints.clientIp === clientIp);
        assert.deepEqual(own.map(seenExchange), expectedExchanges(each));
      }
    });
    fc.assert(sees, { numRuns: 100 });
  });
});

describe('when packets are lost, no response is given to another request', () => {
  test('where the client waits for each', () => {
    const pairs = fc.property(plannedConnection(0, lockStep), plannedLoss, pause, (plan, loss, interval) => {
      const played = play(plan, interval);
      checkPairs(runLossy(played, lossy(played.packets, loss)));
    });
    fc.assert(pairs, runs);
  });

  // Not with overlaps: nobody sends again what an answer has acknowledged, and where the first copy is lost the second
  // would seem to be true.
  test('where they also change places and come twice', () => {
    const pairs = fc.property(plannedConnection(0, lockStep), plannedLoss, fc.nat(), (plan, loss, seed) => {
      const played = playConnection(plan, 'a');
      const random = createRandom(seed);
      checkPairs(runLossy(played, duplicated(lossy(moved(played.packets, random), loss, 1), 0.2, 4, random)));
    });
    fc.assert(pairs, runs);
  });

  test('where the beginning is missing', () => {
    const pairs = fc.property(plannedConnection(0, lockStep), fc.nat(), pause, (plan, at, interval) => {
      const played = play(plan, interval);
      checkPairs(runLossy(played, played.packets.slice(3 + (at % (played.packets.length - 3)))));
    });
    fc.assert(pairs, runs);
  });

  test('where it was seen before that the client does not wait', () => {
    const pairs = fc.property(plannedConnection(0, pipelined), plannedLoss, pause, (plan, loss, interval) => {
      const played = play(plan, interval);
      const safe = packetsUntilPipelined(played);
      fc.pre(safe !== undefined);
      checkPairs(runLossy(played, lossy(played.packets, loss, safe)));
    });
    fc.assert(pairs, runs);
  });
});

describe('when packets are lost, nothing is made up', () => {
  test('whatever the client does', () => {
    const truth = fc.property(plannedConnection(0, anyDepth), plannedLoss, pause, (plan, loss, interval) => {
      const played = play(plan, interval);
      runLossy(played, lossy(played.packets, loss));
    });
    fc.assert(truth, runs);
  });

  test('where the beginning is missing', () => {
    const truth = fc.property(plannedConnection(0, pipelined), fc.nat(), pause, (plan, at, interval) => {
      const played = play(plan, interval);
      runLossy(played, played.packets.slice(3 + (at % (played.packets.length - 3))));
    });
    fc.assert(truth, runs);
  });

  for (const from of ['client', 'server'] as const) {
    test(`where only the ${from} is captured`, () => {
      const truth = fc.property(plannedConnection(0, anyDepth), pause, (plan, interval) => {
        const played = play(plan, interval);
        const run = runPackets(played.packets.filter((packet) => packet.from === from));
        checkAccount(run);
        checkNothingInvented(played, run.exchanges);
        assert.equal(run.counters.connections_one_sided, 1);
        const hasOther = (from === 'client' ? 'response' : 'request') as 'request' | 'response';
        assert.ok(run.exchanges.every((exchange) => exchange[hasOther] === undefined));
        if (from === 'client') assert.equal(run.exchanges.length, played.exchanges.length);
      });
      fc.assert(truth, { numRuns: 150 });
    });
  }
});

test('a client that waits for each response is paired again after a loss', () => {
  let whole = 0;
  let paired = 0;
  const counts = fc.property(plannedConnection(0, lockStep), plannedLoss, (plan, { runs: [run] }) => {
    const played = playConnection(plan, 'a');
    const last = played.exchanges.at(-1);
    const lastBegin = played.packets.findIndex(
      ({ from, fields }) =>
        from === 'client' && (fields.sequence | 0) === last?.requestSequence && fields.payload.length > 0,
    );
    fc.pre(run !== undefined && lastBegin - run.length > 3);
    // Behind the handshake, and before the last exchange, which is seen whole.
    const begin = 3 + (run.at % (lastBegin - run.length - 3));
    const left = played.packets.filter((_, index) => index < begin || index >= begin + run.length);
    const seen = runLossy(played, left).find(({ asked }) => asked === last);
    whole++;
    if (seen?.answered !== undefined) paired++;
  });
  fc.assert(counts, runs);
  // Rather unknown than wrong: right behind the loss not every doubt is gone.
  assert.ok(paired > 0.97 * whole, `${paired} of ${whole}`);
});
