import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EndpointHash } from '../../../src/tcp/lookup/endpoint-hash.ts';
import { addressBytes } from '../../support/packet/ip-address.ts';

const addresses = ['10.0.0.1', '255.255.255.255', '0.0.0.0', '2001:db8::1', '2001:db8::1:0:0:1', '::', 'fe80::ffff:1'];
const random = new EndpointHash(0x5eed);

function hashOf(hash: EndpointHash, bytes: Buffer, port: number): number {
  return hash.of({ bytes, addressLength: bytes.length as 4 | 16 }, 0, port);
}

test('hashes differ with every part, and with the seed', () => {
  const hashes = new Set<number>();
  const seeds = [new EndpointHash(0), new EndpointHash(1)];
  for (const address of addresses) {
    const bytes = addressBytes(address);
    for (const port of [1, 2, 256, 65_535]) for (const seed of seeds) hashes.add(hashOf(seed, bytes, port));
  }
  assert.equal(hashes.size, addresses.length * 8);
});

test('an address has the same hash wherever it stands', () => {
  for (const address of addresses) {
    const bytes = addressBytes(address);
    const elsewhere = { bytes: Buffer.concat([Buffer.from([1, 2, 3]), bytes]), addressLength: bytes.length as 4 | 16 };
    assert.equal(random.of(elsewhere, 3, 443), hashOf(random, bytes, 443));
  }
});

test('addresses and ports that change in the same bits do not share a hash', () => {
  const hashes = new Set<number>();
  for (let index = 0; index < 20_000; index++) {
    hashes.add(hashOf(random, Buffer.from([10, 1, (index >> 8) & 0xff, index & 0xff]), 1024 + index));
  }
  assert.ok(hashes.size > 19_990, `${hashes.size} hashes`);
});

/** Differences of two words of an address that cancel out where a word is multiplied by an odd number and shifted. */
function cancellingOut(bits: number, shift: number): readonly (readonly [number, number])[] {
  const high = Array.from({ length: 2 ** bits }, (_, value) => value << (32 - bits));
  return high.flatMap((one) => high.map((product) => [one, product ^ (product >>> shift)] as const));
}

test('nobody can choose addresses of one network that share a hash whatever the seed is', () => {
  const words = fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer());
  const place = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(words, place, fc.integer({ min: 8, max: 24 }), fc.integer(), (base, at, shift, seed) => {
      const hash = new EndpointHash(seed);
      const bytes = Buffer.alloc(16);
      const differences = cancellingOut(5, shift);
      const hashes = differences.map(([one, other]) => {
        base.forEach((word, index) => {
          const difference = index === at ? one : index === at + 1 ? other : 0;
          bytes.writeInt32BE(word ^ difference, 4 * index);
        });
        return hashOf(hash, bytes, 80);
      });
      assert.ok(new Set(hashes).size >= differences.length - 2);
    }),
    { numRuns: 200 },
  );
});
