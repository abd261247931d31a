import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { makeRequestMetrics } from '../support/metrics/make-request-metrics.ts';
import { outgoing } from '../support/metrics/observed-exchange.ts';
import { valuesOf } from '../support/metrics/values-of.ts';
import { assertLinear } from '../support/program/cpu-cost.ts';
import { usedHeap } from '../support/program/used-heap.ts';

type Made = ReturnType<typeof makeRequestMetrics>;

/** Requests by server, whatever they ask for. */
function byServer({ metrics }: Made): Readonly<Record<string, number>> {
  const servers: Record<string, number> = {};
  for (const [labels, count] of Object.entries(valuesOf(metrics(), 'http_logger_route_requests'))) {
    const server = labels.split(' ').at(-1) ?? '';
    servers[server] = (servers[server] ?? 0) + count;
  }
  return servers;
}

function at(exchange: Exchange, minutes: number): Exchange {
  const later = <M extends { readonly firstByteTime: number; readonly lastByteTime: number }>(message: M): M => ({
    ...message,
    firstByteTime: message.firstByteTime + minutes * 60e6,
    lastByteTime: message.lastByteTime + minutes * 60e6,
  });
  return {
    ...exchange,
    request: exchange.request && later(exchange.request),
    response: exchange.response && later(exchange.response),
  };
}

test('a server has the name that it is asked by, however that is written, and wherever it is', () => {
  const made = makeRequestMetrics();
  for (const host of ['payments', 'Payments:8080', 'payments.']) made.requests.observe(outgoing(host, '10.0.0.2', 200));
  made.requests.observe(outgoing('payments', '10.0.0.3', 200));
  made.requests.observe(outgoing('payments', '10.0.0.3'));
  assert.deepEqual(byServer(made), { payments: 5 });
});

test('until a name is answered to, and where there is none, the address stands for the server', () => {
  const made = makeRequestMetrics();
  made.requests.observe(outgoing('payments', '10.0.0.2'));
  made.requests.observe(outgoing('payments', '10.0.0.2', 404));
  made.requests.observe(outgoing('no host', '2001:db8::2', 200));
  made.requests.observe(outgoing('payments', '10.0.0.2', 200));
  made.requests.observe(outgoing('payments', '10.0.0.2'));
  assert.deepEqual(byServer(made), { '10.0.0.2': 2, '2001:db8::2': 1, payments: 2 });
});

test('names that are made up and refused take no place', () => {
  const made = makeRequestMetrics({ maxPeers: 10 }, assert.fail);
  for (let index = 0; index < 1000; index++) made.requests.observe(outgoing(`made-up-${index}`, '10.0.0.2', 404));
  made.requests.observe(outgoing('payments', '10.0.0.3', 200));
  assert.deepEqual(byServer(made), { '10.0.0.2': 1000, payments: 1 });
});

test('names that are made up, and answered by one server whatever they are, leave places to others', () => {
  const made = makeRequestMetrics({ maxPeers: 10 });
  for (let index = 0; index < 5000; index++) made.requests.observe(outgoing(`made-up-${index % 900}`, '10.0.0.2', 200));
  for (let round = 0; round < 10; round++) {
    for (let index = 0; index < 4; index++) {
      made.requests.observe(outgoing(`real-${index}`, `10.0.1.${index}`, 200));
    }
    for (let index = 0; index < 5; index++) made.requests.observe(outgoing(`again-${index}`, '10.0.0.2', 200));
  }
  const servers = byServer(made);
  for (let index = 0; index < 4; index++) assert.ok((servers[`real-${index}`] ?? 0) >= 6, JSON.stringify(servers));
  assert.ok(Object.keys(servers).length <= 11, JSON.stringify(servers));
  assert.equal(
    Object.values(servers).reduce((all, count) => all + count),
    5090,
  );
});

