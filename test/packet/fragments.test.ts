import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyOverhead } from '../../src/bytes/copy-bytes.ts';
import { DecodedSegments } from '../support/packet/decoded-segments.ts';
import { fragmentIpv4, fragmentIpv6, tcpPacket } from '../support/packet/packets.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';

const v4 = { source: '10.0.0.1', destination: '10.0.0.2' };
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' };
const ports = { sourcePort: 40000, destinationPort: 80, sequence: 1 };
const payload = Array.from({ length: 300 }, (_, index) => String.fromCharCode(33 + (index % 90))).join('');

function ipv4Fragments(identification = 1, size = 64, content = payload): Buffer[] {
  return fragmentIpv4(tcpPacket({ ...v4, ...ports, payload: content, ip: { identification } }), size);
}

function ipv6Fragments(identification = 1, size = 64, content = payload): Buffer[] {
  return fragmentIpv6(tcpPacket({ ...v6, ...ports, payload: content }), size, identification);
}

function decoded(...fragments: readonly Buffer[]): DecodedSegments {
  const segments = new DecodedSegments();
  for (const fragment of fragments) segments.frame(fragment);
  return segments;
}

test('a clock that is set back keeps fragments neither longer nor shorter', () => {
  const hour = 3_600_000_000;
  for (const setBack of [hour, 6_000_000]) {
    const run = new DecodedSegments().frame(ipv4Fragments()[0] as Buffer, { time: 2 * hour });
    const now = 2 * hour - setBack;
    run.tick(now).tick(now + 29_999_999);
    assert.equal(run.counters.fragments_dropped_timeout, 0);
    run.tick(now + 30_000_000);
    assert.equal(run.counters.fragments_dropped_timeout, 1);
  }
});

for (const [name, fragments] of [
  ['IPv4', ipv4Fragments()],
  ['IPv6', ipv6Fragments()],
] as const) {
  test(`${name} fragments make the packet again, in order and reversed`, () => {
    for (const order of [fragments, fragments.toReversed()]) {
      const run = decoded(...order);
      assert.equal(run.only.payload, payload);
      assert.equal(run.only.truncatedBytes, 0);
      assert.equal(run.counters.packets_reassembled, 1);
      assert.equal(run.counters.fragments_reassembled, fragments.length);
      run.assertConserved();
    }
  });

  test(`${name} fragments that come twice are counted and make one packet`, () => {
    const run = decoded(...fragments.slice(0, 3), ...fragments);
    assert.equal(run.only.payload, payload);
    assert.equal(run.counters.fragments_reassembled, fragments.length + 3);
    run.assertConserved();
  });

  test(`${name} fragments of a packet that stays incomplete are given up after 30 seconds`, () => {
    for (let missing = 0; missing < fragments.length; missing++) {
      const run = decoded(...fragments.filter((_, index) => index !== missing));
      run.tick(29_999_999);
      assert.equal(run.counters.fragments_dropped_timeout, 0);
      run.tick(30_000_000);
      assert.equal(run.counters.fragments_dropped_timeout, fragments.length - 1);
      assert.equal(run.segments.length, 0);
      run.assertConserved();
    }
  });

  test(`${name} fragments cut by the snap length are truncated`, () => {
    for (const [index, fragment] of fragments.entries()) {
      const run = new DecodedSegments().frame(fragment, { captured: fragment.length - 1 });
      assert.deepEqual(run.assertConserved().counted, ['frames_skipped_truncated'], `${index}`);
    }
  });

  test(`a ${name} fragment that overlaps another one gives up the packet`, () => {
    const [first, second] = fragments as [Buffer, Buffer];
    const other = Buffer.from(second);
    other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
    const run = decoded(first, second, other);
    assert.equal(run.counters.fragments_dropped_malformed, 3);
    assert.equal(run.segments.length, 0);
    run.assertConserved();
  });
}

test('fragments of several packets at once are kept apart by addresses and identification', () => {
  const other = fragmentIpv4(tcpPacket({ ...v4, source: '10.0.0.3', ...ports, payload: 'b'.repeat(300) }), 64);
  const packets = [
    ipv4Fragments(1),
    ipv4Fragments(2, 64, 'a'.repeat(300)),
    other,
    ipv6Fragments(1),
    ipv6Fragments(2, 64, 'c'.repeat(300)),
  ];
  const run = new DecodedSegments();
  for (let index = 0; index < 5; index++) {
    for (const fragments of packets) run.frame(fragments[index] as Buffer);
  }
  assert.deepEqual(
    run.segments.map((segment) => segment.payload[0]),
    ['!', 'a', 'b', '!', 'c'],
  );
  run.assertConserved();
});

test('fragments whose IP length is larger than what was on the wire make the packet again', () => {
  for (const [fragments, lengthField] of [
    [ipv4Fragments(), 2],
    [ipv6Fragments(), 4],
  ] as const) {
    for (const fragment of fragments) fragment.writeUInt16BE(fragment.readUInt16BE(lengthField) + 10, lengthField);
    const run = decoded(...fragments);
    assert.equal(run.only.payload, payload);
    run.assertConserved();
  }
});

