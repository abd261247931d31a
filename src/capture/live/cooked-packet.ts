import { kernelUint16, kernelUint32, uint8, uint16 } from '../../bytes/integers.ts';
import type { Writable } from '../../bytes/writable.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { type Frame, type FrameSink, LinkType, type PacketDirection } from '../frame.ts';
import type { PacketTaker } from './tpacket-ring.ts';

/** Offsets in `struct tpacket3_hdr` and, from 48 on, in the `struct sockaddr_ll` behind it (linux/if_packet.h). */
const seconds = 4;
const nanoseconds = 8;
const capturedLength = 12;
const wireLength = 16;
const macOffset = 24;
const networkOffset = 26;
const protocolOffset = 50;
const hardwareType = 56;
const packetTypeOffset = 58;

const arphrdLoopback = 772;
const packetOtherhost = 3;
const packetOutgoing = 4;

const ethPIp = 0x0800;
const ethPIpv6 = 0x86dd;
const ethP8021q = 0x8100;
const ethP8021ad = 0x88a8;
/** Protocols that only tunnels have, as the link types of frames that begin with their headers. */
const tunnelLinkTypes: ReadonlyMap<number, number> = new Map([
  [0x8847, LinkType.mpls],
  [0x8848, LinkType.mpls],
  [0x8864, LinkType.pppoe],
]);
const vlanTagLength = 4;
const maxVlanTags = 2;

/** What is handed on beside IP packets of this host: packets to other hosts, and tunnels that are no IP packets. */
export type KeptPackets = { readonly otherHosts?: boolean; readonly tunnels?: boolean };

/**
 * Makes frames out of the packets of a cooked (SOCK_DGRAM) TPACKET_V3 ring. The kernel has removed the link layer, so
 * that every frame begins with its IP header whatever the device. The one frame object is used again for every packet.
 * A packet socket also sees what a bridge floods to all of its ports: packets of other pods, perhaps of another
 * namespace. They are not this pod's to log, unless they are `kept`.
 */
export function createPacketTaker(counters: Counters, sink: FrameSink, kept: KeptPackets = {}): PacketTaker {
  const { otherHosts = false, tunnels = false } = kept;
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
    counters.frames_received++;
    const packetType = uint8(bytes, header + packetTypeOffset);
    const loopback = kernelUint16(bytes, header + hardwareType) === arphrdLoopback;
    if (loopback && packetType === packetOutgoing) {
      counters.frames_skipped_loopback_copy++;
      return;
    }
    if (packetType === packetOtherhost && !otherHosts) {
      counters.frames_skipped_other_host++;
      return;
    }
    const network = kernelUint16(bytes, header + networkOffset);
    frame.bytes = bytes;
    frame.start = header + network;
    frame.end = header + kernelUint16(bytes, header + macOffset) + kernelUint32(bytes, header + capturedLength);
    if (frame.start > frame.end || frame.end > limit) {
      counters.frames_skipped_malformed++;
      return;
    }
    const protocol = uint16(bytes, header + protocolOffset);
    const tunnel = tunnels ? tunnelLinkTypes.get(protocol) : undefined;
    frame.linkType = tunnel ?? LinkType.raw;
    const ip = tunnel === undefined ? findIpHeader(frame, protocol) : frame.start;
    if (ip === undefined) {
      counters.frames_skipped_not_ip++;
      return;
    }
    const removed = ip - frame.start;
    frame.start = ip;
    frame.wireLength = Math.max(kernelUint32(bytes, header + wireLength) - removed, frame.end - ip);
    frame.time =
      kernelUint32(bytes, header + seconds) * 1e6 + Math.floor(kernelUint32(bytes, header + nanoseconds) / 1000);
    frame.direction = loopback ? undefined : directionOf(packetType);
    sink.frame(frame);
  };
}

function directionOf(packetType: number): PacketDirection {
  if (packetType === packetOutgoing) return 'out';
  return packetType < packetOtherhost ? 'in' : undefined;
}

type PacketBytes = Pick<Frame, 'bytes' | 'start' | 'end'>;

/**
 * Where the IP header begins, behind VLAN tags that are still in the packet. Kernels differ here: with a tag in place
 * the protocol may be the tag's or already the one behind it, and with the tag's protocol the tag itself may be gone.
 * So the bytes decide.
 */
function findIpHeader(packet: PacketBytes, protocol: number): number | undefined {
  const { bytes, start, end } = packet;
  const untagged = protocol === ethPIp || protocol === ethPIpv6;
  if (untagged && isIpHeader(packet, start, protocol)) return start;
  if (!untagged && !isVlanTag(protocol)) return undefined;
  let at = start;
  for (let tags = 0; tags < maxVlanTags && at + vlanTagLength <= end; tags++) {
    const inner = uint16(bytes, at + 2);
    at += vlanTagLength;
    if (isIpHeader(packet, at, inner)) return at;
    if (!isVlanTag(inner)) break;
  }
  // An IP packet that is damaged is handed on all the same: the decoder counts it.
  if (untagged) return start;
  return isIpHeader(packet, start, ethPIp) || isIpHeader(packet, start, ethPIpv6) ? start : undefined;
}

function isVlanTag(protocol: number): boolean {
  return protocol === ethP8021q || protocol === ethP8021ad;
}

function isIpHeader({ bytes, end }: PacketBytes, at: number, protocol: number): boolean {
  if (at >= end) return false;
  const first = uint8(bytes, at);
  if (protocol === ethPIp) return first >= 0x45 && first <= 0x4f;
  return protocol === ethPIpv6 && first >>> 4 === 6;
}
