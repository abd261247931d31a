import { kernelUint16, kernelUint32, uint8, uint16 } from '../../bytes/integers.ts';
import type { Writable } from '../../bytes/writable.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { type Frame, type FrameSink, LinkType, type PacketDirection } from '../frame.ts';
import type { PacketTaker } from './tpacket-ring.ts';

/** Offsets in `struct tpacket3_hdr` and, from 48 on, in the `struct sockaddr_ll` behind it (linux/if_packet.h). */
const SECONDS = 4;
const NANOSECONDS = 8;
const CAPTURED_LENGTH = 12;
const WIRE_LENGTH = 16;
const MAC_OFFSET = 24;
const NETWORK_OFFSET = 26;
const PROTOCOL = 50;
const HARDWARE_TYPE = 56;
const PACKET_TYPE = 58;

const ARPHRD_LOOPBACK = 772;
const PACKET_OTHERHOST = 3;
const PACKET_OUTGOING = 4;

const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;
const ETH_P_8021Q = 0x8100;
const ETH_P_8021AD = 0x88a8;
const VLAN_TAG_LENGTH = 4;
const MAX_VLAN_TAGS = 2;

/**
 * Makes frames out of the packets of a cooked (SOCK_DGRAM) TPACKET_V3 ring. The kernel has removed the link layer, so that every frame
 * begins with its IP header whatever the device. The one frame object is used again for every packet. A packet socket also sees what a
 * bridge floods to everybody: packets of other pods, perhaps of another namespace. They are not this pod's to log, unless `keepsOtherHosts`.
 */
export function createPacketTaker(counters: Counters, sink: FrameSink, keepsOtherHosts = false): PacketTaker {
  const frame: Writable<Frame> = {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    wireLength: 0,
    time: 0,
    linkType: LinkType.raw,
    direction: undefined,
  };

  return (bytes, header, limit) => {
    counters.frames_received += 1;
    const packetType = uint8(bytes, header + PACKET_TYPE);
    const loopback = kernelUint16(bytes, header + HARDWARE_TYPE) === ARPHRD_LOOPBACK;
    if (loopback && packetType === PACKET_OUTGOING) {
      counters.frames_skipped_loopback_copy += 1;
      return;
    }
    if (packetType === PACKET_OTHERHOST && !keepsOtherHosts) {
      counters.frames_skipped_other_host += 1;
      return;
    }
    const network = kernelUint16(bytes, header + NETWORK_OFFSET);
    const start = header + network;
    const end = header + kernelUint16(bytes, header + MAC_OFFSET) + kernelUint32(bytes, header + CAPTURED_LENGTH);
    if (start > end || end > limit) {
      counters.frames_skipped_malformed += 1;
      return;
    }
    const ip = findIpHeader(bytes, start, end, uint16(bytes, header + PROTOCOL));
    if (ip === undefined) {
      counters.frames_skipped_not_ip += 1;
      return;
    }
    frame.bytes = bytes;
    frame.start = ip;
    frame.end = end;
    frame.wireLength = Math.max(kernelUint32(bytes, header + WIRE_LENGTH) - (ip - start), end - ip);
    frame.time =
      kernelUint32(bytes, header + SECONDS) * 1e6 + Math.floor(kernelUint32(bytes, header + NANOSECONDS) / 1000);
    frame.direction = loopback ? undefined : directionOf(packetType);
    sink.frame(frame);
  };
}

function directionOf(packetType: number): PacketDirection {
  if (packetType === PACKET_OUTGOING) return 'out';
  return packetType < PACKET_OTHERHOST ? 'in' : undefined;
}

/**
 * Where the IP header begins, behind VLAN tags that are still in the packet. Kernels differ here: with a tag in place the protocol may
 * be the tag's or already the one behind it, and with the tag's protocol the tag itself may be gone. So the bytes decide.
 */
export function findIpHeader(bytes: Buffer, start: number, end: number, protocol: number): number | undefined {
  const untagged = protocol === ETH_P_IP || protocol === ETH_P_IPV6;
  if (untagged && isIpHeader(bytes, start, end, protocol)) return start;
  if (!untagged && !isVlanTag(protocol)) return undefined;
  let at = start;
  for (let tags = 0; tags < MAX_VLAN_TAGS && at + VLAN_TAG_LENGTH <= end; tags += 1) {
    const inner = uint16(bytes, at + 2);
    at += VLAN_TAG_LENGTH;
    if (isIpHeader(bytes, at, end, inner)) return at;
    if (!isVlanTag(inner)) break;
  }
  // An IP packet that is damaged is handed on all the same: the decoder counts it.
  if (untagged) return start;
  return isIpHeader(bytes, start, end, ETH_P_IP) || isIpHeader(bytes, start, end, ETH_P_IPV6) ? start : undefined;
}

function isVlanTag(protocol: number): boolean {
  return protocol === ETH_P_8021Q || protocol === ETH_P_8021AD;
}

function isIpHeader(bytes: Buffer, at: number, end: number, protocol: number): boolean {
  if (at >= end) return false;
  const first = uint8(bytes, at);
  if (protocol === ETH_P_IP) return first >= 0x45 && first <= 0x4f;
  return protocol === ETH_P_IPV6 && first >>> 4 === 6;
}
