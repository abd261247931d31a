import fc from 'fast-check';
import { tcpPacket } from '../packet/packets.ts';
import type { ConversationPacket, Side } from './tcp-conversation.ts';

/** What the receiver of a forged segment would not accept it for, counted from where its sender really is. */
export type Forgery = {
  /** Tells behind which packet of the conversation it comes. */
  readonly place: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: string;
  readonly length: number;
};

export const window = 1 << 17;
/** Left of the window, or far on the right of it. */
const outside = fc.oneof(
  fc.integer({ min: -(2 ** 31) + window, max: -2000 }),
  fc.integer({ min: -2000, max: -31 }),
  fc.integer({ min: window, max: 1 << 20 }),
  fc.integer({ min: window, max: 2 ** 31 - 1 }),
);
/** Of bytes that were never sent. */
const neverSent = fc.oneof(fc.integer({ min: window, max: 1 << 20 }), fc.integer({ min: window, max: 2 ** 31 - 1 }));
const anyFlags = fc.constantFrom('A', 'PA', 'FA', 'RA', 'R', 'S', 'SA', 'SFA', 'SF', 'F', 'P', '', 'SFRA', 'FRA', 'UA');
const common = { place: fc.nat() };
/** All are shorter than what lies left of the window. */
const length = fc.integer({ min: 0, max: 30 });

export const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  // Anything out of the window.
  fc.record({ ...common, sequence: outside, acknowledgment: fc.integer(), flags: anyFlags, length }),
  // In the window, but acknowledges what was never sent.
  fc.record({
    ...common,
    sequence: fc.integer({ min: -30, max: window }),
    acknowledgment: neverSent,
    flags: fc.constantFrom('A', 'PA', 'FA', 'UA', 'SA'),
    length,
  }),
  // In the window, with flags that nobody acts on there.
  fc.record({
    ...common,
    sequence: fc.integer({ min: 1, max: window }),
    acknowledgment: fc.constantFrom(0, 5),
    flags: fc.constantFrom('S', 'SF', 'F', 'P', ''),
    length,
  }),
);

/** A keep-alive probe (RFC 9293, section 3.8.4) of any length: what it carries was received long ago. */
export const probe: fc.Arbitrary<Forgery> = fc
  .record({ ...common, length: fc.constantFrom(0, 1, 1, 2, 30), flags: fc.constantFrom('A', 'PA') })
  .map((made) => ({ ...made, sequence: -Math.max(1, made.length), acknowledgment: 0 }));

/** A segment in the name of `side`, after these packets, of which some are of either side. */
export function forge(
  before: readonly ConversationPacket[],
  side: Side,
  { sequence, acknowledgment, flags, length }: Forgery,
): Omit<ConversationPacket, 'time'> {
  const next = { client: 0, server: 0 };
  for (const { from, fields } of before) {
    const isCounted = fields.flags?.includes('S') || fields.flags?.includes('F');
    next[from] = fields.sequence + fields.payload.length + (isCounted ? 1 : 0);
  }
  const known = before.find(({ from }) => from === side) as ConversationPacket;
  const fields = {
    ...known.fields,
    sequence: (next[side] + sequence) >>> 0,
    acknowledgment: (next[side === 'client' ? 'server' : 'client'] + acknowledgment) >>> 0,
    flags,
    options: Buffer.alloc(0),
    payload: Buffer.alloc(length, '!'),
  };
  return { from: side, fields, bytes: tcpPacket(fields) };
}
