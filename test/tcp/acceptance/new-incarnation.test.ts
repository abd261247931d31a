import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';

test('a SYN-ACK that is sent again after a late one is still of the same connection', () => {
  const run = new ScriptedRun().client({ at: 1, payload: 'b', ack: 1 }).server({ at: 1, payload: '2', ack: 2 });
  run.server({ at: -1, flags: 'SA', ack: 0 }).server({ at: -1, flags: 'SA', ack: 0 }).close();
  assert.equal(run.counters.connections_opened, 1);
});

test('a SYN on the same ports begins a new incarnation of an open connection', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.reusePorts(70_000, 900_000).handshake().client({ payload: 'two' }).close();
  assert.deepEqual(
    run.connections.map(({ story }) => story),
    [
      ['0 data one', 'close replaced'],
      ['0 data two', 'close shutdown'],
    ],
  );
  assert.equal(run.counters.connections_replaced, 1);
});

test('a SYN in the middle of a conversation that the other side does not answer begins nothing', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.client({ at: 76_000, flags: 'S' }).server({ ack: 3 }).server({ payload: '200', ack: 3 });
  run.client({ at: 3, payload: 'two', ack: 3 }).server({ payload: '201', ack: 6 }).close();
  assert.deepEqual(run.connection.story, ['0 data one', '1 data 200', '0 data two', '1 data 201', 'close shutdown']);
});

test('a SYN in the middle of a conversation began a new incarnation if bytes follow on it', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.reusePorts(70_000, 900_000).client({ at: -1, flags: 'S' }).client({ ack: 0 }).client({ payload: 'two', ack: 0 });
  run.close();
  assert.deepEqual(
    run.connections.map(({ story }) => story),
    [
      ['0 data one', 'close replaced'],
      ['0 data two', 'close shutdown'],
    ],
  );
  assert.equal(run.connections[1]?.handle.initiator, 0);
  assert.equal(run.counters.connections_joined, 0);
});

test('bytes that follow on the known connection, too, do not confirm a SYN', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.client({ at: 5, flags: 'S' }).client({ at: 3, payload: 'two' }).client({ payload: 'three' }).close();
  assert.deepEqual(run.connection.story, ['0 data onetwothree', 'close shutdown']);
});

test('a SYN with bytes in the middle of a conversation begins a new incarnation at once', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.reusePorts(70_000, 900_000).client({ at: -1, flags: 'S', payload: 'two' }).close();
  assert.deepEqual(run.connections[1]?.story, ['0 data two', 'close shutdown']);
});

test('a SYN on the same ports opens a second connection right after the end of the first', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'one' })
    .client({ flags: 'FA' })
    .server({ flags: 'FA', ack: 4 });
  run.reusePorts(70_000, 900_000).handshake().client({ payload: 'two' }).close();
  assert.deepEqual(
    run.connections.map(({ story }) => story.at(-1)),
    ['close finished', 'close shutdown'],
  );
});

test('a sequence number from far behind, without a SYN, belongs to a new incarnation', () => {
  const run = new ScriptedRun({ clientFirst: 0x7000_0000 }).handshake().client({ payload: 'one' });
  run.reusePorts(0x6000_0000, 900_000).client({ payload: 'two' }).wait(100).close();
  assert.deepEqual(
    run.connections.map(({ story }) => story),
    [
      ['0 data one', 'close replaced'],
      ['0 gap ?', '0 data two', 'close shutdown'],
    ],
  );
});

test('a SYN with RST set begins no new incarnation', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.reusePorts(70_000, 900_000).client({ at: -1, flags: 'SR' }).close();
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.counters.connections_reset, 1);
});

test('a SYN ends a connection with an RST at once, the same SYN only one that carried nothing', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' }).server({ flags: 'RA' });
  run.client({ at: -1, flags: 'S' });
  assert.deepEqual(run.connection.story, ['0 data one']);
  run.reusePorts(70_000, 900_000).client({ at: -1, flags: 'S' });
  assert.deepEqual(run.connections[0]?.story, ['0 data one', 'close reset']);
  run.close();
  const refused = new ScriptedRun().client({ at: -1, flags: 'S' }).server({ at: -500_000, flags: 'RA', ack: 0 });
  refused.handshake().client({ payload: 'GET' }).server({ payload: '200' }).close();
  assert.deepEqual(
    refused.connections.map(({ story }) => story),
    [['close reset'], ['0 data GET', '1 data 200', 'close shutdown']],
  );
});

test('a SYN that was refused opens a connection whenever it comes again', () => {
  const refused = new ScriptedRun().client({ at: -1, flags: 'S' }).server({ at: -500_000, flags: 'RA', ack: 0 });
  refused.wait(1500).handshake().client({ payload: 'GET' }).close();
  assert.deepEqual(refused.connections[1]?.story, ['0 data GET', 'close shutdown']);
});
