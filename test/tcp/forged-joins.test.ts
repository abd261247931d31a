import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Forgery, forge, forgery, probe } from '../support/tcp/forgeries.ts';
import { type ConversationPacket, type Side, TcpConversation } from '../support/tcp/tcp-conversation.ts';
import { TcpRun } from '../support/tcp/tcp-run.ts';

type Plan = {
  readonly turns: readonly number[];
  readonly mss: number;
  readonly clientSequence: number;
  readonly serverSequence: number;
  readonly pause: number;
  readonly acks: boolean;
  readonly joinedAt: number;
  readonly forged: Side;
  readonly forgeries: readonly Forgery[];
};

/** Where numbers wrap more often than by chance. */
const sequence = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_fffe }),
  fc.integer({ min: 0x7fff_ff00, max: 0x7fff_ffff }),
  fc.integer({ min: 0xffff_ff00, max: 0xffff_fffe }),
);

const plan: fc.Arbitrary<Plan> = fc.record({
  turns: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 8, maxLength: 14 }),
  mss: fc.integer({ min: 50, max: 300 }),
  clientSequence: sequence,
  serverSequence: sequence,
  pause: fc.constantFrom(2000, 30_000, 250_000, 900_000),
  acks: fc.boolean(),
  joinedAt: fc.nat(),
  forged: fc.constantFrom('client' as const, 'server' as const),
  // Of two probes with the same garbage nobody could tell that it is not what was sent.
  forgeries: fc
    .tuple(fc.array(forgery, { maxLength: 3 }), fc.array(probe, { maxLength: 1 }))
    .map(([forged, probes]) => [...forged, ...probes]),
});

/** The client and the server take turns, and `pause` lies between these; then a quiet end. */
function packetsOf({ turns, pause, ...options }: Plan) {
  const conversation = new TcpConversation(options);
  const turn = (length: number, index: number) => {
    conversation.wait(index < turns.length / 2 ? pause : 250_000);
    conversation[index % 2 === 0 ? 'client' : 'server'](Buffer.alloc(length, 97 + (index % 26)));
  };
  turns.forEach(turn);
  return conversation.packets;
}

/** Both sides go on after each forgery for as long as this, microseconds. */
const goesOnFor = 450_000;
/** Forgeries come before one of so many packets after the join. */
const forgedPlaces = 7;

/** What is captured: from `joinedAt` on, with what is forged between the first packets and in front of them. */
function captured(packets: readonly ConversationPacket[], { joinedAt, forged, forgeries }: Plan) {
  const start = 3 + (joinedAt % 4);
  const until = (packets.at(-1)?.time ?? 0) - goesOnFor;
  return packets.slice(start).flatMap((packet, index) => {
    const here = packet.time < until ? forgeries.filter(({ place }) => place % forgedPlaces === index) : [];
    const before = packets.slice(0, start + index);
    return [...here.map((each) => ({ ...forge(before, forged, each), time: packet.time })), packet];
  });
}

/** What was heard of a side, byte by byte, in all connections together. */
function heardBytes(run: TcpRun, side: Side): { readonly sequence: number; readonly byte: string }[] {
  return run.connections.flatMap(({ handle, heard }) => {
    const from = (handle.port(0) === 80) === (side === 'server') ? 0 : 1;
    const chunks = heard.flatMap((each) => (each.type === 'data' && each.side === from ? [each] : []));
    return chunks.flatMap(({ bytes, sequence }) =>
      [...bytes.toString('latin1')].map((byte, index) => ({ sequence: (sequence + index) | 0, byte })),
    );
  });
}

/** The same of what was sent, one after the other. */
function sentBytes(packets: readonly ConversationPacket[]) {
  return packets.flatMap(({ fields: { payload, sequence } }) =>
    [...payload.toString('latin1')].map((byte, index) => ({ sequence: (sequence + index) | 0, byte })),
  );
}

/** What both sides have sent once each has heard of the other after the last forgery. */
function followingTurns(packets: readonly ConversationPacket[]): ConversationPacket[] {
  const after = packets.filter((packet) => packet.fields.payload.length > 0 && !isForged(packet)).slice(forgedPlaces);
  const changes = after.flatMap(({ from }, index) => (index > 0 && from !== after[index - 1]?.from ? [index] : []));
  return after.slice(changes[1] ?? after.length);
}

function isForged({ fields }: ConversationPacket): boolean {
  return fields.payload.includes('!');
}

test('around a join, what is forged is heard in front of what really follows at most', () => {
  fc.assert(
    fc.property(plan, (made) => {
      const packets = packetsOf(made);
      const all = captured(packets, made);
      const run = new TcpRun();
      for (const { bytes, time } of all) {
        run.tick(time);
        run.packet(bytes, time);
      }
      run.close();
      for (const side of ['client', 'server'] as const) {
        const sent = sentBytes(all.filter((packet) => packet.from === side && !isForged(packet)));
        const heard = heardBytes(run, side);
        const real = heard.slice(heard.findIndex(({ byte }) => byte !== '!'));
        let place = -1;
        for (const { sequence, byte } of real) {
          place = sent.findIndex((each, index) => index > place && each.sequence === sequence && each.byte === byte);
          assert.ok(place >= 0, `${side}: ${byte} at ${sequence}`);
        }
        const following = sentBytes(followingTurns(all).filter(({ from }) => from === side));
        assert.deepEqual(real.slice(real.length - following.length), following);
      }
    }),
    { numRuns: 500 },
  );
});
