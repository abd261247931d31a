import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinkType } from '../../src/capture/frame.ts';
import { maxTunnels } from '../../src/packet/decode.ts';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { encapsulations, inFragments, inTunnels, labelled, pppoe } from '../support/packet/encapsulations.ts';
import { ethernet } from '../support/packet/link-headers.ts';
import { ipPacket, tcpPacket, udpPacket } from '../support/packet/packets.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom, type Random, randomInteger } from '../support/program/random.ts';

const v4 = { source: '10.0.0.1', destination: '10.0.0.2' };
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const fields = { sourcePort: 40000, destinationPort: 80, sequence: 1, payload: 'x'.repeat(120) };
const packets = [tcpPacket({ ...v4, ...fields }), tcpPacket({ ...v6, ...fields })];

const decoder = () => new DecodedSegments(undefined, true);
const plain = packets.map((packet) => new DecodedSegments().frame(packet).only);
const seeds = fc.nat();

for (const [name, encapsulate] of Object.entries(encapsulations)) {
  test(`${name}: the segment inside is the same as without the tunnel`, () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        packets.forEach((packet, index) => {
          const run = decoder()
            .frame(encapsulate(packet, createRandom(seed)))
            .assertConserved();
          assert.deepEqual([run.only, run.counted], [plain[index], []]);
          assert.equal(run.counters.segments_decapsulated, 1);
        });
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: without DECAPSULATE there is no segment`, () => {
    const run = new DecodedSegments().frame(encapsulate(packets[1] as Buffer, createRandom(1))).assertConserved();
    assert.deepEqual([run.segments, run.counted], [[], ['frames_skipped_not_tcp']]);
  });

  test(`${name}: cut anywhere it is a segment that misses bytes, or is truncated`, () => {
    for (let seed = 0; seed < 12; seed++) {
      const packet = encapsulate(packets[seed % 2] as Buffer, createRandom(seed));
      const padding = packet.length - packet.lastIndexOf('x') - 1;
      const headers = packet.length - padding - fields.payload.length;
      for (let captured = 0; captured < packet.length - padding; captured++) {
        const run = decoder().frame(packet, { captured }).assertConserved();
        if (captured >= headers) assert.equal(run.only.payload, fields.payload.slice(0, captured - headers));
        else if (!run.counted.includes('frames_skipped_not_tcp')) {
          assert.deepEqual(run.counted, ['frames_skipped_truncated'], `${seed} ${captured}`);
        } else {
          // Only the ports, which are missing, tell a datagram from a tunnel.
          assert.ok(captured < headers - 8 && run.segments.length === 0);
        }
      }
    }
  });

  test(`${name}: mutated packets each end in one place, and nothing behind them is looked at`, () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed);
        const runs = [0x00, 0x45, 0xff].map((filler) => new DecodedSegments(Buffer.alloc(64, filler), true));
        for (let count = 0; count < 10; count++) {
          const valid = encapsulate(packets[randomInteger(random, 0, 2)] as Buffer, random);
          const bytes = mutated(valid, random);
          const captured = random() < 0.3 ? randomInteger(random, 0, bytes.length + 1) : bytes.length;
          for (const run of runs) run.frame(bytes, { captured, time: count * 1_000_000 });
        }
        const [alone, ...others] = runs
          .map((run) => run.assertConserved())
          .map(({ segments, counters }) => ({ segments, counters }));
        for (const other of others) assert.deepEqual(other, alone);
      }),
      { numRuns: 150 },
    );
  });
}

test('tunnels in tunnels are followed to the limit, and counted beyond it', () => {
  const encapsulate = encapsulations['IP in IP'] as NonNullable<(typeof encapsulations)[string]>;
  let packet = packets[0] as Buffer;
  for (let depth = 1; depth <= maxTunnels + 20; depth++) {
    packet = encapsulate(packet, createRandom(depth));
    const run = decoder().frame(packet).assertConserved();
    if (depth <= maxTunnels) assert.deepEqual(run.only, plain[0]);
    else assert.deepEqual([run.segments, run.counted], [[], ['frames_skipped_too_deep']]);
  }
});

test('a stack of any tunnels gives the same segment', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: maxTunnels / 2 }), (seed, depth) => {
      const run = decoder()
        .frame(inTunnels(packets[seed % 2] as Buffer, depth, createRandom(seed)))
        .assertConserved();
      assert.deepEqual(run.only, plain[seed % 2]);
    }),
    { numRuns: 2000 },
  );
});

/** In tunnels, each of which may be sent in fragments. */
function inFragmentedTunnels(packet: Buffer, depth: number, random: Random): readonly Buffer[] {
  let parts: readonly Buffer[] = [packet];
  for (let tunnel = 0; tunnel <= depth; tunnel++) {
    parts = parts.flatMap((part) => {
      const outer = tunnel === 0 ? part : inTunnels(part, 1, random);
      return random() < 0.5
        ? [outer]
        : inFragments(outer, 8 * randomInteger(random, 8, 20), randomInteger(random, 0, 2 ** 31));
    });
  }
  return parts;
}

test('fragments are put together inside of tunnels and outside', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 3 }), (seed, depth) => {
      const run = decoder();
      for (const part of inFragmentedTunnels(packets[seed % 2] as Buffer, depth, createRandom(seed))) run.frame(part);
      assert.deepEqual(run.assertConserved().only, plain[seed % 2]);
    }),
    { numRuns: 1000 },
  );
});

test('fragments of datagrams that are no tunnel are left alone, also where the first one is missing', () => {
  const datagram = udpPacket(v4.source, v4.destination, 'x'.repeat(200));
  const run = decoder();
  for (const part of inFragments(datagram, 64, 1)) run.frame(part);
  assert.deepEqual(run.assertConserved().counted, ['frames_skipped_not_tcp']);
  const tunnel = (encapsulations['MPLS in UDP'] as (inner: Buffer, random: Random) => Buffer)(
    packets[0] as Buffer,
    () => 0,
  );
  const late = decoder();
  for (const part of inFragments(tunnel, 64, 1).slice(1)) late.frame(part);
  assert.deepEqual(late.assertConserved().counted, ['frames_skipped_not_tcp']);
});

test('link types of tunnels, and what else a tunnel may carry', () => {
  const packet = packets[0] as Buffer;
  assert.deepEqual(decoder().frame(pppoe(packet), { linkType: LinkType.pppoe }).only, plain[0]);
  for (let seed = 0; seed < 50; seed++) {
    assert.deepEqual(decoder().frame(labelled(packet, createRandom(seed)), { linkType: LinkType.mpls }).only, plain[0]);
  }
  const arp = ethernet(packet);
  arp.writeUInt16BE(0x0806, 12);
  const bridged = ipPacket({ ...v4, protocol: 97, payload: Buffer.concat([Buffer.from([0x30, 0]), arp]) });
  assert.deepEqual(decoder().frame(bridged).counted, ['frames_skipped_not_ip']);
  const datagram = ipPacket({ ...v4, protocol: 4, payload: udpPacket(v4.source, v4.destination, 'x') });
  assert.deepEqual(decoder().frame(datagram).counted, ['frames_skipped_not_tcp']);
});

/** NFLOG: attributes before the packet and behind it, in either byte order. */
function nflog(packet: Buffer, byteOrder: 'little' | 'big'): Buffer {
  const attribute = (type: number, value: Buffer) => {
    const header = Buffer.alloc(4);
    header.writeUInt16BE(4 + value.length, 0);
    header.writeUInt16BE(type, 2);
    if (byteOrder === 'little') header.swap16();
    return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const prefix = attribute(10, Buffer.from('k\0'));
  return Buffer.concat([
    Buffer.from([2, 0, 0, 40]),
    attribute(1, Buffer.alloc(4)),
    prefix,
    attribute(9, packet),
    prefix,
  ]);
}

test('NFLOG carries the packet in an attribute', () => {
  packets.forEach((packet, index) => {
    for (const byteOrder of ['little', 'big'] as const) {
      const frame = nflog(packet, byteOrder);
      assert.deepEqual(decoder().frame(frame, { linkType: LinkType.nflog }).only, plain[index]);
      for (let captured = 0; captured < frame.indexOf('x'); captured++) {
        const run = decoder().frame(frame, { linkType: LinkType.nflog, captured }).assertConserved();
        assert.deepEqual(run.counted, ['frames_skipped_truncated'], `${captured}`);
      }
    }
  });
});

/** A TCP packet with a routing header of this type. */
function routed(type: number, segmentsLeft: number, addresses: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([type, segmentsLeft, addresses.length - 1, 0, 0, 0]), ...addresses]);
  return tcpPacket({ ...v6, ...fields, ip: { extensions: [{ type: 0 }, { type: 43, body }] } });
}

test('the destination is the final one of a routing header', () => {
  const header = '20010db8000000000000000000000002';
  const addresses = [1, 2, 3].map((value) => Buffer.alloc(16, value));
  const [first, , last] = addresses.map((address) => address.toString('hex'));
  for (const [type, final] of [
    [0, last],
    [2, last],
    [4, first],
    [3, header],
    [253, header],
  ] as const) {
    assert.equal(decoder().frame(routed(type, 2, addresses)).only.destination, final, `type ${type}`);
    assert.equal(decoder().frame(routed(type, 0, addresses)).only.destination, header, `type ${type}, none left`);
    assert.equal(decoder().frame(routed(type, 1, [])).only.destination, header, `type ${type} without addresses`);
    const packet = routed(type, 2, addresses);
    for (let captured = 0; captured < packet.indexOf('x'); captured++) {
      const run = decoder().frame(packet, { captured }).assertConserved();
      assert.deepEqual(run.counted, ['frames_skipped_truncated'], `${captured}`);
    }
  }
});
