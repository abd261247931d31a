import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpPacket } from '../../support/packet/packets.ts';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

/** One exchange and both FINs. */
function finished(options: ConstructorParameters<typeof ScriptedRun>[0] = {}): ScriptedRun {
  const run = new ScriptedRun(options).handshake().client({ payload: 'GET' }).server({ payload: '200' });
  return run.client({ flags: 'FA' }).server({ flags: 'FA', ack: 4 }).client({ at: 4, ack: 4 });
}

test('what is sent again within a minute of the end is recognised', () => {
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

test('bytes behind both FINs belong to a new incarnation, near or far, ahead or far behind', () => {
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

test('a silence behind an RST counts, though nothing but the packet that ends it tells of it', () => {
  for (const seconds of [3, 4, 59, 3600]) {
    const run = new ScriptedRun().handshake().client({ payload: 'GET' }).client({ flags: 'RA' });
    run
      .wait(seconds * 1000)
      .server({ payload: 'later', ack: 3 })
      .server({ at: 5, payload: ' more', ack: 3 })
      .close();
    assert.equal(run.counters.payload_bytes_dropped_closed, 0, `${seconds} s`);
    assert.equal(run.connections[1]?.bytes(0).toString(), 'later more');
  }
});

test('an ignored connection knows its old bytes by its FINs', () => {
  const options = {
    react: (heard: { type: string }, connection: { ignore(): void }) => heard.type === 'data' && connection.ignore(),
  };
  const run = finished(options).wait(30_000).client({ at: 0, payload: 'GET' });
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.client({ at: 9000, payload: 'two' }).close().counters.connections_opened, 2);
});

test('what is sent again does not end a new incarnation of its connection', () => {
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
    acknowledgment: 1,
  };
  const begin = (sourcePort: number) =>
    run.packet(tcpPacket({ ...addresses, sourcePort, sequence: 1, flags: 'SA', payload: 'abc' }), sourcePort);
  const end = (sourcePort: number) =>
    run.packet(tcpPacket({ ...addresses, sourcePort, sequence: 5, flags: 'FA' }), sourcePort);
  const answer = (destinationPort: number) => {
    const back = { source: addresses.destination, destination: addresses.source, sourcePort: 80, destinationPort };
    run.packet(tcpPacket({ ...back, sequence: 1, acknowledgment: 5, flags: 'FA' }), destinationPort);
  };
  for (let port = 1; port <= 10_000; port++) {
    begin(port);
    end(port);
    answer(port);
  }
  assert.equal(run.table.openConnections, 0);
  const opened = run.counters.connections_opened;
  begin(10_000);
  assert.equal(run.counters.connections_opened, opened, 'the last one is known');
  for (let port = 1; port <= 1000; port++) begin(port);
  assert.ok(run.counters.connections_opened > opened + 900, 'the first ones are not');
  run.close();
});
