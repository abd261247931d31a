import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../../../src/tcp/connection/connection.ts';
import { clientPacket } from '../../support/tcp/port-packets.ts';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

test('a hole is given up after 10 seconds when the receiver misses the bytes too', () => {
  const run = new ScriptedRun().handshake().client({ at: 3, payload: 'def' });
  assert.deepEqual(run.wait(9998).connection.story, []);
  assert.deepEqual(run.wait(2).connection.story, ['0 gap 3', '0 data def']);
  run.client({ at: 0, payload: 'abc' }).close();
  assert.equal(run.counters.payload_bytes_duplicate, 3);
});

test('a hole is given up after one second when the receiver has the bytes', () => {
  const run = new ScriptedRun().handshake().client({ at: 3, payload: 'def' }).server({ ack: 6 });
  assert.deepEqual(run.wait(997).connection.story, []);
  assert.deepEqual(run.wait(2).connection.story, ['0 gap 3', '0 data def']);
  run.close();
});

test('bytes wait one second for those that they acknowledge, then these are a gap', () => {
  const run = new ScriptedRun().handshake().server({ payload: '200', ack: 5 }).client({ at: 5, ack: 3 });
  assert.deepEqual(run.wait(997).connection.story, []);
  assert.deepEqual(run.wait(2).connection.story, ['0 gap 5', '1 data 200']);
  run.client({ at: 5, payload: 'next' }).close();
  assert.deepEqual(run.connection.story, ['0 gap 5', '1 data 200', '0 data next', 'close shutdown']);
});

test('bytes that nobody has acknowledged wait ten seconds for those that they acknowledge', () => {
  const run = new ScriptedRun().handshake().server({ payload: '200', ack: 5 });
  assert.deepEqual(run.wait(9998).connection.story, []);
  assert.deepEqual(run.wait(2).close().connection.story, ['0 gap 5', '1 data 200', 'close shutdown']);
});

test('bytes never wait for more than the FIN that they acknowledge', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'GET' })
    .client({ flags: 'FA' })
    .server({ payload: '200', ack: 4 });
  assert.deepEqual(run.connection.story, ['0 data GET', '0 end', '1 data 200']);
  run.close();
});

test('holes of one stream are given up one by one, each in its own time', () => {
  const run = new ScriptedRun().handshake().client({ at: 1, payload: 'b' }).wait(5000).client({ at: 3, payload: 'd' });
  assert.deepEqual(run.wait(5000).connection.story, ['0 gap 1', '0 data b']);
  assert.deepEqual(run.wait(5001).connection.story, ['0 gap 1', '0 data b', '0 gap 1', '0 data d']);
  run.close();
});

test('a tick looks only at connections whose deadline has passed', () => {
  const run = new TcpRun({ limits: { maxConnections: 5000 } });
  for (let port = 1; port <= 4000; port++) {
    run.packet(clientPacket(port, 'S', -1), port * 100);
    run.packet(clientPacket(port, 'A', 3, 'behind a hole'), port * 100);
  }
  let looks = 0;
  const expired = Object.getOwnPropertyDescriptor(Connection.prototype, 'tick')?.value as () => void;
  Connection.prototype.tick = function (this: Connection) {
    looks++;
    expired.call(this);
  };
  try {
    for (let tick = 1; tick <= 100; tick++) run.tick(400_000 + tick);
    assert.equal(looks, 0);
    run.tick(10_000_000 + 1000 * 100);
    assert.equal(looks, 1000);
  } finally {
    Connection.prototype.tick = expired;
  }
  run.close();
});

test('when the clock is set back by hours, holes, RSTs and idle connections have their deadlines all the same', () => {
  const hour = 3_600_000;
  const run = new ScriptedRun({ limits: { idleMs: 60_000 } }).handshake().client({ at: 3, payload: 'def' });
  run.wait(-2 * hour).wait(9000);
  assert.deepEqual(run.connection.story, []);
  assert.deepEqual(run.wait(1000).connection.story, ['0 gap 3', '0 data def']);
  run.server({ flags: 'RA' }).wait(-hour).wait(1000);
  assert.equal(run.connection.closed, 'reset');
  run.clientPort = 40_001;
  run.reusePorts(7000, 8000).handshake().wait(-hour).wait(60_100);
  assert.equal(run.connections[1]?.closed, 'idle');
  run.close();
});
