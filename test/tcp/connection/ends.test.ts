import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';

test('after the FIN of one side the other may send more', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'all' }).client({ flags: 'FA' });
  run
    .server({ payload: 'long ', ack: 4 })
    .wait(5000)
    .server({ payload: 'answer', ack: 4 })
    .server({ flags: 'FA', ack: 4 });
  run.close();
  assert.deepEqual(run.connection.story, ['0 data all', '0 end', '1 data long answer', '1 end', 'close finished']);
});

test('a FIN may carry the last bytes', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'last', flags: 'FA' })
    .server({ payload: 'x', flags: 'FA', ack: 5 });
  assert.deepEqual(run.close().connection.story, ['0 data last', '0 end', '1 data x', '1 end', 'close finished']);
});

test('a FIN that is sent again ends its side once', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'a' });
  for (let again = 0; again < 3; again++) run.client({ at: 1, flags: 'FA' });
  assert.deepEqual(run.close().connection.story, ['0 data a', '0 end', 'close shutdown']);
});

test('a FIN captured before the bytes in front of it waits for them', () => {
  const run = new ScriptedRun().handshake();
  run.client({ at: 5, flags: 'FA' }).client({ at: 5, flags: 'FA' }).client({ at: 2, payload: 'llo' });
  assert.deepEqual(run.connection.story, []);
  run.client({ at: 0, payload: 'he' });
  assert.deepEqual(run.close().connection.story, ['0 data hello', '0 end', 'close shutdown']);
});

test('a FIN is heard with its own time, or that of the bytes it had to wait for', () => {
  const inOrder = new ScriptedRun().handshake().client({ payload: 'a' }).wait(70).client({ at: 1, flags: 'FA' });
  assert.deepEqual(inOrder.connection.heard.at(-1), { type: 'end', side: 0, time: (inOrder.now - 1) * 1000 });
  const early = new ScriptedRun().handshake().client({ at: 1, flags: 'FA' }).wait(70).client({ at: 0, payload: 'a' });
  assert.deepEqual(early.connection.heard.at(-1), { type: 'end', side: 0, time: (early.now - 1) * 1000 });
  const overHole = new ScriptedRun().handshake().client({ at: 1, flags: 'FA' }).wait(20_000);
  assert.deepEqual(overHole.connection.heard.at(-1), { type: 'end', side: 0, time: (overHole.now - 20_001) * 1000 });
});

test('bytes behind a FIN are not handed over, whenever they come', () => {
  const late = new ScriptedRun()
    .handshake()
    .client({ payload: 'a' })
    .client({ flags: 'FA' })
    .client({ at: 1, payload: 'bc' });
  assert.deepEqual(late.close().connection.story, ['0 data a', '0 end', 'close shutdown']);
  assert.equal(late.counters.payload_bytes_dropped_closed, 2);
  const early = new ScriptedRun().handshake().client({ at: 1, payload: 'bc' }).client({ at: 2, flags: 'FA' });
  early.client({ at: 0, payload: 'a' });
  assert.deepEqual(early.close().connection.story, ['0 data ab', '0 end', 'close shutdown']);
  assert.equal(early.counters.payload_bytes_dropped_closed, 1);
});

test('a second FIN further on, and bytes behind the first, neither hold memory nor make gaps', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'a' })
    .client({ flags: 'FA' })
    .client({ at: 9, payload: 'x', flags: 'FA' });
  assert.equal(run.table.bufferedBytes, 0);
  assert.deepEqual(run.wait(20_000).close().connection.story, ['0 data a', '0 end', 'close shutdown']);
  const held = new ScriptedRun()
    .handshake()
    .client({ at: 9, payload: 'x' })
    .client({ at: 1, flags: 'FA' })
    .client({ at: 0, payload: 'a' });
  assert.equal(held.table.bufferedBytes, 0);
  assert.deepEqual(held.close().connection.story, ['0 data a', '0 end', 'close shutdown']);
});

test('the FIN of a side that was never heard tells what was missed before it', () => {
  const lost = new ScriptedRun().client({ payload: 'GET', ack: 0 }).server({ at: 100, flags: 'FA', ack: 3 });
  lost.wait(100).close();
  assert.deepEqual(lost.connection.story, ['0 gap ?', '0 data GET', '1 gap ?', '1 gap 100', '1 end', 'close shutdown']);
  const silent = new ScriptedRun().client({ payload: 'GET', ack: 0 }).server({ at: 0, flags: 'FA', ack: 3 }).wait(100);
  assert.deepEqual(silent.close().connection.story, ['0 gap ?', '0 data GET', '1 end', 'close shutdown']);
});
