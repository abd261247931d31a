import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Side } from '../../../src/tcp/stream.ts';
import { createRandom, randomInteger } from '../../support/program/random.ts';
import {
  assertAcknowledgments,
  assertCausalOrder,
  assertRightBytes,
  heardRuns,
  type IdealStream,
  idealRuns,
  idealStreams,
} from '../../support/tcp/ideal-receiver.ts';
import { dropped, duplicated, overlapped, shuffled } from '../../support/tcp/impairments.ts';
import { type ConversationPacket, TcpConversation } from '../../support/tcp/tcp-conversation.ts';
import { type RecordedConnection, TcpRun } from '../../support/tcp/tcp-run.ts';

type Plan = {
  readonly turns: readonly { readonly from: 'client' | 'server'; readonly length: number }[];
  readonly mss: number;
  readonly clientSequence: number;
  readonly serverSequence: number;
  readonly ending: 'fin' | 'reset' | 'none';
  readonly acks: boolean;
  readonly seed: number;
};

/** Sequence numbers from anywhere, more often where they wrap. */
const sequence = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: 0xffff_f000, max: 0xffff_ffff }),
  fc.integer({ min: 0x7fff_f000, max: 0x7fff_ffff }),
);

const plans: fc.Arbitrary<Plan> = fc.record({
  turns: fc.array(
    fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      length: fc.integer({ min: 1, max: 600 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  mss: fc.integer({ min: 20, max: 300 }),
  clientSequence: sequence,
  serverSequence: sequence,
  ending: fc.constantFrom('fin' as const, 'reset' as const, 'none' as const),
  acks: fc.boolean(),
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
});

const runs = { numRuns: 300 };

function conversationOf(plan: Plan, interval = 1000, handshake = true): TcpConversation {
  const { mss, clientSequence, serverSequence, acks } = plan;
  const conversation = new TcpConversation({ mss, clientSequence, serverSequence, acks, interval, handshake });
  const random = createRandom(plan.seed);
  for (const { from, length } of plan.turns) {
    conversation[from](Buffer.from(Array.from({ length }, () => randomInteger(random, 0, 256))));
  }
  if (plan.ending === 'fin') conversation.close();
  if (plan.ending === 'reset') conversation.reset('server');
  return conversation;
}

/** Everything captured goes through a connection table, with a tick now and then. */
function captured(packets: readonly ConversationPacket[]): TcpRun {
  const run = new TcpRun();
  packets.forEach(({ bytes, time }, index) => {
    if (index % 7 === 0) run.tick(time);
    run.packet(bytes, time);
  });
  return run.close();
}

type SideView = { readonly side: Side; readonly first: number; readonly stream: IdealStream };

/** Both sides of the plan's only connection, by who sent the first captured packet. */
function sidesOf(plan: Plan, packets: readonly ConversationPacket[], connection: RecordedConnection): SideView[] {
  const first = { client: (plan.clientSequence + 1) | 0, server: (plan.serverSequence + 1) | 0 };
  const streams = idealStreams(packets, first);
  const order = connection.handle.port(0) === 80 ? (['server', 'client'] as const) : (['client', 'server'] as const);
  return order.map((from, index) => ({ side: index as Side, first: first[from], stream: streams[from] }));
}

function assertIdeal(sides: readonly SideView[], connection: RecordedConnection): void {
  for (const { side, first, stream } of sides) {
    assertRightBytes(connection, side, { first, stream });
    const heard = heardRuns(connection, side, first);
    // Behind the last captured byte, bytes that the other side acknowledged may be missing.
    if (stream.end === undefined && heard.at(-1)?.type === 'gap') heard.pop();
    assert.deepEqual(heard, idealRuns(stream));
  }
}

test('late, repeated and overlapping packets give the same bytes, in the order in which they were sent', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 20 }), (plan, displacement) => {
      const random = createRandom(plan.seed);
      const { packets } = conversationOf(plan);
      const late = [...packets.slice(0, 3), ...shuffled(packets.slice(3), displacement, random)];
      const impaired = overlapped(duplicated(late, 0.2, 15, random), 0.2, random);
      const run = captured(impaired);
      const sides = sidesOf(plan, packets, run.connection);
      assertIdeal(sides, run.connection);
      assertCausalOrder(run.connection, sides);
      assert.equal(run.counters.gaps, 0);
      assert.equal(run.counters.connections_joined, 0);
      const { ending } = plan;
      assert.equal(run.connection.closed, ending === 'fin' ? 'finished' : ending === 'reset' ? 'reset' : 'shutdown');
    }),
    runs,
  );
});

test('bytes come with what the first captured segment with them acknowledged, or one that was sent earlier', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 20 }), (plan, displacement) => {
      const random = createRandom(plan.seed);
      const { packets } = conversationOf({ ...plan, ending: 'none' });
      const data = overlapped(duplicated(packets.slice(3), 0.2, 15, random), 0.3, random);
      const impaired = [...packets.slice(0, 3), ...shuffled(data, displacement, random)];
      const run = captured(impaired);
      for (const { side, first, stream } of sidesOf(plan, impaired, run.connection)) {
        assertAcknowledgments(run.connection, side, { first, stream });
      }
    }),
    runs,
  );
});

