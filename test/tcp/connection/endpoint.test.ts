import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endpoint } from '../../../src/tcp/connection/endpoint.ts';
import { addressBytes } from '../../support/packet/ip-address.ts';

const addresses = ['10.0.0.1', '255.255.255.255', '0.0.0.0', '2001:db8::1', '2001:db8::1:0:0:1', '::', 'fe80::ffff:1'];

function otherLength(length: 4 | 16): 4 | 16 {
  return length === 4 ? 16 : 4;
}

test('an endpoint matches its own address and port only, wherever they stand', () => {
  for (const address of addresses) {
    const bytes = addressBytes(address);
    const length = bytes.length as 4 | 16;
    const endpoint = new Endpoint({ bytes, addressLength: length }, 0, 443);
    const elsewhere = { bytes: Buffer.concat([Buffer.from([1, 2, 3]), bytes]), addressLength: length };
    assert.ok(endpoint.matches(elsewhere, 3, 443));
    assert.ok(!endpoint.matches(elsewhere, 3, 444));
    const repeated = { bytes: Buffer.concat([bytes, bytes, bytes, bytes]), addressLength: otherLength(length) };
    assert.ok(!endpoint.matches(repeated, 0, 443));
    for (let at = 0; at < length; at++) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(at) ^ 0x80, at);
      assert.ok(!endpoint.matches({ bytes: other, addressLength: length }, 0, 443), `byte ${at} of ${address}`);
    }
    assert.equal(endpoint.address, address);
  }
});
