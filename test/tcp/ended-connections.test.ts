import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpPacket } from '../tools/packets.ts';
import { ScriptedRun } from './scripted-run.ts';
import { TcpRun } from './tcp-run.ts';

/** One exchange and both FINs. */
function finished(options: ConstructorParameters<typeof ScriptedRun>[0] = {}): ScriptedRun {
  const run = new ScriptedRun(options).handshake().client({ payload: 'GET' }).server({ payload: '200' });
  return run.client({ flags: 'FA' }).server({ flags: 'FA', ack: 4 }).client({ at: 4, ack: 4 });
}

test('what is sent again within a minute of the end is known', () => {
  for (const seconds of [0, 5, 30, 59]) {
    const run = finished()
      .wait(seconds * 1000)
      .client({ at: 0, payload: 'GET' })
      .server({ at: 1, payload: '00' });
    run.client({ at: -1, flags: 'S' }).server({ at: -1, flags: 'SA', ack: 0 }).client({ at: 3, flags: 'FA' }).close();
    assert.equal(run.connection.closed, 'finished');
    assert.equal(run.counters.payload_bytes_duplicate, 5);
  }
});

test('it is the same after an RST, for the bytes that were heard', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'GET' })
    .server({ payload: '200' })
    .client({ flags: 'R' });
  run.wait(30_000).server({ at: 0, payload: '200' }).server({ at: 0, payload: '200 more' }).close();
  assert.equal(run.connection.closed, 'reset');
  assert.equal(run.counters.payload_bytes_duplicate, 6);
  assert.equal(run.counters.payload_bytes_dropped_closed, 5);
});

test('after that it is a connection of its own', () => {
  const run = finished().wait(60_000).client({ at: 0, payload: 'GET' }).close();
  assert.equal(run.counters.connections_opened, 2);
});

test('a keep-alive probe behind the end is nothing new', () => {
  const run = finished().client({ at: 3, payload: '\0' }).server({ at: 3, payload: '\0' }).close();
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.counters.payload_bytes_dropped_closed, 2);
});

test('bytes behind both FINs are of a newer connection, near or far, ahead or far behind', () => {
  for (const at of [5, 900_000, 2 ** 30, -(2 ** 30)]) {
    const run = finished().client({ at, payload: 'two' }).wait(100).close();
    assert.equal(run.counters.connections_opened, 2, `${at}`);
    assert.equal(run.connections[1]?.bytes(0).toString(), 'two');
  }
});

test('bytes under way in a connection that was reset are dropped for two seconds more, however many come', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).client({ flags: 'RA' }).wait(1000);
  for (let late = 0; late < 4; late++) run.wait(498).server({ payload: 'late', ack: 3 });
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.counters.payload_bytes_dropped_closed, 16);
  run.wait(10).server({ payload: 'later', ack: 3 }).close();
  assert.equal(run.counters.connections_opened, 2);
});

test('an ignored connection knows its old bytes by its FINs', () => {
  const options = {
    react: (heard: { type: string }, connection: { ignore(): void }) => heard.type === 'data' && connection.ignore(),
  };
  const run = finished(options).wait(30_000).client({ at: 0, payload: 'GET' });
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.client({ at: 9000, payload: 'two' }).close().counters.connections_opened, 2);
});

test('what is sent again does not end a newer connection between the same ports', () => {
  const run = finished({ clientFirst: 0x7000_0000 }).reusePorts(0x9000_0000, 900_000).handshake();
  run.client({ payload: 'two' });
  run.reusePorts(0x7000_0000, 500_000).client({ at: 0, payload: 'GET' });
  run.reusePorts(0x9000_0000, 900_000).client({ at: 3, payload: ' more' }).close();
  assert.deepEqual(run.connections[1]?.story, ['0 data two more', 'close shutdown']);
});

test('sides are told apart, whoever ended first and whatever the order of their addresses', () => {
  const run = new ScriptedRun()
    .handshake()
    .server({ payload: 'x'.repeat(5000) })
    .server({ flags: 'FA' });
  run.client({ flags: 'FA', ack: 5001 }).wait(5000);
  run.server({ at: 4000, payload: 'x'.repeat(1000), ack: 0 });
  assert.equal(run.counters.connections_opened, 1);
  run.client({ at: 4000, payload: 'x', ack: 5001 }).close();
  assert.equal(run.counters.connections_opened, 2);
});

test('no more connections are remembered than may be open: the latest ones', () => {
  const run = new TcpRun({ limits: { maxConnections: 100 } });
  const addresses = {
    source: '10.0.0.1',
    destination: '10.0.0.2',
    destinationPort: 80,
    sequence: 1,
    acknowledgment: 1,
  };
  const send = (sourcePort: number, flags: string) =>
    run.packet(tcpPacket({ ...addresses, sourcePort, flags, payload: 'abc' }), sourcePort);
  const answer = (destinationPort: number) => {
    const back = { source: addresses.destination, destination: addresses.source, sourcePort: 80, destinationPort };
    run.packet(tcpPacket({ ...back, sequence: 1, acknowledgment: 5, flags: 'FA' }), destinationPort);
  };
  for (let port = 1; port <= 10_000; port++) {
    send(port, 'SFA');
    answer(port);
  }
  assert.equal(run.table.openConnections, 0);
  const opened = run.counters.connections_opened;
  send(10_000, 'SFA');
  assert.equal(run.counters.connections_opened, opened, 'the last one is known');
  for (let port = 1; port <= 1000; port++) send(port, 'SFA');
  assert.ok(run.counters.connections_opened > opened + 900, 'the first ones are not');
  run.close();
});