test('the bytes are the same when overlaps come before what they overlap', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 20 }), (plan, displacement) => {
      const random = createRandom(plan.seed);
      const { packets } = conversationOf({ ...plan, ending: plan.ending === 'reset' ? 'fin' : plan.ending });
      const data = overlapped(duplicated(packets.slice(3), 0.2, 15, random), 0.3, random);
      const run = captured([...packets.slice(0, 3), ...shuffled(data, displacement, random)]);
      assertIdeal(sidesOf(plan, packets, run.connection), run.connection);
    }),
    runs,
  );
});

test(
  'when the handshake is late as well, all is one connection, and only first bytes that came before it may be ' +
    'missed',
  () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 0, max: 20 }), (plan, displacement) => {
        const random = createRandom(plan.seed);
        const { packets } = conversationOf({ ...plan, ending: 'none' });
        const run = captured(shuffled(duplicated(packets, 0.2, 15, random), displacement, random));
        for (const { side, first, stream } of sidesOf(plan, packets, run.connection)) {
          assertRightBytes(run.connection, side, { first, stream });
          const heard = heardRuns(run.connection, side, first);
          assert.ok(heard.length <= 1, 'no gap inside');
          assert.equal(heard.at(-1)?.end, idealRuns(stream).at(-1)?.end);
        }
      }),
      runs,
    );
  },
);

test('with packets lost, every captured byte comes at its place and every other one is in a gap', () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0, max: 0.6, noNaN: true }),
      (plan, displacement, loss) => {
        const random = createRandom(plan.seed);
        const { packets } = conversationOf({ ...plan, ending: plan.ending === 'reset' ? 'none' : plan.ending });
        const data = shuffled(dropped(packets.slice(3), loss, random), displacement, random);
        const impaired = [...packets.slice(0, 3), ...overlapped(duplicated(data, 0.1, 10, random), 0.1, random)];
        const run = captured(impaired);
        assertIdeal(sidesOf(plan, impaired, run.connection), run.connection);
      },
    ),
    runs,
  );
});

test('it is the same when holes are given up one after the other, because time passes', () => {
  fc.assert(
    fc.property(plans, fc.double({ min: 0, max: 0.6, noNaN: true }), (plan, loss) => {
      const { packets } = conversationOf({ ...plan, ending: 'none' }, 700_000);
      const impaired = [...packets.slice(0, 3), ...dropped(packets.slice(3), loss, createRandom(plan.seed))];
      const run = captured(impaired);
      assertIdeal(sidesOf(plan, impaired, run.connection), run.connection);
    }),
    runs,
  );
});

test('in a connection older than the capture every byte that is heard stands at its place', () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0, max: 0.4, noNaN: true }),
      (plan, displacement, loss) => {
        const random = createRandom(plan.seed);
        const { packets } = conversationOf({ ...plan, ending: 'none' }, 1000, false);
        const kept = packets.slice(randomInteger(random, 0, packets.length));
        const impaired = shuffled(dropped(kept, loss, random), displacement, random);
        const run = captured(impaired);
        for (const connection of run.connections) {
          for (const { side, first, stream } of sidesOf(plan, impaired, connection)) {
            assertRightBytes(connection, side, { first, stream });
            heardRuns(connection, side, first);
          }
        }
      },
    ),
    runs,
  );
});

test('a connection older than the capture, captured in order, is heard whole from there on', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const random = createRandom(plan.seed);
      const { packets } = conversationOf({ ...plan, ending: 'none' }, 1000, false);
      const kept = packets.slice(randomInteger(random, 0, packets.length));
      const run = captured(kept);
      for (const connection of run.connections) {
        for (const { side, first, stream } of sidesOf(plan, kept, connection)) {
          const data = (run: { type: string }) => run.type === 'data';
          assert.deepEqual(heardRuns(connection, side, first).filter(data), idealRuns(stream).filter(data));
        }
      }
      assert.equal(run.counters.gaps, 0);
    }),
    runs,
  );
});

test('payloads truncated by a snap length become gaps of the bytes that are missing', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 44, max: 400 }), (plan, snapLength) => {
      const { packets } = conversationOf({ ...plan, ending: 'fin' });
      const run = new TcpRun();
      for (const { bytes, time } of packets) run.packet(bytes, time, Math.min(snapLength, bytes.length));
      run.close();
      const seen = packets.map((packet) => {
        const payload = packet.fields.payload.subarray(0, Math.max(0, snapLength - 40));
        const isFin = packet.fields.flags?.includes('F') ?? false;
        return { ...packet, fields: { ...packet.fields, payload: isFin ? packet.fields.payload : payload } };
      });
      assertIdeal(sidesOf(plan, seen, run.connection), run.connection);
      assert.equal(run.connection.closed, 'finished');
    }),
    runs,
  );
});

test('whatever the delays and losses, bytes stand at their place and nothing comes twice', () => {
  fc.assert(
    fc.property(
      plans,
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (plan, milliseconds, loss) => {
        const random = createRandom(plan.seed);
        const { packets } = conversationOf(plan, milliseconds * 1000);
        const impaired = shuffled(overlapped(dropped(packets, loss, random), 0.3, random), 30, random);
        const run = captured(impaired);
        for (const connection of run.connections) {
          for (const { side, first, stream } of sidesOf(plan, packets, connection)) {
            assertRightBytes(connection, side, { first, stream });
            heardRuns(connection, side, first);
          }
        }
      },
    ),
    runs,
  );
});
