import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../../src/capture/frame.ts';
import { createPacketTaker, type KeptPackets } from '../../../src/capture/live/cooked-packet.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';
import { type RingPacket, writePacket } from '../../support/capture/ring-block.ts';

const packetStart = 64;
const limit = 1024;
const loopback = 772;

const ipv4 = Buffer.from('45000028000000004006000001020304050607080050c0000000000000000000500000000000000', 'hex');
const ipv6 = Buffer.concat([Buffer.from('6000000000140640', 'hex'), Buffer.alloc(52)]);

function take(packet: RingPacket, damage: (memory: Buffer) => void = () => {}, kept: KeptPackets = {}) {
  const counters = createCounters();
  const frames: (Frame & { packet: string })[] = [];
  const memory = Buffer.alloc(limit + 64);
  writePacket(memory, packetStart, packet);
  damage(memory);
  const sink = {
    frame: (frame: Frame) => frames.push({ ...frame, packet: frame.bytes.toString('hex', frame.start, frame.end) }),
    tick: () => assert.fail('the taker has no clock'),
  };
  createPacketTaker(counters, sink, kept)(memory, packetStart, limit);
  assert.equal(counters.frames_received, 1);
  const { frames_skipped_loopback_copy, frames_skipped_malformed, frames_skipped_not_ip } = counters;
  const { frames_skipped_other_host } = counters;
  const skipped =
    frames_skipped_loopback_copy + frames_skipped_malformed + frames_skipped_not_ip + frames_skipped_other_host;
  assert.equal(frames.length + skipped, 1, 'a packet is either handed on or counted as skipped');
  return { frame: frames[0], counters };
}

test('a packet becomes a raw IP frame with its time in microseconds', () => {
  const { frame } = take({ bytes: ipv4, seconds: 1_795_479_758, nanoseconds: 123_456_789 });
  assert.equal(frame?.packet, ipv4.toString('hex'));
  assert.equal(frame.linkType, 101);
  assert.equal(frame.time, 1_795_479_758_123_456);
  assert.equal(frame.wireLength, ipv4.length);
  assert.equal(frame.direction, 'in');
});

test('IPv6 packets are handed on like IPv4 packets', () => {
  assert.equal(take({ bytes: ipv6, protocol: 0x86dd }).frame?.packet, ipv6.toString('hex'));
});

test('a packet that was cut keeps its length on the wire', () => {
  assert.equal(take({ bytes: ipv4, wireLength: 1500 }).frame?.wireLength, 1500);
});

test('the direction follows the packet type', () => {
  const direction = (packetType: number) => take({ bytes: ipv4, packetType }).frame?.direction;
  assert.deepEqual([0, 1, 2, 4].map(direction), ['in', 'in', 'in', 'out']);
});

test('frames that begin with the header of a tunnel are handed on where tunnels are wanted', () => {
  for (const [protocol, linkType] of [
    [0x8847, 219],
    [0x8848, 219],
    [0x8864, 51],
  ] as const) {
    const labelled = { bytes: Buffer.concat([Buffer.from([0, 0, 0x11, 64]), ipv4]), protocol };
    const { frame } = take(labelled, () => {}, { tunnels: true });
    assert.equal(frame?.linkType, linkType);
    assert.equal(frame.packet, labelled.bytes.toString('hex'));
    assert.equal(take(labelled).counters.frames_skipped_not_ip, 1);
    assert.equal(take({ bytes: ipv4 }, () => {}, { tunnels: true }).frame?.linkType, 101);
  }
});

test('packets to other hosts are left out and counted, unless they are wanted', () => {
  const overheard = { bytes: ipv4, packetType: 3 };
  const { frame, counters } = take(overheard);
  assert.equal(frame, undefined);
  assert.equal(counters.frames_skipped_other_host, 1);
  const wanted = take(overheard, () => {}, { otherHosts: true });
  assert.equal(wanted.frame?.packet, ipv4.toString('hex'));
  assert.equal(wanted.frame.direction, undefined);
  assert.equal(wanted.counters.frames_skipped_other_host, 0);
});

