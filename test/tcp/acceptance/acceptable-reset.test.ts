import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';

test('an RST ends the connection a second later, or with the capture', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ flags: 'RA' });
  assert.deepEqual(run.wait(998).connection.story, ['0 data GET']);
  assert.deepEqual(run.wait(1).connection.story, ['0 data GET', 'close reset']);
  run.close();
  assert.equal(run.counters.connections_reset, 1);
  const atEnd = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ flags: 'RA' }).close();
  assert.deepEqual(atEnd.connection.story, ['0 data GET', 'close reset']);
});

test('an RST from before what was acknowledged, or from far ahead, is not acceptable', () => {
  for (const at of [-1, 2, -5000, 2 ** 27, -(2 ** 31)]) {
    const run = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ payload: '200' }).client({});
    run.server({ at, flags: 'R' }).wait(5000).client({ payload: ' /b' }).server({ at: 3, payload: '201' });
    assert.deepEqual(
      run.close().connection.story,
      ['0 data GET', '1 data 200', '0 data  /b', '1 data 201', 'close shutdown'],
      `${at}`,
    );
  }
});

test('an RST from before unacknowledged bytes is acceptable, and so is one of a side that never spoke', () => {
  const behind = new ScriptedRun().handshake().client({ payload: 'GET' }).client({ payload: ' /' });
  assert.equal(behind.server({ ack: 3 }).client({ at: 3, flags: 'R' }).wait(1000).close().connection.closed, 'reset');
  const silent = new ScriptedRun().client({ at: -1, flags: 'S' }).client({ payload: 'GET' }).server({ flags: 'RA' });
  assert.equal(silent.wait(1000).close().connection.closed, 'reset');
});

test('an RST waits a second for bytes that its sender had sent before it', () => {
  const arrives = new ScriptedRun().handshake().server({ at: 3, flags: 'RA' });
  assert.deepEqual(arrives.connection.story, []);
  arrives.server({ at: 0, payload: 'abc' });
  assert.deepEqual(arrives.wait(1000).close().connection.story, ['1 data abc', 'close reset']);
  const missing = new ScriptedRun().handshake().server({ at: 3, flags: 'RA' });
  assert.deepEqual(missing.wait(998).connection.story, []);
  assert.deepEqual(missing.wait(2).connection.story, ['close reset']);
  missing.close();
});

test('an RST waits a second for bytes that its sender had received', () => {
  const run = new ScriptedRun().handshake().server({ flags: 'RA', ack: 3 });
  assert.deepEqual(run.connection.story, []);
  run.client({ at: 0, payload: 'GET' });
  assert.deepEqual(run.wait(1000).close().connection.story, ['0 data GET', 'close reset']);
});

test('what waits behind a hole is handed over when an RST ends the connection', () => {
  const run = new ScriptedRun().handshake().client({ at: 4, payload: 'tail' }).client({ at: 8, flags: 'RA' });
  run.wait(1000).close();
  assert.deepEqual(run.connection.story, ['0 gap 4', '0 data tail', 'close reset']);
});

test('both FINs after an RST that waits still make a reset', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ at: 2, flags: 'RA' })
    .client({ at: 0, payload: 'ab', flags: 'FA' });
  run.server({ flags: 'FA' }).close();
  assert.deepEqual(run.connection.story.at(-1), 'close reset');
  assert.equal(run.counters.connections_reset, 1);
  assert.equal(run.counters.connections_finished, 0);
});

test('bytes that were under way when an RST came are handed over; a second later they open no connection', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'GET' })
    .server({ payload: 'body' })
    .client({ flags: 'R' });
  run.server({ at: 0, payload: 'body' }).server({ at: 2, payload: 'dy and' });
  run.wait(1000).server({ at: 4, payload: ' and' }).server({ at: 8, payload: ' more' });
  run.server({ at: 13, flags: 'FA' }).client({ at: 0, payload: 'GET' }).close();
  assert.deepEqual(run.connection.story, ['0 data GET', '1 data body and', 'close reset']);
  assert.equal(run.counters.payload_bytes_duplicate, 4 + 2 + 4 + 3);
  assert.equal(run.counters.payload_bytes_dropped_closed, 5);
});

test('when a side sends more after its own RST, that was not accepted: the connection stays open', () => {
  const run = new ScriptedRun().handshake().client({ flags: 'RA' }).client({ payload: 'GET' });
  run.wait(1000).server({ payload: '200' }).wait(5000).client({ payload: ' /' });
  assert.deepEqual(run.connection.story, ['0 data GET', '1 data 200', '0 data  /']);
  run.server({ flags: 'RA' });
  assert.equal(run.wait(1000).close().connection.closed, 'reset', 'the RST of the other side counts');
});

test('when it sends more only after that time, a new connection is joined', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).client({ flags: 'RA' }).wait(1000);
  run.client({ payload: ' /b' }).server({ payload: '200' }).wait(100).close();
  assert.deepEqual(
    run.connections.map(({ story }) => story),
    [
      ['0 data GET', 'close reset'],
      ['1 gap ?', '0 gap ?', '0 data  /b', '1 data 200', 'close shutdown'],
    ],
  );
});

test('the text inside an RST is not data', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ flags: 'RA', payload: 'go away' });
  run.close();
  assert.deepEqual(run.connection.story, ['0 data GET', 'close reset']);
  assert.equal(run.counters.payload_bytes_ignored, 7);
  const unknown = new ScriptedRun().server({ flags: 'RA', payload: 'go away' }).close();
  assert.equal(unknown.counters.connections_opened, 0);
  assert.equal(unknown.counters.payload_bytes_ignored, 7);
});
