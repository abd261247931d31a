import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClientAddress } from '../../../src/record/privacy/client-address.ts';
import { maskClients } from '../../../src/record/privacy/client-headers.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const mask = createClientAddress('short', () => '');
const nothing = createClientAddress('none', () => '');

/** Fields in which proxies, content delivery networks and load balancers name the client. */
const names = [
  ...['x-forwarded-for', 'x-original-forwarded-for', 'x-vercel-forwarded-for', 'forwarded-for', 'x_forwarded_for'],
  ...['x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-connecting-ipv6', 'x-client-ip', 'client-ip'],
  ...['x-cluster-client-ip', 'fastly-client-ip', 'x-envoy-external-address', 'x-envoy-external-ip', 'x-clientip'],
  ...['x-azure-clientip', 'x-azure-socketip', 'x-arr-clientip', 'x-appengine-user-ip', 'x-appengine-remote-addr'],
  ...['incap-client-ip', 'x-sucuri-clientip', 'ali-cdn-real-ip', 'cdn-src-ip', 'x-nf-client-connection-ip'],
  ...['fly-client-ip', 'do-connecting-ip', 'x-originating-ip', 'x-remote-ip', 'x-remote-addr', 'remote-addr'],
  ...['wl-proxy-client-ip', 'proxy-client-ip', 'x-proxyuser-ip', 'http_x_forwarded_for', 'remote_addr'],
  ...['cloudfront-viewer-address', 'x-peer-address', 'x-source-ip', 'x-user-ip', 'x-visitor-ip', 'x-true-ip'],
  ...['x-forwarded-client-ip', 'x-akamai-client-ip', 'x-real-client-ip', 'x-customer-ip', 'x-caller-ip'],
];

describe('a header that names a client', () => {
  for (const name of names) {
    test(name, () => {
      assert.equal(maskClients(name, '203.0.113.77', mask), '203.0.113.0');
      assert.equal(maskClients(name, '[2001:db8:1:2::7]:4711', mask), '2001:db8:1::');
      assert.equal(maskClients(name, '203.0.113.77:4711, 2001:db8:1:2::7', mask), '203.0.113.0, 2001:db8:1::');
      assert.equal(maskClients(name, '203.0.113.77', nothing), '[redacted]');
      assert.equal(maskClients(name, 'laptop-of-alice.example', mask), '[redacted]');
    });
  }
});

test('what stands in a list instead of an address: hidden ones stay, all else goes', () => {
  const value = 'unknown, _hidden, alice-pc,203.0.113.77 10.0.0.1,"203.0.113.78", ,fe80::1%eth0, 203.0.113.79:80:90';
  const shown = 'unknown, _hidden, [redacted], [redacted], 203.0.113.0, , fe80::, [redacted]';
  assert.equal(maskClients('x-forwarded-for', value, mask), shown);
});

test('Forwarded keeps its form', () => {
  const cases = [
    ['for=203.0.113.77;proto=https;by=203.0.113.43', 'for=203.0.113.0;proto=https;by=203.0.113.0'],
    ['For="[2001:db8:cafe:1::17]:4711"', 'For="[2001:db8:cafe::]:4711"'],
    ['for=203.0.113.77, for="203.0.113.78:80"', 'for=203.0.113.0, for="203.0.113.0:80"'],
    ['for=unknown;by=_x, for=_SEVKISEK', 'for=unknown;by=_x, for=_SEVKISEK'],
    ['for=alice-pc;host=shop', 'for=[redacted];host=shop'],
    ['for = "alice-pc:80"', 'for = "[redacted]"'],
    ['for="203.0.113.77', 'for="203.0.113.0'],
    ['203.0.113.77', '203.0.113.0'],
  ] as const;
  for (const [value, shown] of cases) assert.equal(maskClients('forwarded', value, mask), shown);
  assert.equal(maskClients('forwarded', 'for=203.0.113.77;proto=http', nothing), 'for=[redacted];proto=http');
});

test('in other headers of addresses only the addresses are masked', () => {
  assert.equal(maskClients('x-server-ip', 'pod a at 10.1.2.3:80.', mask), 'pod a at 10.1.2.0:80.');
  assert.equal(maskClients('x-email-address', 'alice@example.com', mask), 'alice@example.com');
  assert.equal(maskClients('x-ip', '2001:db8:1:2::7.', mask), '2001:db8:1::.');
  assert.equal(maskClients('ip', '00:1b:44:11:3a:b7', mask), '[redacted]');
});

test('a port stays behind an address that is of IPv6 now', () => {
  const hash = createClientAddress('hash', () => '0123456789abcdef');
  assert.equal(maskClients('forwarded', 'for="203.0.113.77:80"', hash), 'for="[100::123:4567:89ab:cdef]:80"');
});

test('other headers stay as they are', () => {
  const other = ['host', 'via', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-platform', 'user-agent', 'x-zip'];
  const words = ['x-user-membership', 'x-source-chip', 'x-tip', 'recipient', 'description', 'x-ship-to', 'x-skip'];
  for (const name of [...other, ...words]) assert.equal(maskClients(name, '10.0.0.7', mask), '10.0.0.7', name);
});

for (const hostile of [
  '203.0.113.77,',
  '1.2.3.4 ',
  '::',
  'for="',
  'for=\\"',
  'for   ',
  '"',
  'a:b:',
  '1:2:3:4:5:6:7:8',
  '.',
]) {
  test(`four times as much of ${JSON.stringify(hostile)} costs about four times as much`, async () => {
    await assertLinear({
      run: (value: string) => {
        for (const name of ['x-forwarded-for', 'forwarded', 'x-server-ip']) maskClients(name, value, mask);
        maskClients(value, '10.0.0.1', mask);
      },
      less: () => hostile.repeat(16_000),
      more: () => hostile.repeat(64_000),
    });
  });
}
