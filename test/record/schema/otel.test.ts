import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { otel as schema } from '../../../src/record/schema/otel.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../../support/record/exchanges.ts';

const toOtel = createObjectEncoder(schema);
const build = createRecordBuilder({ ...fullOptions, headers: { kind: 'none' } });
const otel = (parts: Partial<Exchange>) => toOtel(build(exchangeOf(parts)));
const outgoing = { ...exchangeOf().endpoints, direction: 'outgoing' } as const;

test('what is not known is not there', () => {
  assert.deepEqual(otel({ request: undefined, outcome: 'unknown' }), {
    '@timestamp': '2024-05-06T07:20:00.135956Z',
    'http.response.status_code': 200,
    'http.response.body.size': 0,
    'server.address': '10.0.0.2',
    'server.port': 8080,
    'client.address': '10.0.0.1',
    'client.port': 51_000,
    'network.peer.address': '10.0.0.1',
    'network.peer.port': 51_000,
    'network.local.address': '10.0.0.2',
    'network.local.port': 8080,
    'network.transport': 'tcp',
    'network.type': 'ipv4',
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
    'exchange.id': '0a000001c738-x-fedcba98',
    'exchange.direction': 'incoming',
    'exchange.outcome': 'unknown',
    'exchange.receive_ms': 0.25,
  });
});

test('the client of what this pod serves is the one behind all proxies, if that is an address', () => {
  const told = (forwardedFor: string, endpoints = exchangeOf().endpoints) => {
    const record = otel({ endpoints, forwardedFor: [forwardedFor] });
    const { 'client.address': address, 'client.port': port, 'network.peer.address': peer } = record;
    return [address, port, peer, record['exchange.forwarded_for']];
  };
  assert.deepEqual(told('203.0.113.7'), ['203.0.113.7', undefined, '10.0.0.1', '203.0.113.7']);
  assert.deepEqual(told('_hidden'), ['10.0.0.1', 51_000, '10.0.0.1', '_hidden']);
  assert.deepEqual(told('203.0.113.7', outgoing), ['10.0.0.1', 51_000, '10.0.0.2', '203.0.113.7']);
  const unknown = { ...outgoing, direction: 'unknown' } as const;
  assert.deepEqual(told('203.0.113.7', unknown), ['10.0.0.1', 51_000, undefined, '203.0.113.7']);
});

test('a method that is not well known is _OTHER, with the original beside it', () => {
  const method = (sent: string) => {
    const record = otel({ request: requestMessage({ method: sent }) });
    return [record['http.request.method'], record['http.request.method_original']];
  };
  assert.deepEqual(method('PATCH'), ['PATCH', undefined]);
  assert.deepEqual(method('get'), ['_OTHER', 'get']);
  assert.deepEqual(method('PROPFIND'), ['_OTHER', 'PROPFIND']);
});

test('the error type is the status or what happened to the connection', () => {
  const error = (status: number | undefined, outcome: Exchange['outcome'], endpoints = exchangeOf().endpoints) =>
    otel({ endpoints, outcome, response: status === undefined ? undefined : responseMessage({ status }) })[
      'error.type'
    ];
  assert.equal(error(200, 'answered'), undefined);
  assert.equal(error(404, 'answered'), undefined, 'not an error of the server');
  assert.equal(error(404, 'answered', outgoing), '404');
  assert.equal(error(503, 'answered'), '503');
  assert.equal(error(undefined, 'timeout'), 'timeout');
  assert.equal(error(200, 'reset'), 'reset');
  assert.equal(error(undefined, 'closed'), 'closed');
  assert.equal(error(undefined, 'unknown'), undefined);
});

test('the full URL is there for outgoing requests whose host is known', () => {
  const full = (target: string, host: string | undefined, method = 'GET') =>
    otel({
      endpoints: outgoing,
      request: requestMessage({ method, target, headers: host === undefined ? [] : [['Host', host]] }),
    })['url.full'];
  assert.equal(full('/a?b=c&token=s3cret', 'shop:81'), 'http://shop:81/a?b=c&token=[redacted]');
  assert.equal(full('https://x/y', 'shop'), 'https://x/y');
  assert.equal(full('/a', undefined), undefined);
  assert.equal(full('*', 'shop', 'OPTIONS'), undefined);
  assert.equal(full('shop:443', 'shop', 'CONNECT'), undefined);
  assert.equal(otel({ request: requestMessage({ headers: [['Host', 'shop']] }) })['url.full'], undefined, 'incoming');
});

test('server and peer are told apart', () => {
  const ports = (host: string, target = '/') => {
    const record = otel({ endpoints: outgoing, request: requestMessage({ target, headers: [['Host', host]] }) });
    return [
      record['server.address'],
      record['server.port'],
      record['network.peer.address'],
      record['network.peer.port'],
    ];
  };
  assert.deepEqual(ports('shop:81'), ['shop', 81, '10.0.0.2', 8080]);
  assert.deepEqual(ports('shop'), ['shop', 80, '10.0.0.2', 8080]);
  assert.deepEqual(ports('x', 'https://shop/'), ['shop', 443, '10.0.0.2', 8080]);
  const unknown = otel({ endpoints: { ...outgoing, direction: 'unknown' } });
  assert.equal(unknown['network.peer.address'], undefined);
});

test('every header is an array, under any name', () => {
  const record = toOtel(
    createRecordBuilder(fullOptions)(
      exchangeOf({
        request: requestMessage({
          headers: [
            ['A', '1'],
            ['B', '1'],
            ['b', '2'],
            ['__proto__', '3'],
          ],
        }),
      }),
    ),
  );
  assert.deepEqual(record['http.request.header.a'], ['1']);
  assert.deepEqual(record['http.request.header.b'], ['1', '2']);
  assert.deepEqual(record['http.request.header.__proto__'], ['3']);
});
