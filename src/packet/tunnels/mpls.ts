import { etherTypeHeader, isVlanTag } from '../ether-type.ts';
import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

const labelLength = 4;
const controlWordLength = 4;
const ethernetLength = 14;

/**
 * RFC 3032: labels up to the bottom of the stack. What is below is not said, so it is guessed, as routers do (RFC
 * 4928): by the first four bits, as long as the lengths that follow are possible. It may also be an Ethernet frame,
 * behind a control word or not (RFC 4448).
 */
export function behindMpls(packet: PacketCursor): Header | Stop {
  let isBottom = false;
  while (!isBottom) {
    if (!packet.has(labelLength)) return 'too_short';
    isBottom = (packet.uint8(2) & 1) === 1;
    packet.at += labelLength;
  }
  if (!packet.has(1)) return 'too_short';
  const bits = packet.uint8(0) >> 4;
  if (isPossibleIp(packet, bits)) return 'ip';
  if (bits === 0) {
    if (!packet.has(controlWordLength + ethernetLength)) return 'too_short';
    if (isPossibleEthernet(packet, controlWordLength)) {
      packet.at += controlWordLength;
      return 'ethernet';
    }
  }
  if (!packet.has(ethernetLength)) return 'too_short';
  if (isPossibleEthernet(packet, 0)) return 'ethernet';
  return bits === 4 || bits === 6 ? 'ip' : 'not_ip';
}

/** What is truncated too early to tell counts as possible. */
function isPossibleIp(packet: PacketCursor, version: number): boolean {
  const left = packet.wireEnd - packet.at;
  if (version === 4) {
    const headerLength = (packet.uint8(0) & 0x0f) * 4;
    if (headerLength < 20) return false;
    if (!packet.has(4)) return true;
    const totalLength = packet.uint16(2);
    return totalLength === 0 || (totalLength >= headerLength && totalLength <= left);
  }
  return version === 6 && (!packet.has(6) || packet.uint16(4) + 40 <= left);
}

function isPossibleEthernet(packet: PacketCursor, offset: number): boolean {
  const etherType = packet.uint16(offset + 12);
  if (isVlanTag(etherType)) return true;
  const header = etherTypeHeader(etherType);
  if (header !== 'ip') return header !== undefined;
  if (!packet.has(offset + ethernetLength + 1)) return true;
  const version = packet.uint8(offset + ethernetLength) >> 4;
  return version === 4 || version === 6;
}
