import { Flag } from '../../packet/segment.ts';
import type { Sides } from '../reassembly/half-stream.ts';
import { otherSide, type Side } from '../stream.ts';

/**
 * Whether the receiver drops a segment because of its flags (RFC 9293, section 3.10.7.4): a SYN together with a FIN, or
 * none of SYN, RST and ACK from a side that acknowledges: packets that were made by hand may never do that.
 */
export function isMeaningless(flags: number, from: Side, sides: Sides): boolean {
  const { fin, syn, rst, ack } = Flag;
  const kind = flags & (fin | syn | rst | ack);
  if (kind === ack || (kind & rst) !== 0) return false;
  if ((kind & syn) !== 0) return (kind & fin) !== 0;
  return (kind & ack) === 0 && sides[otherSide(from)].acknowledged !== undefined;
}