test('of the two copies on loopback only the incoming one is handed on, without a direction', () => {
  const outgoing = take({ bytes: ipv4, packetType: 4, hardwareType: loopback });
  assert.equal(outgoing.frame, undefined);
  assert.equal(outgoing.counters.frames_skipped_loopback_copy, 1);
  const incoming = take({ bytes: ipv4, packetType: 0, hardwareType: loopback });
  assert.ok(incoming.frame);
  assert.equal(incoming.frame.direction, undefined);
});

test('packets that are not IP are counted and left alone', () => {
  const { frame, counters } = take({ bytes: Buffer.alloc(28), protocol: 0x0806 });
  assert.equal(frame, undefined);
  assert.equal(counters.frames_skipped_not_ip, 1);
});

test('VLAN tags that are still in front of the IP header are stepped over', () => {
  const tag = (inner: number) => Buffer.from([0x40, 0x07, inner >> 8, inner & 0xff]);
  const one = take({ bytes: Buffer.concat([tag(0x0800), ipv4]), protocol: 0x8100, wireLength: 5000 });
  assert.equal(one.frame?.packet, ipv4.toString('hex'));
  assert.equal(one.frame.wireLength, 4996);
  const two = take({ bytes: Buffer.concat([tag(0x8100), tag(0x86dd), ipv6]), protocol: 0x88a8 });
  assert.equal(two.frame?.packet, ipv6.toString('hex'));
  const announced = take({ bytes: Buffer.concat([tag(0x0800), ipv4]), protocol: 0x0800 });
  assert.equal(announced.frame?.packet, ipv4.toString('hex'), 'a kernel may already give the protocol behind the tag');
});

test('a VLAN protocol without a tag in the packet is believed to the bytes', () => {
  assert.equal(take({ bytes: ipv4, protocol: 0x8100 }).frame?.packet, ipv4.toString('hex'));
  const { counters } = take({ bytes: Buffer.from([0, 7, 0x08, 0x06, 0, 1]), protocol: 0x8100 });
  assert.equal(counters.frames_skipped_not_ip, 1);
});

test('an IP packet that is damaged or empty is handed on for the decoder to count', () => {
  assert.equal(take({ bytes: Buffer.from('00', 'hex') }).frame?.packet, '00');
  assert.equal(take({ bytes: Buffer.alloc(0) }).frame?.packet, '');
});

test('a packet that would lie outside of its block is counted as malformed', () => {
  const beyond = take({ bytes: ipv4 }, (memory) => memory.writeUInt32LE(0x7fff_ffff, packetStart + 12));
  assert.equal(beyond.counters.frames_skipped_malformed, 1);
  const backwards = take({ bytes: ipv4 }, (memory) => memory.writeUInt16LE(0xffff, packetStart + 26));
  assert.equal(backwards.counters.frames_skipped_malformed, 1);
});

test('garbage in a packet header never throws and never makes a frame outside of the block', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 68, maxLength: 68 }), fc.uint8Array({ maxLength: 300 }), (header, bytes) => {
      const { frame } = take({ bytes: Buffer.from(bytes) }, (memory) => memory.set(header, packetStart));
      if (frame !== undefined) assert.ok(frame.start >= packetStart && frame.start <= frame.end && frame.end <= limit);
    }),
    { numRuns: 2000 },
  );
});

test('damage to single fields of a packet header never throws and never makes a frame outside of the block', () => {
  const field = fc.constantFrom(12, 16, 24, 26, 48, 50, 56, 58);
  fc.assert(
    fc.property(field, fc.nat(0xffff), fc.nat(300), (offset, value, length) => {
      const { frame } = take({ bytes: Buffer.alloc(length, 0x45) }, (memory) =>
        memory.writeUInt16LE(value, packetStart + offset),
      );
      if (frame !== undefined) assert.ok(frame.start >= packetStart && frame.start <= frame.end && frame.end <= limit);
    }),
    { numRuns: 2000 },
  );
});
