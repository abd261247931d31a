import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { addressHex, ExchangeIds } from '../../src/record/exchange-ids.ts';
import { exchangeOf, requestMessage, responseMessage } from '../support/record/exchanges.ts';

const exchangeId = (exchange: Exchange) => new ExchangeIds().idOf(exchange);

test('an id is made of the client, where its request begins and what that acknowledges', () => {
  assert.equal(exchangeId(exchangeOf()), '0a000001c738-0123abcd-fedcba98');
  const first = exchangeOf({ request: requestMessage({}, { sequence: 0, acknowledgment: -1 }) });
  assert.equal(exchangeId(first), '0a000001c738-00000000-ffffffff');
});

test('a request that acknowledges nothing, as with the SYN of TCP Fast Open, has an id of the same form', () => {
  const fast = exchangeOf({ request: requestMessage({}, { acknowledgment: undefined }) });
  assert.equal(exchangeId(fast), '0a000001c738-0123abcd-00000000');
});

test('the id is known with the request: an answer does not change it', () => {
  const later = exchangeOf({ response: responseMessage({}, { sequence: 77 }) });
  for (const exchange of [exchangeOf({ response: undefined, outcome: 'timeout' }), later]) {
    assert.equal(exchangeId(exchange), exchangeId(exchangeOf()));
  }
});

test('where no request was seen, x stands for it, which no sequence number is', () => {
  assert.equal(exchangeId(exchangeOf({ request: undefined })), '0a000001c738-x-fedcba98');
});

test('streams that begin in the same segment have ids of their own', () => {
  const on = (stream: number) => exchangeOf({ key: { connection: 0, position: 0, stream } });
  assert.equal(exchangeId(on(5)), `${exchangeId(exchangeOf())}-5`);
  assert.equal(exchangeId({ ...on(7), request: undefined }), '0a000001c738-x-fedcba98-7');
});

test('the id does not depend on what a Service makes of the server address', () => {
  const { endpoints } = exchangeOf();
  const atTheServer = exchangeOf({ endpoints: { ...endpoints, serverIp: '192.168.7.7', serverPort: 80 } });
  assert.equal(exchangeId(atTheServer), exchangeId(exchangeOf()));
});

test('addresses become 8 or 32 hex digits', () => {
  const cases = [
    ['0.0.0.0', '00000000'],
    ['255.1.20.3', 'ff011403'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['fe80::', `fe80${'0'.repeat(28)}`],
    ['2001:db8::ff00:42:8329', '20010db8000000000000ff0000428329'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:10.0.0.1', `${'0'.repeat(20)}ffff0a000001`],
  ] as const;
  for (const [ip, hex] of cases) assert.equal(addressHex(ip), hex, ip);
});

test('every IPv6 text stands for the address that node takes it for', () => {
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const hex = addressHex(ip);
      assert.match(hex, /^[0-9a-f]{32}$/i);
      const list = new BlockList();
      list.addAddress(ip, 'ipv6');
      assert.ok(list.check((hex.match(/.{4}/g) ?? []).join(':'), 'ipv6'), ip);
    }),
  );
});

test('more clients than are remembered still get their own ids', () => {
  const ids = new ExchangeIds();
  const { endpoints } = exchangeOf();
  for (let n = 0; n < 5000; n++) {
    const id = ids.idOf(exchangeOf({ endpoints: { ...endpoints, clientIp: `10.1.${n >> 8}.${n & 255}` } }));
    assert.equal(id.slice(0, 8), `0a01${n.toString(16).padStart(4, '0')}`);
  }
});
