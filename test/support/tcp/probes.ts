import fc from 'fast-check';
import { tcpPacket } from '../packet/packets.ts';
import type { ConversationPacket, Side } from './tcp-conversation.ts';

/** A keep-alive probe (RFC 9293, section 3.8.4): garbage in the place of bytes that were acknowledged long ago. */
export type PlannedProbe = {
  readonly from: Side;
  /** Before which packet; modulo their number. */
  readonly at: number;
  readonly garbage: readonly number[];
  readonly times: number;
};

export const plannedProbes: fc.Arbitrary<readonly PlannedProbe[]> = fc.array(
  fc.record({
    from: fc.constantFrom('client', 'client', 'server'),
    at: fc.oneof(fc.constant(0), fc.nat()),
    // No capitals: in front of a request line that is cut, they would be the beginning of its method.
    garbage: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom([0], [0x20], [0x7d], [0x31], [0x0d], [0xff]) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 0x5b, max: 255 }), { minLength: 1, maxLength: 30 }) },
    ),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** A connection is silent for longer than this before it is probed, microseconds. */
const silence = 1_000_000;

/** The packets from `start` on, with probes between them. */
export function withProbes(
  packets: readonly ConversationPacket[],
  start: number,
  probes: readonly PlannedProbe[],
): ConversationPacket[] {
  const left = packets.slice(start);
  let delay = 0;
  return left.flatMap((packet, index) => {
    const here = probes.filter(({ at }) => at % left.length === index);
    delay += here.length * silence;
    const later = { ...packet, time: packet.time + delay };
    return [...here.flatMap((probe) => probePackets(packets.slice(0, start + index), probe, later)), later];
  });
}

function probePackets(
  before: readonly ConversationPacket[],
  { from, garbage, times }: PlannedProbe,
  { time }: ConversationPacket,
): ConversationPacket[] {
  const last = before.findLast((packet) => packet.from === from);
  if (last === undefined || last.fields.flags?.includes('F')) return [];
  const peer = before.findLast((packet) => packet.from !== from);
  const fields = {
    ...last.fields,
    sequence: (endOf(last) - garbage.length) >>> 0,
    acknowledgment: peer === undefined ? (last.fields.acknowledgment ?? 0) : endOf(peer) >>> 0,
    flags: 'A' as const,
    payload: Buffer.from(garbage),
  };
  return Array.from({ length: times }, () => ({ time, from, bytes: tcpPacket(fields), fields }));
}

function endOf({ fields: { sequence, payload, flags } }: ConversationPacket): number {
  return sequence + payload.length + (flags?.includes('S') || flags?.includes('F') ? 1 : 0);
}
