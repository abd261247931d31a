import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';

test('when nobody reads a connection any more, its payload is only counted, until both FINs', () => {
  const run = new ScriptedRun({
    react: (heard, connection) => heard.type === 'data' && connection.ignore(),
  }).handshake();
  run.client({ at: 9, payload: 'held' }).client({ at: 0, payload: 'hello' }).server({ payload: '12345', ack: 5 });
  assert.equal(run.table.bufferedBytes, 0);
  run.client({ at: 13, flags: 'FA' }).server({ flags: 'FA' });
  assert.deepEqual(run.close().connection.story, ['0 data hello']);
  assert.equal(run.counters.connections_finished, 1);
  assert.equal(run.counters.payload_bytes_delivered, 5);
  assert.equal(run.counters.payload_bytes_ignored, 4 + 5);
});

test('what the snap length truncated behind the bytes that make the listener stop listening is no gap', () => {
  const run = new ScriptedRun({
    react: (heard, connection) => heard.type === 'data' && connection.ignore(),
  }).handshake();
  run.client({ payload: 'abcdef', truncated: 3 }).close();
  assert.deepEqual(run.connection.story, ['0 data abc']);
  assert.deepEqual([run.counters.gaps, run.counters.connections_shutdown], [0, 1]);
});

test('a FIN in or before the segment that makes the listener stop listening still counts as the end', () => {
  const options = {
    react: (heard: { type: string }, connection: { ignore(): void }) => heard.type === 'data' && connection.ignore(),
  };
  const same = new ScriptedRun(options)
    .handshake()
    .client({ payload: 'hello', flags: 'FA' })
    .server({ flags: 'FA' })
    .close();
  assert.deepEqual(same.connection.story, ['0 data hello']);
  assert.equal(same.counters.connections_finished, 1);
  const before = new ScriptedRun(options).handshake().server({ flags: 'FA' }).client({ at: 5, flags: 'FA' });
  before.client({ at: 0, payload: 'hello' }).close();
  assert.deepEqual(before.connection.story, ['1 end', '0 data hello']);
  assert.equal(before.counters.connections_finished, 1);
});

test('an RST ends an ignored connection, and so does the SYN of a new incarnation', () => {
  const options = {
    react: (heard: { type: string }, connection: { ignore(): void }) => heard.type === 'data' && connection.ignore(),
  };
  const reset = new ScriptedRun(options)
    .handshake()
    .client({ payload: 'a' })
    .server({ flags: 'RA' })
    .server({ payload: 'late' });
  assert.deepEqual(reset.close().connection.story, ['0 data a']);
  assert.deepEqual([reset.counters.payload_bytes_ignored, reset.counters.connections_reset], [4, 1]);
  const reopened = new ScriptedRun(options)
    .handshake()
    .client({ payload: 'a' })
    .reusePorts(9_000_000, 77)
    .handshake()
    .close();
  const { connections_opened, connections_replaced, connections_shutdown } = reopened.counters;
  assert.deepEqual([connections_opened, connections_replaced, connections_shutdown], [2, 1, 1]);
});

test('a listener that reads no more when the stream is joined releases what was just held', () => {
  const run = new ScriptedRun({ react: (heard, connection) => heard.type === 'gap' && connection.ignore() });
  run.client({ flags: 'A' }).client({ payload: 'GET', ack: 0 }).server({ payload: '200' });
  assert.equal(run.table.bufferedBytes, 0);
  run.wait(100).close();
  assert.equal(run.counters.payload_bytes_ignored, 6);
  assert.equal(run.counters.gaps, 0);
});
