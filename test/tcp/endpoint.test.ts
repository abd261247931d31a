import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endpoint, hashEndpoint } from '../../src/tcp/endpoint.ts';
import { addressBytes } from '../tools/ip-address.ts';

const addresses = ['10.0.0.1', '255.255.255.255', '0.0.0.0', '2001:db8::1', '2001:db8::1:0:0:1', '::', 'fe80::ffff:1'];

test('an endpoint matches its own address and port only, wherever they stand', () => {
  for (const address of addresses) {
    const bytes = addressBytes(address);
    const length = bytes.length as 4 | 16;
    const endpoint = new Endpoint(bytes, 0, length, 443);
    const elsewhere = Buffer.concat([Buffer.from([1, 2, 3]), bytes]);
    assert.ok(endpoint.matches(elsewhere, 3, length, 443));
    assert.ok(!endpoint.matches(elsewhere, 3, length, 444));
    assert.ok(!endpoint.matches(Buffer.concat([bytes, bytes, bytes, bytes]), 0, length === 4 ? 16 : 4, 443));
    for (let at = 0; at < length; at++) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(at) ^ 0x80, at);
      assert.ok(!endpoint.matches(other, 0, length, 443), `byte ${at} of ${address}`);
    }
    assert.equal(endpoint.address, address);
  }
});

test('hashes differ with every part, and with the seed', () => {
  const hashes = new Set<number>();
  for (const address of addresses) {
    const bytes = addressBytes(address);
    for (const port of [1, 2, 65_535]) {
      for (const seed of [0, 1]) hashes.add(hashEndpoint(bytes, 0, bytes.length, port, seed));
    }
  }
  assert.ok(hashes.size >= addresses.length * 6 - 1, `${hashes.size} different ones`);
});

test('addresses and ports that change in the same bits do not share a hash', () => {
  const hashes = new Set<number>();
  for (let index = 0; index < 20_000; index++) {
    const bytes = Buffer.from([10, 1, (index >> 8) & 0xff, index & 0xff]);
    hashes.add(hashEndpoint(bytes, 0, 4, 1024 + index, 12_345));
  }
  assert.ok(hashes.size > 19_900, `${hashes.size} hashes`);
});
