import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Flag } from '../../src/packet/segment.ts';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { addressBytes } from '../support/packet/ip-address.ts';
import { fragmentIpv4, tcpPacket, udpPacket } from '../support/packet/packets.ts';
import { undeliveredPacket } from '../support/packet/undelivered-packet.ts';

const families = [
  { client: '10.0.0.1', server: '10.0.0.2', router: '10.9.9.9', headerLength: 20 },
  { client: 'fd00::1', server: 'fd00::2', router: 'fe80::9', headerLength: 40 },
] as const;
const notTcp = ['frames_skipped_not_tcp'];

test('a report that a segment could not be delivered is the RST that refuses it, however much is repeated', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...families),
      fc.record({ sequence: fc.integer(), sourcePort: fc.nat(65_535), destinationPort: fc.nat(65_535) }),
      fc.record({ code: fc.constantFrom(0, 1, 2, 3, 5, 9, 10, 13), quoted: fc.nat(20), optionWords: fc.nat(10) }),
      ({ client, server, router, headerLength }, numbers, { code, quoted, optionWords }) => {
        const ip = { options: Buffer.alloc(optionWords * 4, 1) };
        const packet = tcpPacket({ source: client, destination: server, flags: 'S', ...numbers, ip });
        const before = headerLength === 20 ? 20 + ip.options.length : 40;
        const report = { from: router, to: client, code, quoted: before + quoted };
        const run = new DecodedSegments().frame(undeliveredPacket(packet, report), { time: 7 }).assertConserved();
        assert.deepEqual([run.segments, run.counted], [[], notTcp]);
        if (quoted < 8) return assert.deepEqual(run.refusals, []);
        const [refusal] = run.refusals;
        assert.ok(refusal !== undefined && run.refusals.length === 1);
        assert.equal(refusal.source, addressBytes(server).toString('hex'));
        assert.equal(refusal.destination, addressBytes(client).toString('hex'));
        assert.deepEqual(
          [refusal.sourcePort, refusal.destinationPort, refusal.acknowledgment, refusal.flags],
          [numbers.destinationPort, numbers.sourcePort, (numbers.sequence + 1) | 0, Flag.rst | Flag.ack],
        );
        assert.deepEqual([refusal.payload, refusal.time], ['', 7]);
      },
    ),
  );
});

test('no other message of ICMP, and none about anything else, refuses a connection', () => {
  for (const { client, server, router } of families) {
    const ends = { source: client, destination: server };
    const syn = tcpPacket({ ...ends, sourcePort: 1, destinationPort: 2, sequence: 3, flags: 'S' });
    const report = { from: router, to: client, code: 3 };
    const isIpv6 = client.includes(':');
    const others = [
      undeliveredPacket(syn, { ...report, type: isIpv6 ? 2 : 8 }),
      undeliveredPacket(syn, { ...report, type: isIpv6 ? 3 : 11 }),
      undeliveredPacket(udpPacket(client, server, 'x'.repeat(40)), report),
      undeliveredPacket(undeliveredPacket(syn, report), report),
      undeliveredPacket(Buffer.alloc(60), report),
      ...(isIpv6 ? [] : [undeliveredPacket(syn, { ...report, code: 4 })]),
      ...(isIpv6 ? [] : [undeliveredPacket(fragmentIpv4(syn, 8)[0] ?? syn, report)]),
    ];
    for (const decapsulates of [false, true]) {
      for (const packet of others) {
        const run = new DecodedSegments(undefined, decapsulates).frame(packet).assertConserved();
        assert.deepEqual([run.segments, run.refusals, run.counted], [[], [], notTcp]);
      }
    }
  }
});

test('a report that is cut anywhere is counted once', () => {
  for (const { client, server, router } of families) {
    const syn = tcpPacket({ source: client, destination: server, sourcePort: 1, destinationPort: 2, sequence: 3 });
    const packet = undeliveredPacket(syn, { from: router, to: client, code: 3 });
    for (let captured = 0; captured <= packet.length; captured++) {
      new DecodedSegments().frame(packet, { captured }).assertConserved();
    }
  }
});
