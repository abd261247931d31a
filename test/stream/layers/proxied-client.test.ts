import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { proxiedClient } from '../../../src/stream/layers/proxied-client.ts';
import { proxyVersion1, proxyVersion2 } from '../../support/stream/proxy-headers.ts';

/** Of a header that stands in the middle of something else. */
function clientOf(header: Buffer | string): string | undefined {
  const bytes = Buffer.concat([Buffer.from('PROXY '), Buffer.from(header as string, 'latin1'), Buffer.from('GET / ')]);
  return proxiedClient(bytes, 6, bytes.length - 6);
}

test('both versions name the client, IPv4 or IPv6, whatever is behind the addresses', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.string({ unit: 'binary-ascii', maxLength: 30 }), (client, more) => {
      // As the URL parser writes it, which shortens as RFC 5952 says but for IPv4-mapped addresses.
      const shortest = isIP(client) === 4 ? client : new URL(`http://[${client}]/`).hostname.slice(1, -1);
      fc.pre(!shortest.startsWith('::ffff:'));
      assert.equal(clientOf(proxyVersion1(client)), client);
      assert.equal(clientOf(proxyVersion2(client, { more })), shortest);
    }),
  );
});

test('a header that names no address says so', () => {
  for (const header of [
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN 192.0.2.1 192.0.2.2 1 2\r\n',
    'PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n',
    'PROXY TCP4 <script> 192.0.2.2 1 2\r\n',
    'PROXY TCP4 192.0.2.1\r\n',
    'PROXY \r\n',
    proxyVersion2('192.0.2.1', { family: 0x00 }),
    proxyVersion2('192.0.2.1', { family: 0x31 }),
    proxyVersion2('192.0.2.1', { family: 0x21 }),
    proxyVersion2('192.0.2.1', { command: 0x22 }),
    proxyVersion2('192.0.2.1', { command: 0x31 }),
    proxyVersion2('192.0.2.1').subarray(0, 16 + 11),
    proxyVersion2('2001:db8::1').subarray(0, 16 + 35),
  ]) {
    assert.equal(clientOf(header), 'unknown', JSON.stringify(header.toString('latin1')));
  }
});

test('a proxy that speaks for itself names nobody', () => {
  assert.equal(clientOf(proxyVersion2('192.0.2.1', { command: 0x20 })), undefined);
});
