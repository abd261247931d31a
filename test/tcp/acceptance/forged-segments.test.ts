import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Forgery, forge, forgery, window } from '../../support/tcp/forgeries.ts';
import { redirections } from '../../support/tcp/redirections.ts';
import { type ConversationPacket, TcpConversation } from '../../support/tcp/tcp-conversation.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

type Plan = {
  readonly turns: readonly number[];
  readonly mss: number;
  readonly clientSequence: number;
  readonly serverSequence: number;
  readonly pause: number;
  readonly ending: 'fin' | 'none';
  /** In whose name all that is forged is sent: two that agree with each other are a conversation. */
  readonly forged: 'client' | 'server';
  readonly forgeries: readonly Forgery[];
};

const plan: fc.Arbitrary<Plan> = fc.record({
  turns: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 4, maxLength: 10 }),
  mss: fc.integer({ min: 50, max: 300 }),
  clientSequence: fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff)),
  serverSequence: fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff)),
  pause: fc.constantFrom(250_000, 900_000, 3_000_000),
  ending: fc.constantFrom('fin' as const, 'none' as const),
  forged: fc.constantFrom('client' as const, 'server' as const),
  forgeries: fc.array(forgery, { minLength: 1, maxLength: 6 }),
});

/** The client and the server take turns, and `pause` lies between these. */
function packetsOf({ turns, pause, ending, ...options }: Omit<Plan, 'forged' | 'forgeries'>) {
  const conversation = new TcpConversation(options);
  turns.forEach((length, turn) => {
    conversation.wait(pause);
    conversation[turn % 2 === 0 ? 'client' : 'server'](Buffer.alloc(length, 97 + (turn % 26)));
  });
  if (ending === 'fin') conversation.close();
  return conversation.packets;
}

/** Both sides go on after each forgery for as long as this, microseconds. */
const goesOnFor = 200_000;

/** The packet, and behind which one it comes. */
function injected(
  packets: readonly ConversationPacket[],
  side: 'client' | 'server',
  forgery: Forgery,
): { index: number; packet: Buffer; time: number } {
  const lastTime = (side: string) => {
    return packets.findLast(({ from, fields }) => from === side && fields.payload.length > 0)?.time ?? 0;
  };
  const until = Math.min(lastTime('client'), lastTime('server')) - goesOnFor;
  const last = packets.findLastIndex(({ time }) => time < until);
  const index = 3 + (forgery.place % (last - 2));
  const { bytes } = forge(packets.slice(0, index + 1), side, forgery);
  return { index, packet: bytes, time: (packets[index] as ConversationPacket).time };
}

function heard(packets: readonly ConversationPacket[], side: 'client' | 'server', forgeries: readonly Forgery[]) {
  const run = new TcpRun();
  const extra = forgeries.map((forgery) => injected(packets, side, forgery));
  packets.forEach(({ bytes, time }, index) => {
    run.tick(time);
    run.packet(bytes, time);
    for (const forgery of extra) if (forgery.index === index) run.packet(forgery.packet, forgery.time);
  });
  run.close();
  return run.connections.map(({ story }) => story);
}

test('segments that their receiver does not accept change nothing, if the conversation goes on', () => {
  fc.assert(
    fc.property(plan, ({ forged, forgeries, ...conversation }) => {
      const packets = packetsOf(conversation);
      assert.deepEqual(heard(packets, forged, forgeries), heard(packets, forged, []));
    }),
    { numRuns: 2000 },
  );
});

/** Which copies are joined depends on what was acknowledged last, which is what some forgeries change. */
const [toProxy, fromService, copied] = Object.values(redirections);

for (const redirect of [toProxy, fromService]) {
  test(`nor do they change a redirected conversation, ${redirect === toProxy ? 'to a proxy' : 'of a Service'}`, () => {
    assert.ok(redirect);
    fc.assert(
      fc.property(plan, ({ forged, forgeries, ...conversation }) => {
        const { packets } = redirect(packetsOf(conversation));
        assert.deepEqual(heard(packets, forged, forgeries), heard(packets, forged, []));
      }),
      { numRuns: 700 },
    );
  });
}

test('an acknowledgment of bytes that were never sent does not keep the copies of requests apart', () => {
  assert.ok(copied);
  const start = { mss: 50, clientSequence: 0, serverSequence: 0, pause: 250_000, ending: 'fin' as const };
  const { packets } = copied(packetsOf({ ...start, turns: [1, 1, 301, 151, 1, 1] }));
  const forgeries = [
    { place: 29_623_589, sequence: -31, acknowledgment: 1, flags: 'A', length: 0 },
    { place: 0, sequence: 0, acknowledgment: window, flags: 'A', length: 0 },
  ];
  assert.deepEqual(heard(packets, 'client', forgeries), heard(packets, 'client', []));
});
