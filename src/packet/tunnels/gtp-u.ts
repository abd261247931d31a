import type { Header, Stop } from '../header.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** Version 1 of GTP, not GTP'. */
const versionAndType = 0x30;
const versionAndTypeBits = 0xf0;
const userPacket = 255;
/** Any of these flags adds a sequence number, an N-PDU number and the type of an extension header, four bytes. */
const optionalFlags = 0x07;
const extensionFlag = 0x04;

/** 3GPP TS 29.281, section 5. */
export function behindGtpU(packet: PacketCursor): Header | Stop {
  if (!packet.has(8)) return 'too_short';
  const flags = packet.uint8(0);
  // The bit beside the flags is spare.
  if ((flags & versionAndTypeBits) !== versionAndType || packet.uint8(1) !== userPacket) return 'not_tcp';
  const hasOptional = (flags & optionalFlags) !== 0;
  packet.at += 8;
  if (!hasOptional) return 'ip';
  if (!packet.has(4)) return 'too_short';
  let next = (flags & extensionFlag) === 0 ? 0 : packet.uint8(3);
  packet.at += 4;
  while (next !== 0) {
    if (!packet.has(1)) return 'too_short';
    const length = packet.uint8(0) * 4;
    if (length === 0) return 'malformed';
    if (!packet.has(length)) return 'too_short';
    next = packet.uint8(length - 1);
    packet.at += length;
  }
  return 'ip';
}
