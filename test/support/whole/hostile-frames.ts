import { fragmentIpv4, fragmentIpv6, ipPacket, tcpPacket } from '../packet/packets.ts';
import { address, type HostileTable, times } from './hostile-peer.ts';

const v4 = { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: 40_000, destinationPort: 80, sequence: 1 };
const v6 = { ...v4, source: '2001:db8::1', destination: '2001:db8::2' };
const pieces = fragmentIpv4(tcpPacket({ ...v4, payload: 'x'.repeat(900) }), 8);
const identified = (fragment: Buffer, identification: number) => {
  const copy = Buffer.from(fragment);
  copy.writeUInt16BE(identification & 0xffff, 4);
  return copy;
};
const tunnels = (depth: number, inner: Buffer): Buffer =>
  depth === 0
    ? inner
    : tunnels(depth - 1, ipPacket({ source: '10.9.0.1', destination: '10.9.0.2', protocol: 4, payload: inner }));

export const hostileFrames: HostileTable = {
  'fragments that never become whole': (peer, count) =>
    times(count, (index) => peer.packet(identified(pieces[1] as Buffer, index))),
  'many fragments of a packet that never becomes whole': (peer, count) =>
    times(count, (index) => peer.packet(identified(pieces[1 + (index % 100)] as Buffer, Math.trunc(index / 100)))),
  'the same fragment again': (peer, count) => {
    times(100, (index) => peer.packet(identified(pieces[1 + index] as Buffer, 7)));
    times(count, () => peer.packet(identified(pieces[100] as Buffer, 7)));
  },
  'fragments that overlap': (peer, count) =>
    times(count, (index) => {
      const fragment = identified(pieces[1 + (index & 1)] as Buffer, index >> 1);
      fragment.writeUInt16BE(0x2001, 6);
      peer.packet(fragment);
    }),
  'packets in many fragments': (peer, count) => {
    const all = fragmentIpv6(tcpPacket({ ...v6, payload: 'x'.repeat(900) }), 8, 1);
    times(Math.trunc(count / all.length), () => {
      for (const fragment of all) peer.packet(fragment);
    });
  },
  'tunnels in tunnels': (peer, count) => {
    const deep = tunnels(30, tcpPacket({ ...v4, payload: 'x' }));
    times(count, () => peer.packet(deep));
  },
  'connections in tunnels': (peer, count) =>
    times(count, (index) => peer.packet(tunnels(3, tcpPacket({ ...v4, source: address(index), payload: 'x' })))),
  'extension headers': (peer, count) => {
    const extensions = Array.from({ length: 150 }, () => ({ type: 60 }));
    const long = tcpPacket({ ...v6, ip: { extensions }, payload: 'x' });
    times(count, () => peer.packet(long));
  },
};
