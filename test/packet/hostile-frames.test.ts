import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { linkHeaders } from '../support/packet/link-headers.ts';
import { fragmentIpv4, fragmentIpv6, tcpPacket, udpPacket } from '../support/packet/packets.ts';
import { mutated } from '../support/program/mutate.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';

const v4 = { source: '10.0.0.1', destination: '10.0.0.2' };
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const fields = {
  sourcePort: 40000,
  destinationPort: 80,
  sequence: 1,
  payload: 'x'.repeat(120),
  options: Buffer.alloc(12, 1),
};
const extensions = [{ type: 0 }, { type: 43, body: Buffer.alloc(22) }, { type: 51 }, { type: 60 }];

const packets = [
  tcpPacket({ ...v4, ...fields, ip: { options: Buffer.alloc(8, 1) } }),
  tcpPacket({ ...v6, ...fields }),
  tcpPacket({ ...v6, ...fields, ip: { extensions } }),
  udpPacket(v4.source, v4.destination, 'datagram'),
  ...fragmentIpv4(tcpPacket({ ...v4, ...fields }), 64),
  ...fragmentIpv6(tcpPacket({ ...v6, ...fields }), 64, 9),
];

for (const [linkType, header] of linkHeaders) {
  test(`mutated frames of link type ${linkType} each end in one place`, () => {
    const valid = packets.map((packet) => header(packet));
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = createRandom(seed);
        const run = new DecodedSegments();
        for (let count = 0; count < 40; count++) {
          const frame = valid[randomInteger(random, 0, valid.length)] as Buffer;
          const bytes = random() < 0.3 ? frame : mutated(frame, random);
          const captured = random() < 0.2 ? randomInteger(random, 0, bytes.length + 1) : bytes.length;
          run.frame(bytes, { linkType, captured, time: count * 1_000_000 });
          if (random() < 0.1) run.tick(count * 1_000_000);
        }
        run.assertConserved();
      }),
      { numRuns: 400 },
    );
  });
}

test('what stands behind a frame is never looked at', () => {
  const valid = [...linkHeaders].flatMap(([linkType, header]) =>
    packets.map((packet) => ({ linkType, bytes: header(packet) })),
  );
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createRandom(seed);
      const surroundings = [Buffer.alloc(0), Buffer.alloc(64, 0x00), Buffer.alloc(64, 0xff), Buffer.alloc(64, 0x45)];
      const runs = surroundings.map((behind) => new DecodedSegments(behind));
      for (let count = 0; count < 40; count++) {
        const { linkType, bytes } = valid[randomInteger(random, 0, valid.length)] as (typeof valid)[number];
        const frame = random() < 0.3 ? bytes : mutated(bytes, random);
        const captured = random() < 0.5 ? randomInteger(random, 0, frame.length + 1) : frame.length;
        for (const run of runs) run.frame(frame, { linkType, captured, time: count * 1_000_000 });
      }
      const [alone, ...others] = runs.map(({ segments, counters }) => ({ segments, counters }));
      for (const other of others) assert.deepEqual(other, alone);
    }),
    { numRuns: 400 },
  );
});

test('random bytes of any link type each end in one place', () => {
  const linkTypes = fc.constantFrom(...linkHeaders.keys(), 147, -1);
  fc.assert(
    fc.property(linkTypes, fc.uint8Array({ maxLength: 120 }), fc.nat({ max: 120 }), (linkType, bytes, captured) => {
      const run = new DecodedSegments().frame(Buffer.from(bytes), {
        linkType,
        captured: Math.min(captured, bytes.length),
      });
      run.assertConserved();
      assert.equal(run.segments.length, run.counters.segments_received);
    }),
    { numRuns: 5000 },
  );
});
