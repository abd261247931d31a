import { distance } from '../tcp/sequence.ts';

/**
 * Whether who sent bytes with this acknowledgment (`Chunk.acknowledgment`) may have received the byte at `sequence`
 * before: a server cannot answer a request of which nothing has come.
 */
export function acknowledges(acknowledgment: number | undefined, sequence: number): boolean {
  return acknowledgment === undefined || distance(acknowledgment, sequence) > 0;
}
