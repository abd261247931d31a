/** A sequence number further away than this is of another connection between the same ports, or made up. */
export const farAway = 1 << 26;

/** How far sequence number `a` is ahead of `b`, in [-2^31, 2^31): serial number arithmetic (RFC 9293, section 3.4). */
export function distance(a: number, b: number): number {
  return (a - b) | 0;
}
