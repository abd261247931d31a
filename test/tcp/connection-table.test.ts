import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpPacket } from '../tools/packets.ts';
import { ScriptedRun } from './scripted-run.ts';
import { TcpRun } from './tcp-run.ts';

/** A packet from the client with this port, in a connection of its own. */
function clientPacket(port: number, flags: string, at: number, payload = '', acknowledgment = 9000): Buffer {
  const addresses = { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: port, destinationPort: 80 };
  return tcpPacket({ ...addresses, sequence: 1000 + at, acknowledgment, flags, payload });
}

function serverPacket(port: number, flags: string, at: number, payload = '', acknowledgment = 1000): Buffer {
  const addresses = { source: '10.0.0.2', destination: '10.0.0.1', sourcePort: 80, destinationPort: port };
  return tcpPacket({ ...addresses, sequence: 9000 + at, acknowledgment, flags, payload });
}

function endings(run: TcpRun): (string | undefined)[] {
  return run.connections.map(({ closed }) => closed);
}

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
  const run = new ScriptedRun().handshake().server({ payload: '200', ack: 5 });
  assert.deepEqual(run.wait(998).connection.story, []);
  assert.deepEqual(run.wait(2).connection.story, ['0 gap 5', '1 data 200']);
  run.client({ at: 5, payload: 'next' }).close();
  assert.deepEqual(run.connection.story, ['0 gap 5', '1 data 200', '0 data next', 'close shutdown']);
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

test('a silent connection is forgotten after the idle time, with what it held', () => {
  const run = new ScriptedRun({ limits: { idleMs: 5000 } }).handshake().client({ at: 2, payload: 'c' });
  run.wait(4999);
  assert.equal(run.table.openConnections, 1);
  run.wait(2);
  assert.equal(run.table.openConnections, 0);
  assert.deepEqual(run.connection.story, ['0 gap 2', '0 data c', 'close idle']);
  run.client({ payload: 'back', ack: 0 }).close();
  assert.deepEqual(endings(run), ['idle', 'shutdown']);
});

test('every packet keeps its connection from being idle', () => {
  const run = new ScriptedRun({ limits: { idleMs: 5000 } }).handshake();
  for (let probe = 0; probe < 5; probe++) run.wait(3000).client({ at: -1 });
  assert.equal(run.close().counters.connections_idle, 0);
});

test('one connection too many costs the one silent for longest', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(clientPacket(1, 'A', 0), 4);
  run.packet(clientPacket(4, 'S', -1), 5);
  assert.deepEqual(endings(run), [undefined, 'evicted_count', undefined, undefined]);
  run.close();
  assert.equal(run.counters.connections_evicted_count, 1);
});

test('a connection that has ended makes room before an open one', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(serverPacket(3, 'RA', 0), 4);
  run.packet(clientPacket(4, 'S', -1), 5);
  assert.deepEqual(endings(run), [undefined, undefined, 'reset', undefined]);
  assert.equal(run.table.openConnections, 3);
  run.packet(clientPacket(5, 'S', -1), 6);
  assert.deepEqual(endings(run), ['evicted_count', undefined, 'reset', undefined, undefined]);
  run.close();
});

test('an open connection with an RST makes room before one without', () => {
  const run = new TcpRun({ limits: { maxConnections: 3 } });
  for (const port of [1, 2, 3]) run.packet(clientPacket(port, 'S', -1), port);
  run.packet(serverPacket(2, 'RA', 0), 4);
  run.packet(serverPacket(3, 'RA', 0), 5);
  for (const port of [4, 5, 6]) run.packet(clientPacket(port, 'S', -1), 2 + port);
  assert.deepEqual(endings(run), ['evicted_count', 'reset', 'reset', undefined, undefined, undefined]);
  run.close();
});

test('RSTs are settled one by one, each in its own time; those that were not believed let the connection be', () => {
  const run = new TcpRun();
  for (const port of [1, 2, 3, 4]) {
    run.packet(clientPacket(port, 'S', -1), 0);
    run.packet(clientPacket(port, 'RA', 0), port * 100_000);
  }
  run.packet(clientPacket(2, 'A', 0, 'on and on'), 500_000);
  run.tick(1_099_999);
  assert.deepEqual(endings(run), [undefined, undefined, undefined, undefined]);
  run.tick(1_300_000);
  assert.deepEqual(endings(run), ['reset', undefined, 'reset', undefined]);
  run.tick(1_400_000);
  assert.deepEqual(endings(run), ['reset', undefined, 'reset', 'reset']);
  assert.equal(run.table.openConnections, 1);
  run.close();
});

test('connections with an RST are ended first when memory is short', () => {
  const run = new TcpRun({ limits: { maxBufferedBytes: 10_000, maxBufferedBytesPerConnection: 10_000 } });
  for (const port of [1, 2, 3, 4]) run.packet(clientPacket(port, 'S', -1), port);
  for (const port of [2, 3]) run.packet(clientPacket(port, 'A', 1, 'x'.repeat(3000)), 10 + port);
  run.packet(clientPacket(3, 'RA', 3001), 20);
  run.packet(clientPacket(4, 'A', 1, 'x'.repeat(3000)), 21);
  assert.deepEqual(endings(run), [undefined, undefined, 'reset', undefined]);
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
  assert.deepEqual(endings(run), ['shutdown', 'reset', 'shutdown']);
});

test('over its own limit a connection gives up its first hole', () => {
  const run = new ScriptedRun({ limits: { maxBufferedBytesPerConnection: 10_000 } }).handshake();
  for (let piece = 1; piece <= 12; piece++) run.client({ at: piece * 2000, payload: Buffer.alloc(1000, 64 + piece) });
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
  assert.deepEqual(endings(run), [undefined, 'evicted_memory', undefined, undefined]);
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
  assert.deepEqual(endings(run), ['evicted_memory', undefined, undefined, undefined]);
  assert.equal(run.table.bufferedBytes, 9000);
  run.packet(serverPacket(2, 'RA', 0), 9);
  run.tick(1_000_009);
  assert.equal(run.table.bufferedBytes, 6000);
  run.connections[1]?.handle.hold(-3000);
  assert.equal(run.table.bufferedBytes, 6000, 'an ended connection holds nothing, whatever its listener says');
  run.close();
});

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