test('a packet takes the time of the fragment that makes it whole', () => {
  const fragments = ipv4Fragments();
  const run = new DecodedSegments();
  for (const [index, fragment] of fragments.entries()) run.frame(fragment, { time: 100 + index, direction: 'in' });
  assert.equal(run.only.time, 99 + fragments.length);
  assert.equal(run.only.direction, 'in');
});

test('IP options in every fragment are not payload', () => {
  const packet = tcpPacket({ ...v4, ...ports, payload, ip: { options: Buffer.alloc(8, 1) } });
  assert.equal(decoded(...fragmentIpv4(packet, 64)).only.payload, payload);
});

test('two ends, bytes behind the end, and more than 64 KiB are malformed', () => {
  const fragments = ipv4Fragments();
  const last = fragments.at(-1) as Buffer;
  const earlierEnd = Buffer.from(fragments[1] as Buffer);
  earlierEnd.writeUInt16BE(earlierEnd.readUInt16BE(6) & 0x1fff, 6);
  for (const pair of [
    [last, earlierEnd],
    [earlierEnd, last],
    [earlierEnd, fragments[2] as Buffer],
    [fragments[2] as Buffer, earlierEnd],
  ]) {
    const run = decoded(...pair);
    assert.equal(run.counters.fragments_dropped_malformed, 2);
    run.assertConserved();
  }
  const beyond = Buffer.from(last);
  beyond.writeUInt16BE(0x1fff, 6);
  assert.equal(decoded(beyond).assertConserved().counters.fragments_dropped_malformed, 1);
});

test('only the last fragment may have a length that is not a multiple of 8', () => {
  const [first] = ipv4Fragments() as [Buffer];
  const odd = Buffer.from(first.subarray(0, first.length - 3));
  odd.writeUInt16BE(odd.length, 2);
  assert.equal(decoded(odd).assertConserved().counters.fragments_dropped_malformed, 1);
});

test('a packet whose TCP header is broken is still counted once when it is whole', () => {
  const packet = tcpPacket({ ...v4, ...ports, payload });
  packet.writeUInt8(0x10, 32);
  const run = decoded(...fragmentIpv4(packet, 64));
  assert.equal(run.counters.frames_skipped_malformed, 1);
  assert.equal(run.counters.packets_reassembled, 1);
  run.assertConserved();
});

test('the smallest fragments of a packet are more than one packet may have', () => {
  const run = decoded(...ipv4Fragments(1, 8, 'x'.repeat(2000)));
  assert.equal(run.segments.length, 0);
  assert.ok(run.counters.fragments_dropped_limit > 100);
  run.assertConserved();
});

test('a flood of packets that stay incomplete keeps the newest 256', () => {
  const run = new DecodedSegments();
  for (let identification = 0; identification < 1000; identification++) {
    run.frame(ipv4Fragments(identification)[0] as Buffer, { time: identification });
  }
  assert.equal(run.counters.fragments_dropped_limit, 1000 - 256);
  for (const fragment of ipv4Fragments(999).slice(1)) run.frame(fragment);
  assert.equal(run.only.payload, payload);
  run.assertConserved();
});

test('large fragments never hold more than 4 MiB', () => {
  const run = new DecodedSegments();
  const content = 'x'.repeat(40_000);
  const size = 30_000;
  for (let identification = 0; identification < 250; identification++)
    run.frame(ipv4Fragments(identification, size, content)[0] as Buffer);
  run.tick(30_000_000);
  const kept = run.counters.fragments_dropped_timeout;
  assert.equal(kept, Math.floor((4 * 1024 * 1024) / (size + copyOverhead)));
  assert.equal(run.counters.fragments_dropped_limit, 250 - kept);
  run.assertConserved();
});

test('packets that became whole hold no memory', () => {
  const run = new DecodedSegments();
  const content = 'x'.repeat(100);
  for (let count = 0; count < 6000; count++) {
    for (const fragment of ipv4Fragments(count, 64, content)) run.frame(fragment);
  }
  assert.equal(run.counters.packets_reassembled, 6000);
  run.frame(ipv4Fragments(1)[0] as Buffer);
  assert.equal(run.counters.fragments_dropped_limit, 0);
  run.assertConserved();
});

test('any fragmentation in any order, with repeats, gives the packet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1500 }),
      fc.integer({ min: 2, max: 60 }),
      fc.nat(),
      (length, eighths, seed) => {
        const random = createRandom(seed);
        const content = Array.from({ length }, () => String.fromCharCode(randomInteger(random, 32, 127))).join('');
        const size = Math.max(eighths * 8, 16 + Math.ceil(length / 100 / 8) * 8);
        for (const fragments of [ipv4Fragments(1, size, content), ipv6Fragments(1, size, content)]) {
          if (fragments.length === 1) continue;
          const repeated = fragments.filter(() => random() < 0.3);
          const shuffled = fragments
            .map((fragment) => ({ fragment, place: random() }))
            .sort((a, b) => a.place - b.place);
          const order = shuffled.map(({ fragment }) => fragment);
          const run = decoded(...repeated.filter((fragment) => fragment !== order.at(-1)), ...order);
          assert.equal(run.only.payload, content);
          run.assertConserved();
        }
      },
    ),
    { numRuns: 300 },
  );
});
