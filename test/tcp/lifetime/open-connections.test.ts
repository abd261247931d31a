import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientPacket, serverPacket } from '../../support/tcp/port-packets.ts';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';
import { type Reaction, TcpRun } from '../../support/tcp/tcp-run.ts';

test('a silent connection is forgotten after the idle time, with what it held', () => {
  const run = new ScriptedRun({ limits: { idleMs: 5000 } }).handshake().client({ at: 2, payload: 'c' });
  run.wait(4999);
  assert.equal(run.table.openConnections, 1);
  run.wait(2);
  assert.equal(run.table.openConnections, 0);
  assert.deepEqual(run.connection.story, ['0 gap 2', '0 data c', 'close idle']);
  run.client({ payload: 'back', ack: 0 }).close();
  assert.deepEqual(run.endings, ['idle', 'shutdown']);
});

test('every packet keeps its connection from being idle', () => {
  const run = new ScriptedRun({ limits: { idleMs: 5000 } }).handshake();
  for (let probe = 0; probe < 5; probe++) run.wait(3000).client({ at: -1 });
  assert.equal(run.close().counters.connections_idle, 0);
});

test('a connection with something under way is not idle, but is given up after a day without a word', () => {
  const react: Reaction = (heard, { handle }) => {
    if (heard.type === 'data') handle.keepOpen(heard.bytes.toString() === 'begins' ? 1 : -1);
  };
  const run = new ScriptedRun({ limits: { idleMs: 5000 }, react }).handshake().client({ payload: 'begins' });
  run.wait(86_400_000 - 1000);
  assert.equal(run.table.openConnections, 1);
  run.client({ payload: 'again', ack: 0 }).wait(5001);
  assert.equal(run.counters.connections_idle, 1, 'once it is over, the idle time holds');
  const other = new ScriptedRun({ limits: { idleMs: 5000 }, react }).handshake().client({ payload: 'begins' });
  other.wait(86_399_000);
  assert.equal(other.table.openConnections, 1);
  other.wait(2000);
  assert.equal(other.table.openConnections, 0);
  assert.equal(other.counters.connections_idle, 1);
});

test('those that wait make room in the order of their silence, before those that are not idle yet', () => {
  const react: Reaction = (heard, { handle }) => {
    if (heard.type === 'data' && heard.side === 0) handle.keepOpen(1);
  };
  const run = new TcpRun({ limits: { maxConnections: 4, idleMs: 1000 }, react });
  for (const port of [1, 2, 3]) {
    run.packet(clientPacket(port, 'S', -1), port);
    run.packet(clientPacket(port, 'A', 0, 'ask'), port);
  }
  run.table.tick(2_000_000);
  assert.equal(run.table.openConnections, 3);
  run.packet(clientPacket(1, 'A', 3), 2_000_001);
  for (const port of [4, 5, 6, 7]) {
    run.packet(clientPacket(port, 'S', -1), 2_000_000 + port);
    run.packet(clientPacket(port, 'A', 0), 2_000_000 + port);
  }
  assert.deepEqual(run.endings.slice(0, 5), ['evicted_count', 'evicted_count', 'evicted_count', undefined, undefined]);
  run.close();
});

test('one connection too many costs the one silent for longest', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(clientPacket(1, 'A', 0), 4);
  run.packet(clientPacket(4, 'S', -1), 5);
  assert.deepEqual(run.endings, [undefined, 'evicted_count', undefined, undefined]);
  run.close();
  assert.equal(run.counters.connections_evicted_count, 1);
});

test('a flood of SYNs that nobody answers costs no connection of which more was seen', () => {
  const run = new TcpRun({ limits: { maxConnections: 10 } });
  run.packet(clientPacket(1, 'S', -1), 1);
  run.packet(serverPacket(1, 'SA', -1), 2);
  run.packet(clientPacket(2, 'A', 0, 'joined'), 3);
  run.packet(clientPacket(3, 'S', -1, 'with data'), 4);
  run.packet(clientPacket(4, 'S', -1), 5);
  run.packet(clientPacket(4, 'A', 0), 6);
  for (let port = 100; port < 1100; port++) run.packet(clientPacket(port, 'S', -1), port);
  assert.deepEqual(run.endings.slice(0, 4), [undefined, undefined, undefined, undefined]);
  assert.equal(run.counters.connections_evicted_count, 994);
  run.close();
});

test('a connection that has ended makes room before an open one', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(serverPacket(3, 'RA', 0), 4);
  run.packet(clientPacket(4, 'S', -1), 5);
  assert.deepEqual(run.endings, [undefined, undefined, 'reset', undefined]);
  assert.equal(run.table.openConnections, 3);
  run.packet(clientPacket(5, 'S', -1), 6);
  assert.deepEqual(run.endings, ['evicted_count', undefined, 'reset', undefined, undefined]);
  run.close();
});

test('an open connection with an RST makes room before one without', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(serverPacket(2, 'RA', 0), 4);
  run.packet(serverPacket(3, 'RA', 0), 5);
  for (const port of [4, 5, 6]) run.packet(clientPacket(port, 'S', -1), 2 + port);
  assert.deepEqual(run.endings, ['evicted_count', 'reset', 'reset', undefined, undefined, undefined]);
  run.close();
});
