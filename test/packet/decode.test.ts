import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { ethernet, linkHeaders } from '../support/packet/link-headers.ts';
import {
  fragmentIpv4,
  fragmentIpv6,
  ipPacket,
  type TcpFields,
  tcpPacket,
  tcpSegment,
  udpPacket,
} from '../support/packet/packets.ts';

const v4 = { source: '10.0.0.1', destination: '10.0.0.2' };
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const fields = {
  sourcePort: 40000,
  destinationPort: 80,
  sequence: 0xfffffffe,
  acknowledgment: 7,
  flags: 'PA',
  payload: 'hello',
};

function decodedIpv4(change: (packet: Buffer) => void, more: Partial<TcpFields> = {}): DecodedSegments {
  const packet = tcpPacket({ ...v4, ...fields, ...more });
  change(packet);
  return new DecodedSegments().frame(packet).assertConserved();
}

function decodedIpv6(change: (packet: Buffer) => void, more: Partial<TcpFields> = {}): DecodedSegments {
  const packet = tcpPacket({ ...v6, ...fields, ...more });
  change(packet);
  return new DecodedSegments().frame(packet).assertConserved();
}

test('every field of a segment is read', () => {
  const { only } = new DecodedSegments().frame(tcpPacket({ ...v4, ...fields }), { time: 12, direction: 'out' });
  assert.deepEqual(only, {
    source: '0a000001',
    destination: '0a000002',
    sourcePort: 40000,
    destinationPort: 80,
    sequence: -2,
    acknowledgment: 7,
    flags: 0x18,
    truncatedBytes: 0,
    time: 12,
    direction: 'out',
    payload: 'hello',
  });
  assert.equal(
    new DecodedSegments().frame(tcpPacket({ ...v6, ...fields })).only.source,
    '20010db8000000000000000000000001',
  );
});

test('options of IPv4 and TCP are stepped over, up to their largest size', () => {
  for (let length = 0; length <= 40; length += 4) {
    const options = Buffer.alloc(length, 1);
    assert.equal(decodedIpv4(() => {}, { options, ip: { options } }).only.payload, 'hello');
    assert.equal(decodedIpv6(() => {}, { options }).only.payload, 'hello');
  }
});

test('Ethernet padding is not payload', () => {
  const packet = tcpPacket({ ...v4, ...fields, payload: '' });
  const decoded = new DecodedSegments().frame(ethernet(packet), { linkType: LinkType.ethernet });
  assert.equal(decoded.only.payload, '');
  assert.equal(decoded.counters.payload_bytes_received, 0);
});

test('a total length of 0 means all that the packet has', () => {
  const packet = tcpPacket({ ...v4, ...fields, payload: 'x'.repeat(3000), ip: { totalLength: 0 } });
  assert.equal(new DecodedSegments().frame(packet).only.payload.length, 3000);
  const cut = new DecodedSegments().frame(packet, { captured: 1040 }).only;
  assert.equal(cut.payload.length, 1000);
  assert.equal(cut.truncatedBytes, 2000);
});

test('an IPv6 payload length of 0 means all that the packet has, behind a jumbo option too', () => {
  assert.equal(decodedIpv6((packet) => packet.writeUInt16BE(0, 4)).only.payload, 'hello');
  const body = Buffer.from([0xc2, 4, 0, 0, 0, 100]);
  const jumbo = decodedIpv6((packet) => packet.writeUInt16BE(0, 4), { ip: { extensions: [{ type: 0, body }] } });
  assert.equal(jumbo.only.payload, 'hello');
  const packet = tcpPacket({ ...v6, ...fields });
  packet.writeUInt16BE(0, 4);
  assert.equal(new DecodedSegments().frame(packet, { captured: packet.length - 2 }).only.truncatedBytes, 2);
});

test('lengths that contradict each other are malformed', () => {
  const malformed = ['frames_skipped_malformed'];
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt8(0x44, 0)).counted, malformed);
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt16BE(19, 2)).counted, malformed);
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt16BE(39, 2)).counted, malformed);
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt8(0x4f, 0)).counted, malformed);
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt8(0x40, 32)).counted, malformed);
  assert.deepEqual(decodedIpv4((packet) => packet.writeUInt8(0xf0, 32)).counted, malformed);
  assert.deepEqual(decodedIpv6((packet) => packet.writeUInt16BE(19, 4)).counted, malformed);
  assert.deepEqual(decodedIpv6((packet) => packet.writeUInt8(0x40, 52)).counted, malformed);
  const overlong = (packet: Buffer) => packet.writeUInt8(200, 41);
  assert.deepEqual(decodedIpv6(overlong, { ip: { extensions: [{ type: 60 }] } }).counted, malformed);
  const packet = tcpPacket({ ...v4, ...fields });
  assert.deepEqual(new DecodedSegments().frame(packet.subarray(0, 19)).counted, malformed);
  assert.deepEqual(new DecodedSegments().frame(Buffer.alloc(0)).counted, malformed);
  assert.deepEqual(new DecodedSegments().frame(tcpPacket({ ...v6, ...fields }).subarray(0, 39)).counted, malformed);
});

test('no packet has more than was on the wire, whatever its IP header says', () => {
  for (const [packet, lengthField] of [
    [tcpPacket({ ...v4, ...fields }), 2],
    [tcpPacket({ ...v6, ...fields }), 4],
  ] as const) {
    packet.writeUInt16BE(packet.readUInt16BE(lengthField) + 10, lengthField);
    const whole = new DecodedSegments().frame(packet).assertConserved().only;
    assert.deepEqual([whole.payload, whole.truncatedBytes], ['hello', 0]);
    const cut = new DecodedSegments().frame(packet, { captured: packet.length - 2 }).assertConserved().only;
    assert.deepEqual([cut.payload, cut.truncatedBytes], ['hel', 2]);
    const inHeader = new DecodedSegments().frame(packet.subarray(0, packet.length - 10)).assertConserved();
    assert.deepEqual(inHeader.counted, ['frames_skipped_malformed']);
  }
});

