import assert from 'node:assert/strict';
import { BlockList, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientIpOptions } from '../../../src/app/client-digests.ts';
import { isAddress } from '../../../src/packet/address.ts';
import { createClientAddress } from '../../../src/record/privacy/client-address.ts';

const digestOf = (key: string) => {
  const options = clientIpOptions({ form: 'hash', key });
  return options.form === 'full' ? assert.fail() : options.digestOfAddress;
};
const digest = digestOf('0123456789abcdef');
const short = createClientAddress('short', digest);
const hash = createClientAddress('hash', digest);

test('a short address has lost its last byte, one of IPv6 its last ten', () => {
  const cases = [
    ['203.0.113.77', '203.0.113.0'],
    ['0.0.0.1', '0.0.0.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:DB8:1:FFFF::1', '2001:db8:1::'],
    ['::1', '::'],
    ['::ffff:203.0.113.77', '::ffff:203.0.113.0'],
    ['::ffff:cb00:714d', '::ffff:203.0.113.0'],
    // 6to4 and NAT64: an address of IPv4 stands in one of IPv6.
    ['2002:cb00:714d::1', '2002:cb00:7100::'],
    ['64:ff9b::203.0.113.77', '64:ff9b::'],
  ] as const;
  for (const [ip, shown] of cases) assert.equal(short(ip), shown);
});

test('short addresses are those of their network, and are not made shorter again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
      const shown = short(ip) ?? '';
      const isSixToFour = /^0{0,3}2002:/.test(ip) || /^2002:/.test(shown);
      const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
      if (isSixToFour || shown.startsWith('::ffff:')) return;
      const network = new BlockList();
      network.addSubnet(shown, family === 'ipv6' ? 48 : 24, family);
      assert.ok(network.check(ip, family), `${ip} ${shown}`);
      assert.equal(short(shown), shown);
    }),
  );
});

test('a hash is an address that no packet comes from, the same for each form of one client', () => {
  const discard = new BlockList();
  discard.addSubnet('100::', 64, 'ipv6');
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
      const shown = hash(ip) ?? '';
      assert.ok(isAddress(shown) && discard.check(shown, 'ipv6'), shown);
      assert.equal(hash(ip.toUpperCase()), shown);
    }),
  );
  assert.equal(hash('::ffff:203.0.113.77'), hash('203.0.113.77'));
  assert.equal(hash('2001:db8:0:0:0:0:0:1'), hash('2001:db8::1'));
});

test('a hash depends on the client and on the key, and on nothing else', () => {
  const clients = Array.from({ length: 5000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const hashes = clients.map(hash);
  assert.equal(new Set(hashes).size, clients.length);
  assert.deepEqual(clients.map(createClientAddress('hash', digestOf('0123456789abcdef'))), hashes);
  assert.notEqual(createClientAddress('hash', digestOf('another key, as long'))('10.0.0.0'), hashes[0]);
});

test('without a key, each process has another one', () => {
  const [one, other] = [1, 2].map(() => clientIpOptions({ form: 'hash', key: undefined }));
  if (one?.form !== 'hash' || other?.form !== 'hash') assert.fail();
  assert.notEqual(one.digestOfAddress('0a000001'), other.digestOfAddress('0a000001'));
  assert.equal(one.digestOfId('a'), other.digestOfId('a'));
});

test('nothing is left of an address with none', () => {
  assert.equal(createClientAddress('none', digest)('203.0.113.77'), undefined);
});
