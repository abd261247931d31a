import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { ecs } from '../../../src/record/schema/ecs.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../../support/record/exchanges.ts';

const toEcs = createObjectEncoder(ecs);
const build = createRecordBuilder({ ...fullOptions, headers: { kind: 'none' } });

test('what is not known is not there, also no empty object', () => {
  assert.deepEqual(toEcs(build(exchangeOf({ request: undefined, outcome: 'unknown' }))), {
    '@timestamp': '2024-05-06T07:20:00.135956Z',
    ecs: { version: '8.17.0' },
    event: {
      kind: 'event',
      category: ['network', 'web'],
      type: ['access', 'protocol'],
      dataset: 'http',
      id: '0a000001c738-x-fedcba98',
      start: '2024-05-06T07:20:00.135956Z',
      end: '2024-05-06T07:20:00.136206Z',
      outcome: 'unknown',
    },
    http: { version: '1.1', response: { status_code: 200, bytes: 0, body: { bytes: 0 } } },
    source: { address: '10.0.0.1', ip: '10.0.0.1', port: 51_000 },
    client: { address: '10.0.0.1', ip: '10.0.0.1', port: 51_000 },
    destination: { address: '10.0.0.2', ip: '10.0.0.2', port: 8080 },
    server: { address: '10.0.0.2', ip: '10.0.0.2', port: 8080 },
    network: { transport: 'tcp', protocol: 'http', type: 'ipv4', direction: 'ingress' },
    exchange: { outcome: 'unknown', receive_ms: 0.25 },
  });
});

test('the client of a proxy is an address, or named under exchange only', () => {
  const told = (client: string) => {
    const { network, exchange } = toEcs(
      build(exchangeOf({ request: requestMessage({ headers: [['X-Forwarded-For', client]] }) })),
    );
    return [
      (network as { forwarded_ip?: string }).forwarded_ip,
      (exchange as { forwarded_for?: string }).forwarded_for,
    ];
  };
  for (const address of ['203.0.113.7', '2001:db8::7', '::ffff:1.2.3.4']) {
    assert.deepEqual(told(address), [address, address]);
  }
  for (const name of ['_hidden', 'fe80::1%eth0', '01.2.3.4', '1.2.3', 'client.example']) {
    assert.deepEqual(told(name), [undefined, name]);
  }
  assert.deepEqual(told('unknown'), [undefined, undefined]);
});

test('labels have names without dots, which would make objects of them', () => {
  const labels = { app: 'shop', 'app.kubernetes.io/name': 'cart' };
  const { identity } = fullOptions;
  const { kubernetes } = toEcs(
    createRecordBuilder({ ...fullOptions, identity: { ...identity, labels } })(exchangeOf()),
  );
  assert.deepEqual(kubernetes, { labels: { app: 'shop', 'app_kubernetes_io/name': 'cart' } });
});

test('the event outcome follows status and outcome', () => {
  const outcome = (status: number | undefined, how: 'answered' | 'timeout' | 'reset' | 'closed' | 'unknown') => {
    const response = status === undefined ? undefined : responseMessage({ status });
    const { event } = toEcs(build(exchangeOf({ response, outcome: how })));
    return (event as { outcome: string }).outcome;
  };
  assert.equal(outcome(200, 'answered'), 'success');
  assert.equal(outcome(399, 'answered'), 'success');
  assert.equal(outcome(404, 'answered'), 'failure');
  assert.equal(outcome(500, 'answered'), 'failure');
  assert.equal(outcome(200, 'reset'), 'failure');
  assert.equal(outcome(undefined, 'timeout'), 'failure');
  assert.equal(outcome(undefined, 'closed'), 'failure');
  assert.equal(outcome(undefined, 'unknown'), 'unknown');
});

test('url and network fields follow the target, the host and the addresses', () => {
  const { endpoints } = exchangeOf();
  const record = (target: string, host: string) =>
    toEcs(
      build(
        exchangeOf({
          endpoints: { ...endpoints, clientIp: 'fe80::1', serverIp: 'fe80::2', direction: 'outgoing' },
          request: requestMessage({ target, headers: [['Host', host]], version: 'HTTP/1.0' }),
        }),
      ),
    );
  const { url, network, http } = record('https://[::1]:8443/a?b', 'x');
  assert.deepEqual(url, {
    original: 'https://[::1]:8443/a?b',
    scheme: 'https',
    domain: '[::1]',
    port: 8443,
    path: '/a',
    query: 'b',
  });
  assert.deepEqual(network, { transport: 'tcp', protocol: 'http', type: 'ipv6', direction: 'egress' });
  assert.equal((http as { version: string }).version, '1.0');
  const { url: plain } = record('/', 'shop');
  assert.deepEqual(plain, { original: '/', scheme: 'http', domain: 'shop', path: '/' });
});
