import fc from 'fast-check';
import type { ConversationPacket } from '../tcp/tcp-conversation.ts';
import type { PlayedConnection } from './http-conversation.ts';

/** Runs of packets that are lost, wherever they are. */
export type PlannedLoss = { readonly runs: readonly { readonly at: number; readonly length: number }[] };

export const plannedLoss: fc.Arbitrary<PlannedLoss> = fc.record({
  runs: fc.array(fc.record({ at: fc.nat(), length: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 6 }),
});

/** The packets that are left; the first `safe` ones always are. */
export function lossy(
  packets: readonly ConversationPacket[],
  { runs }: PlannedLoss,
  safe = 0,
): readonly ConversationPacket[] {
  const lost = new Set<number>();
  const exposed = Math.max(1, packets.length - safe);
  for (const { at, length } of runs) {
    for (let index = 0; index < length; index++) lost.add(safe + (at % exposed) + index);
  }
  return packets.filter((_, index) => !lost.has(index));
}

/**
 * How many packets it takes until the client has visibly sent a request without waiting for the response to the one
 * before: the one after it has begun, so it is whole. `undefined` if that does not happen.
 */
export function packetsUntilPipelined({ packets, exchanges }: PlayedConnection): number | undefined {
  const next = { client: 0, server: 0 };
  for (const [index, { from, fields }] of packets.entries()) {
    next[from] = fields.sequence + fields.payload.length + (fields.flags?.includes('S') ? 1 : 0);
    const isPipelined = exchanges.some((waiting, place) => {
      const third = exchanges[place + 2];
      if (third === undefined) return false;
      return ahead(next.client, third.requestSequence) >= 0 && ahead(next.server, waiting.responseSequence) <= 0;
    });
    if (isPipelined) return index + 1;
  }
  return undefined;
}

function ahead(sequence: number, of: number): number {
  return (sequence - of) | 0;
}
