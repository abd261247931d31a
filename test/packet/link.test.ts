import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { ethernet, linkHeaders, linuxCooked, linuxCooked2, nullLoopback } from '../support/packet/link-headers.ts';
import { tcpPacket } from '../support/packet/packets.ts';

const ports = { sourcePort: 40000, destinationPort: 80, sequence: 1, payload: 'hello' };
const ipv4 = tcpPacket({ source: '10.0.0.1', destination: '10.0.0.2', ...ports });
const ipv6 = tcpPacket({ source: '2001:db8::1', destination: '2001:db8::2', ...ports });

for (const [linkType, header] of linkHeaders) {
  test(`link type ${linkType} leads to the same segment, of IPv4 and IPv6`, () => {
    for (const packet of [ipv4, ipv6]) {
      const { only, counted } = new DecodedSegments().frame(header(packet), { linkType }).assertConserved();
      assert.equal(only.payload, 'hello');
      assert.equal(only.sourcePort, 40000);
      assert.equal(only.truncatedBytes, 0);
      assert.deepEqual(counted, []);
    }
  });
}

test('VLAN tags are stepped over, as many as there are', () => {
  const tags = [
    [{ id: 5 }],
    [{ id: 5, type: 0x88a8 }, { id: 6 }],
    [{ id: 1, type: 0x9100 }, { id: 2, type: 0x88a8 }, { id: 3 }],
  ];
  for (const each of tags) {
    for (const packet of [ipv4, ipv6]) {
      const frame = ethernet(packet, each);
      assert.equal(new DecodedSegments().frame(frame, { linkType: LinkType.ethernet }).only.payload, 'hello');
    }
  }
});

/** Puts a VLAN tag where cooked headers have it: behind the header, whose protocol field then names the tag. */
function tagged(cooked: Buffer, protocolAt: number, headerLength: number): Buffer {
  const etherType = cooked.subarray(protocolAt, protocolAt + 2);
  const header = Buffer.from(cooked.subarray(0, headerLength));
  header.writeUInt16BE(0x8100, protocolAt);
  return Buffer.concat([header, Buffer.from([0, 7]), etherType, cooked.subarray(headerLength)]);
}

test('VLAN tags behind cooked headers are stepped over', () => {
  for (const packet of [ipv4, ipv6]) {
    const first = tagged(linuxCooked(packet), 14, 16);
    assert.equal(new DecodedSegments().frame(first, { linkType: LinkType.linuxCooked }).only.payload, 'hello');
    const second = tagged(linuxCooked2(packet), 0, 20);
    assert.equal(new DecodedSegments().frame(second, { linkType: LinkType.linuxCooked2 }).only.payload, 'hello');
  }
});

test('the null header is read in both byte orders', () => {
  for (const byteOrder of ['little', 'big'] as const) {
    for (const packet of [ipv4, ipv6]) {
      const frame = nullLoopback(packet, byteOrder);
      assert.equal(new DecodedSegments().frame(frame, { linkType: LinkType.null }).only.payload, 'hello');
    }
  }
});

const directionOfType = ['in', 'in', 'in', undefined, 'out'] as const;

test('the packet type of cooked headers tells the direction, except between other hosts', () => {
  directionOfType.forEach((direction, packetType) => {
    const first = linuxCooked(ipv4);
    first.writeUInt16BE(packetType, 0);
    assert.equal(new DecodedSegments().frame(first, { linkType: LinkType.linuxCooked }).only.direction, direction);
    const second = linuxCooked2(ipv4);
    second.writeUInt8(packetType, 10);
    assert.equal(new DecodedSegments().frame(second, { linkType: LinkType.linuxCooked2 }).only.direction, direction);
  });
});

test('what the capture source says of the direction wins', () => {
  const frame = linuxCooked(ipv4, true);
  assert.equal(
    new DecodedSegments().frame(frame, { linkType: LinkType.linuxCooked, direction: 'in' }).only.direction,
    'in',
  );
  assert.equal(new DecodedSegments().frame(ethernet(ipv4), { linkType: LinkType.ethernet }).only.direction, undefined);
});

test('other link types, and other protocols on known ones, are counted', () => {
  assert.deepEqual(new DecodedSegments().frame(ipv4, { linkType: 147 }).assertConserved().counted, [
    'frames_skipped_link_type',
  ]);
  const arp = ethernet(ipv4);
  arp.writeUInt16BE(0x0806, 12);
  const lengthField = ethernet(ipv4);
  lengthField.writeUInt16BE(46, 12);
  for (const frame of [arp, lengthField]) {
    const decoded = new DecodedSegments().frame(frame, { linkType: LinkType.ethernet }).assertConserved();
    assert.deepEqual(decoded.counted, ['frames_skipped_not_ip']);
  }
  const cooked = linuxCooked2(ipv4);
  cooked.writeUInt16BE(0x0806, 0);
  assert.deepEqual(new DecodedSegments().frame(cooked, { linkType: LinkType.linuxCooked2 }).counted, [
    'frames_skipped_not_ip',
  ]);
  const strange = Buffer.from(ipv4);
  strange.writeUInt8(0x55, 0);
  assert.deepEqual(new DecodedSegments().frame(strange).assertConserved().counted, ['frames_skipped_not_ip']);
});

test('tags without end are too short, not endless', () => {
  const tags = Array.from({ length: 400 }, () => ({ id: 1 }));
  const frame = ethernet(ipv4, tags).subarray(0, 1000);
  assert.deepEqual(new DecodedSegments().frame(frame, { linkType: LinkType.ethernet }).counted, [
    'frames_skipped_malformed',
  ]);
});