test('extension headers of IPv6 are stepped over, however many', () => {
  const extension = (type: number, length: number) => ({ type, body: Buffer.alloc(length) });
  const chains = [
    [extension(0, 6)],
    [extension(60, 14), extension(43, 22), extension(60, 6)],
    Array.from({ length: 20 }, () => extension(60, 6)),
  ];
  for (const extensions of chains) assert.equal(decodedIpv6(() => {}, { ip: { extensions } }).only.payload, 'hello');
});

/** A packet with an authentication header of 24 bytes before TCP, or one that says something else of itself. */
function authenticated(addresses: typeof v4, next = 6, lengthField = 4): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt8(next, 0);
  header.writeUInt8(lengthField, 1);
  const payload = Buffer.concat([header, tcpSegment({ ...addresses, ...fields })]);
  return ipPacket({ ...addresses, protocol: 51, payload });
}

test('an authentication header is stepped over; it counts in words of 4 bytes', () => {
  for (const addresses of [v4, v6]) {
    const packet = authenticated(addresses);
    assert.equal(new DecodedSegments().frame(packet).assertConserved().only.payload, 'hello');
    for (let captured = 0; captured < packet.length - fields.payload.length; captured++) {
      const cut = new DecodedSegments().frame(packet, { captured }).assertConserved();
      assert.deepEqual(cut.counted, ['frames_skipped_truncated'], `${captured}`);
    }
    const overlong = new DecodedSegments().frame(authenticated(addresses, 6, 255)).assertConserved();
    assert.deepEqual(overlong.counted, ['frames_skipped_malformed']);
    const tunnel = new DecodedSegments().frame(authenticated(addresses, 4)).assertConserved();
    assert.deepEqual(tunnel.counted, ['frames_skipped_not_tcp']);
  }
});

test('IPv4 fragments behind an authentication header are left alone', () => {
  const payload = Buffer.alloc(100, 6);
  const decoded = new DecodedSegments();
  for (const fragment of fragmentIpv4(ipPacket({ ...v4, protocol: 51, payload }), 64)) decoded.frame(fragment);
  assert.deepEqual(decoded.assertConserved().counted, ['frames_skipped_not_tcp']);
});

test('a fragment header on a whole packet is stepped over', () => {
  const [atomic] = fragmentIpv6(tcpPacket({ ...v6, ...fields }), 4096, 1);
  const decoded = new DecodedSegments().frame(atomic as Buffer).assertConserved();
  assert.equal(decoded.only.payload, 'hello');
  assert.equal(decoded.counters.fragments_received, 0);
});

test('other protocols are not TCP, in fragments and behind extension headers too', () => {
  const notTcp = ['frames_skipped_not_tcp'];
  for (const { source, destination } of [v4, v6]) {
    assert.deepEqual(new DecodedSegments().frame(udpPacket(source, destination, 'x')).counted, notTcp);
  }
  const [first, second] = fragmentIpv6(udpPacket(v6.source, v6.destination, 'x'.repeat(100)), 64, 1) as [
    Buffer,
    Buffer,
  ];
  assert.deepEqual(new DecodedSegments().frame(first).frame(second).assertConserved().counted, notTcp);
  const fragments = fragmentIpv4(udpPacket(v4.source, v4.destination, 'x'.repeat(100)), 64);
  const decoded = new DecodedSegments();
  for (const fragment of fragments) decoded.frame(fragment);
  assert.deepEqual(decoded.assertConserved().counted, notTcp);
  assert.deepEqual(decodedIpv6((packet) => packet.writeUInt8(59, 6)).counted, notTcp);
});

test("don't-fragment and the reserved bit make no fragment", () => {
  for (const bits of [0x4000, 0x8000, 0xc000]) {
    assert.equal(decodedIpv4((packet) => packet.writeUInt16BE(bits, 6)).only.payload, 'hello');
  }
});

for (const [linkType, header] of linkHeaders) {
  test(`a frame of link type ${linkType} cut anywhere is a segment that misses bytes, or is truncated`, () => {
    const options = Buffer.alloc(8, 1);
    const extensions = [{ type: 0 }, { type: 60, body: Buffer.alloc(14) }];
    for (const addresses of [v4, v6]) {
      const ip = addresses === v4 ? { options } : { extensions };
      const payload = 'a payload that is long enough to be cut in many places';
      const frame = header(tcpPacket({ ...addresses, ...fields, payload, options, ip }));
      const headers = frame.length - payload.length;
      for (let captured = 0; captured < frame.length; captured++) {
        const decoded = new DecodedSegments().frame(frame, { linkType, captured }).assertConserved();
        if (captured < headers) assert.deepEqual(decoded.counted, ['frames_skipped_truncated'], `${captured}`);
        else {
          assert.equal(decoded.only.payload, payload.slice(0, captured - headers));
          assert.equal(decoded.only.truncatedBytes, frame.length - captured);
        }
      }
    }
  });
}

test('what the snap length leaves of Ethernet padding is no payload', () => {
  const frame = ethernet(tcpPacket({ ...v4, ...fields, payload: '' }));
  for (let captured = 54; captured < 60; captured++) {
    const { only } = new DecodedSegments().frame(frame, { linkType: LinkType.ethernet, captured });
    assert.deepEqual([only.payload, only.truncatedBytes], ['', 0]);
  }
});
