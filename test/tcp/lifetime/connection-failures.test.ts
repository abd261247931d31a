import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientPacket, serverPacket } from '../../support/tcp/port-packets.ts';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

const callsThatMayThrow = ['open', 'data', 'gap', 'end', 'close'] as const;

for (const call of callsThatMayThrow) {
  test(`a listener that throws in '${call}' costs its connection only, and leaves nothing behind`, () => {
    let hasThrown = false;
    const throwOnce = (at: string) => {
      if (hasThrown || at !== call) return;
      hasThrown = true;
      throw new Error(call);
    };
    const run = new TcpRun({
      beforeOpen: () => throwOnce('open'),
      react: (heard, connection) => {
        if (heard.type === 'data') connection.handle.hold(100);
        if (connection.handle.port(0) === 1) throwOnce(heard.type);
      },
    });
    for (const port of [1, 2]) {
      run.packet(clientPacket(port, 'S', -1, 'fast open'), 0);
      run.packet(clientPacket(port, 'A', 9, 'abc'), 1);
      run.packet(clientPacket(port, 'A', 20, 'behind a hole'), 2);
    }
    run.tick(12_000_000);
    for (const port of [1, 2]) {
      run.packet(clientPacket(port, 'A', 33, 'more'), 12_000_001);
      run.packet(clientPacket(port, 'FA', 37), 12_000_002);
      run.packet(serverPacket(port, 'FA', 0, '', 1038), 12_000_003);
    }
    run.close();
    const other = run.connections.find(({ handle }) => handle.port(0) === 2);
    assert.deepEqual(other?.story.at(-1), 'close finished');
    assert.equal(other?.bytes(0).toString(), 'fast openabcbehind a holemore');
    assert.equal(run.counters.internal_errors, 1);
    assert.equal(run.failures.length, 1);
    assert.equal(run.counters.connections_failed, call === 'close' ? 0 : 1);
  });
}

test('a listener that throws while its connection is evicted does not keep the new one out', () => {
  const run = new TcpRun({
    limits: { maxConnections: 1 },
    react: (heard) => {
      if (heard.type === 'data' && heard.bytes.includes('held')) throw new Error('flush');
    },
  });
  run.packet(clientPacket(1, 'S', -1), 0);
  run.packet(clientPacket(1, 'A', 5, 'held'), 1);
  run.packet(clientPacket(2, 'S', -1, 'new'), 2);
  run.close();
  assert.equal(run.counters.connections_failed, 1);
  assert.deepEqual(run.connections[1]?.story, ['0 data new', 'close shutdown']);
});

test('the bytes of a failed connection are counted as dropped, and after two seconds it is joined again', () => {
  let failures = 1;
  const run = new ScriptedRun({
    react: (heard) => {
      if (heard.type === 'data' && failures-- > 0) throw new Error('once');
    },
  }).handshake();
  run.client({ payload: 'bad' }).client({ payload: 'lost' }).wait(2100).client({ payload: 'good' }).wait(100).close();
  assert.equal(run.counters.payload_bytes_dropped_closed, 4);
  assert.deepEqual(run.connections[1]?.story, ['0 gap ?', '0 data good', 'close shutdown']);
});

test('closing twice ends nothing twice', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'a' }).close();
  run.close();
  assert.equal(run.counters.connections_shutdown, 1);
});
