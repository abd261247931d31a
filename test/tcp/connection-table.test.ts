import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpPacket } from '../support/packet/packets.ts';
import { clientPacket, serverPacket } from '../support/tcp/port-packets.ts';
import { ScriptedRun } from '../support/tcp/scripted-run.ts';
import { TcpRun } from '../support/tcp/tcp-run.ts';

test('connections are told apart by both addresses and both ports, of IPv4 and IPv6', () => {
  const run = new TcpRun();
  const common = { sequence: 1, acknowledgment: 1, flags: 'S' };
  const endpoints = [
    ['10.0.0.1', 1000, '10.0.0.2', 80],
    ['10.0.0.1', 1001, '10.0.0.2', 80],
    ['10.0.0.1', 1000, '10.0.0.2', 81],
    ['10.0.0.3', 1000, '10.0.0.2', 80],
    ['10.0.0.1', 1000, '10.0.0.3', 80],
    ['10.0.0.1', 80, '10.0.0.2', 1000],
    ['2001:db8::1', 1000, '2001:db8::2', 80],
    ['2001:db8::1', 1000, '2001:db8:0:1::2', 80],
    ['2001:db8::1', 1000, '2001:db8::1:0:0:2', 80],
    ['2001:db8::1', 1000, '2001:db8::1:2', 80],
  ] as const;
  for (const [source, sourcePort, destination, destinationPort] of endpoints) {
    run.packet(tcpPacket({ ...common, source, sourcePort, destination, destinationPort }), 1);
    const answer = {
      source: destination,
      sourcePort: destinationPort,
      destination: source,
      destinationPort: sourcePort,
    };
    run.packet(tcpPacket({ ...common, ...answer, flags: 'SA', payload: 'x' }), 2);
  }
  run.close();
  assert.deepEqual(
    run.connections.map(({ handle }) => [handle.address(0), handle.port(0), handle.address(1), handle.port(1)]),
    endpoints,
  );
  for (const connection of run.connections) assert.deepEqual(connection.story, ['1 data x', 'close shutdown']);
});

test('a connection between an endpoint and itself is one', () => {
  const run = new TcpRun();
  const self = { source: '127.0.0.1', destination: '127.0.0.1', sourcePort: 5, destinationPort: 5 };
  run.packet(tcpPacket({ ...self, sequence: 0, flags: 'S' }), 1);
  run.packet(tcpPacket({ ...self, sequence: 1, flags: 'A', payload: 'me' }), 2);
  run.close();
  assert.deepEqual(run.connection.story, ['0 data me', 'close shutdown']);
});

test('RSTs are settled one by one, each in its own time; one that was not accepted leaves the connection open', () => {
  const run = new TcpRun();
  for (const port of [1, 2, 3, 4]) {
    run.packet(clientPacket(port, 'S', -1), 0);
    run.packet(clientPacket(port, 'RA', 0), port * 100_000);
  }
  run.packet(clientPacket(2, 'A', 0, 'on and on'), 500_000);
  run.tick(1_099_999);
  assert.deepEqual(run.endings, [undefined, undefined, undefined, undefined]);
  run.tick(1_300_000);
  assert.deepEqual(run.endings, ['reset', undefined, 'reset', undefined]);
  run.tick(1_400_000);
  assert.deepEqual(run.endings, ['reset', undefined, 'reset', 'reset']);
  assert.equal(run.table.openConnections, 1);
  run.close();
});

test('connections with an RST are ended first when memory is short', () => {
  const run = new TcpRun({ limits: { maxBufferedBytes: 10_000, maxBufferedBytesPerConnection: 10_000 } });
  for (const port of [1, 2, 3, 4]) run.packet(clientPacket(port, 'S', -1), port);
  for (const port of [2, 3]) run.packet(clientPacket(port, 'A', 1, 'x'.repeat(3000)), 10 + port);
  run.packet(clientPacket(3, 'RA', 3001), 20);
  run.packet(clientPacket(4, 'A', 1, 'x'.repeat(3000)), 21);
  assert.deepEqual(run.endings, [undefined, undefined, 'reset', undefined]);
  run.close();
});

test('a connection that ends while it waits is neither ended nor counted twice', () => {
  const run = new TcpRun();
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), 0);
  run.packet(clientPacket(2, 'A', 2, 'cd'), 1);
  run.packet(clientPacket(2, 'A', 0, 'ab'), 2);
  run.packet(serverPacket(2, 'RA', 0), 3);
  run.tick(1_000_003);
  assert.equal(run.table.openConnections, 2);
  run.tick(10_000_000);
  run.close();
  assert.deepEqual(run.endings, ['shutdown', 'reset', 'shutdown']);
});

test('over its own limit a connection gives up its first hole', () => {
  const run = new ScriptedRun({ limits: { maxBufferedBytesPerConnection: 10_000 } }).handshake();
  for (let index = 1; index <= 12; index++) run.client({ at: index * 2000, payload: Buffer.alloc(1000, 64 + index) });
  assert.ok(run.table.bufferedBytes <= 10_000);
  assert.ok(run.counters.gaps >= 4);
  run.close();
  assert.equal(run.counters.payload_bytes_delivered, 12_000);
  assert.equal(run.counters.gap_bytes, 2000 + 11 * 1000);
});

test('over the limit of all connections the idlest that hold memory are ended', () => {
  const limits = { maxBufferedBytes: 10_000, maxBufferedBytesPerConnection: 10_000 };
  const run = new TcpRun({ limits });
  for (const port of [1, 2, 3, 4]) run.packet(clientPacket(port, 'S', -1), port);
  for (const port of [2, 3, 4]) run.packet(clientPacket(port, 'A', 1, 'x'.repeat(3000)), 10 + port);
  assert.deepEqual(run.endings, [undefined, 'evicted_memory', undefined, undefined]);
  assert.ok(run.table.bufferedBytes <= 9000);
  run.close();
});

test('what the listeners hold counts against the limit, and is released when they end', () => {
  const limits = { maxBufferedBytes: 10_000, maxBufferedBytesPerConnection: 10_000 };
  const run = new TcpRun({
    limits,
    react: (heard, connection) => {
      if (heard.type === 'data') connection.handle.hold(heard.bytes.length);
      if (heard.type === 'close') connection.handle.hold(-5);
    },
  });
  for (const port of [1, 2, 3, 4]) {
    run.packet(clientPacket(port, 'S', -1), port);
    run.packet(clientPacket(port, 'A', 0, 'x'.repeat(3000)), port);
  }
  assert.deepEqual(run.endings, ['evicted_memory', undefined, undefined, undefined]);
  assert.equal(run.table.bufferedBytes, 9000);
  run.packet(serverPacket(2, 'RA', 0), 9);
  run.tick(1_000_009);
  assert.equal(run.table.bufferedBytes, 6000);
  run.connections[1]?.handle.hold(-3000);
  assert.equal(run.table.bufferedBytes, 6000, 'an ended connection holds nothing, whatever its listener says');
  run.close();
});