test('there are never more servers than allowed, one sentence says so, and a counter how many requests it cost', () => {
  const warnings: string[] = [];
  const made = makeRequestMetrics({ maxPeers: 10, maxSeries: 1000 }, (sentence) => warnings.push(sentence));
  for (let index = 0; index < 3000; index++) {
    made.requests.observe(outgoing(`host-${index % 30}`, `10.0.0.${index % 30}`, 200));
  }
  const servers = byServer(made);
  assert.equal(Object.keys(servers).length, 11);
  assert.deepEqual(warnings, ['there are too many servers for METRICS_MAX_PEERS=10: some come under {other}']);
  const overflowing = valuesOf(made.metrics(), 'http_logger_metrics_overflowing_peers')[''];
  assert.equal(overflowing, servers['{other}']);
});

test('a server that was not asked for an hour gives its place to one that is asked again and again', () => {
  const made = makeRequestMetrics({ maxPeers: 4, maxSeries: 20 });
  const ask = (host: string, minutes: number) => made.requests.observe(at(outgoing(host, host, 200), minutes));
  for (const host of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'])
    for (let times = 0; times < 9; times++) ask(host, 0);
  for (let times = 0; times < 20; times++) ask('10.0.0.5', 59);
  ask('10.0.0.1', 59);
  assert.equal(byServer(made)['10.0.0.5'], undefined);
  for (let times = 0; times < 20; times++) ask('10.0.0.5', 61);
  const servers = byServer(made);
  assert.ok((servers['10.0.0.5'] ?? 0) > 0, JSON.stringify(servers));
  assert.equal(servers['10.0.0.1'], 10);
  assert.equal(Object.keys(servers).length, 5);
  const histograms = valuesOf(made.metrics(), 'http_client_request_duration_seconds');
  assert.equal(Object.keys(histograms).length, 5);
});

test('places that are given away again and again keep the number of series bounded', () => {
  const made = makeRequestMetrics({ maxPeers: 4, maxSeries: 20 });
  for (let hour = 0; hour < 200; hour++) {
    for (let times = 0; times < 10; times++) {
      made.requests.observe(at(outgoing(`pod-${hour}`, `10.0.0.${hour}`, 200, `/r${times % 3}`), hour * 61));
    }
  }
  assert.ok((byServer(made)['pod-199'] ?? 0) > 0);
  assert.ok(Object.keys(byServer(made)).length <= 5);
  assert.ok(Object.keys(valuesOf(made.metrics(), 'http_client_request_duration_seconds')).length <= 20);
});

test('long ways to write a name take no memory', () => {
  const made = makeRequestMetrics({ maxPeers: 1000 });
  made.requests.observe(outgoing('payments', '10.0.0.2', 200));
  const before = usedHeap();
  for (let index = 0; index < 2000; index++) {
    made.requests.observe(outgoing(`payments:${'0'.repeat(20_000)}${index}`, '10.0.0.2', 200));
  }
  const more = usedHeap() - before;
  assert.ok(more < 2_000_000, `${more} bytes more are in use`);
  assert.deepEqual(byServer(made), { payments: 2001 });
});

test('names for which there is no place take no memory, and cost the same however many places there are', async () => {
  const made = makeRequestMetrics({ maxPeers: 20 });
  const ask = ({ requests }: Made, index: number) => {
    requests.observe(outgoing(`made-up-${index}`, `10.${index & 127}.0.2`, 200));
  };
  for (let index = 0; index < 1000; index++) ask(made, index);
  const before = usedHeap();
  for (let index = 0; index < 50_000; index++) ask(made, index + 1000);
  const more = usedHeap() - before;
  assert.ok(more < 2_000_000, `${more} bytes more are in use`);
  await assertLinear({
    run: (count) => {
      const many = makeRequestMetrics({ maxPeers: count / 4 });
      for (let index = 0; index < count; index++) ask(many, index);
    },
    less: () => 1000,
    more: () => 4000,
    most: () => 16_000,
  });
});
