import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedRun } from './scripted-run.ts';

test('a conversation is heard byte by byte from the handshake to both FINs', () => {
  const run = new ScriptedRun().handshake();
  run.client({ payload: 'GET /', flags: 'PA' }).server({ payload: '200' });
  run.client({ flags: 'FA' }).server({ flags: 'FA', ack: 6 }).client({ at: 6, ack: 4 }).close();
  assert.deepEqual(run.connection.story, ['0 data GET /', '1 data 200', '0 end', '1 end', 'close finished']);
  assert.equal(run.connection.handle.initiator, 0);
  assert.equal(run.counters.connections_joined, 0);
});

test('a SYN that is sent again is the same connection', () => {
  const run = new ScriptedRun();
  run.client({ at: -1, flags: 'S' }).wait(1000).client({ at: -1, flags: 'S' }).server({ at: -1, flags: 'SA', ack: 0 });
  run.server({ at: -1, flags: 'SA', ack: 0 }).client({ payload: 'a' }).close();
  assert.deepEqual(run.connection.story, ['0 data a', 'close shutdown']);
});

test('a SYN may carry the first bytes', () => {
  const run = new ScriptedRun();
  run.client({ at: -1, flags: 'S', payload: 'xGET' });
  run.close();
  assert.deepEqual(run.connection.story, ['0 data xGET', 'close shutdown']);
  const answered = new ScriptedRun();
  answered.client({ at: -1, flags: 'S', payload: 'GET' }).server({ at: -1, flags: 'SA', payload: '20', ack: 3 });
  answered.client({ at: 3, payload: ' /', ack: 2 }).server({ at: 2, payload: '0', ack: 5 }).close();
  assert.deepEqual(answered.connection.story, ['0 data GET', '1 data 20', '0 data  /', '1 data 0', 'close shutdown']);
});

test('a SYN captured behind the first bytes still begins the stream, and sets them free', () => {
  const run = new ScriptedRun();
  run.client({ at: 0, payload: 'GET', ack: 0 }).client({ at: -1, flags: 'S' });
  assert.deepEqual(run.connection.story, ['0 data GET']);
  assert.equal(run.connection.handle.initiator, 0);
  run.close();
  assert.equal(run.counters.connections_joined, 0);
  assert.equal(run.counters.connections_opened, 1);
});

test('a late SYN with bytes of its own that makes the listener stop listening, or throw, loses none of its count', () => {
  const stops = new ScriptedRun({ react: (heard, connection) => heard.type === 'data' && connection.ignore() });
  stops.client({ at: 2, payload: 'cd', ack: 0 }).client({ at: -1, flags: 'S', payload: 'ab' }).wait(20_000).close();
  assert.deepEqual(stops.connection.story, ['0 data ab', 'close shutdown']);
  assert.equal(stops.counters.payload_bytes_ignored, 2);
  const throws = new ScriptedRun({
    react: () => {
      throw new Error('any');
    },
  });
  throws.client({ at: 0, payload: 'ab', ack: 0 }).client({ at: -1, flags: 'S', payload: 'abc' }).close();
  assert.equal(throws.counters.connections_failed, 1);
});

test('a SYN-ACK that is sent again after a late one is still of the same connection', () => {
  const run = new ScriptedRun().client({ at: 1, payload: 'b', ack: 1 }).server({ at: 1, payload: '2', ack: 2 });
  run.server({ at: -1, flags: 'SA', ack: 0 }).server({ at: -1, flags: 'SA', ack: 0 }).close();
  assert.equal(run.counters.connections_opened, 1);
});

test('the SYN-ACK alone tells who began', () => {
  const run = new ScriptedRun();
  run.server({ at: -1, flags: 'SA', ack: 0 }).client({ payload: 'GET' }).close();
  assert.equal(run.connection.handle.initiator, 1);
  assert.deepEqual(run.connection.story, ['1 gap ?', '1 data GET', 'close shutdown']);
});

test('a SYN on the same ports replaces an open connection', () => {
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

test('a SYN in the middle of a conversation that the other side does not answer is nothing', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.client({ at: 76_000, flags: 'S' }).server({ ack: 3 }).server({ payload: '200', ack: 3 });
  run.client({ at: 3, payload: 'two', ack: 3 }).server({ payload: '201', ack: 6 }).close();
  assert.deepEqual(run.connection.story, ['0 data one', '1 data 200', '0 data two', '1 data 201', 'close shutdown']);
});

test('a SYN in the middle of a conversation began a newer one if bytes follow on it', () => {
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

test('not by bytes that follow on the known connection, too', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.client({ at: 5, flags: 'S' }).client({ at: 3, payload: 'two' }).client({ payload: 'three' }).close();
  assert.deepEqual(run.connection.story, ['0 data onetwothree', 'close shutdown']);
});

test('a SYN with bytes in the middle of a conversation replaces it at once', () => {
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

test('a sequence number from far behind, without a SYN, belongs to a newer connection', () => {
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

test('a SYN with RST set replaces nothing', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'one' });
  run.reusePorts(70_000, 900_000).client({ at: -1, flags: 'SR' }).close();
  assert.equal(run.counters.connections_opened, 1);
  assert.equal(run.counters.connections_reset, 1);
});

test('after the FIN of one side the other may go on', () => {
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
  assert.deepEqual(silent.close().connection.story, ['1 end', '0 gap ?', '0 data GET', 'close shutdown']);
});

test('an RST ends the connection a second later, or with the capture', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ flags: 'RA' });
  assert.deepEqual(run.wait(998).connection.story, ['0 data GET']);
  assert.deepEqual(run.wait(1).connection.story, ['0 data GET', 'close reset']);
  run.close();
  assert.equal(run.counters.connections_reset, 1);
  const atEnd = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ flags: 'RA' }).close();
  assert.deepEqual(atEnd.connection.story, ['0 data GET', 'close reset']);
});

test('an RST from before what was acknowledged, or from far ahead, is not believed', () => {
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

test('an RST from before bytes that were not acknowledged is believed, and so is one of a side that never spoke', () => {
  const behind = new ScriptedRun().handshake().client({ payload: 'GET' }).client({ payload: ' /' });
  assert.equal(behind.server({ ack: 3 }).client({ at: 3, flags: 'R' }).wait(1000).close().connection.closed, 'reset');
  const silent = new ScriptedRun().client({ at: -1, flags: 'S' }).client({ payload: 'GET' }).server({ flags: 'RA' });
  assert.equal(silent.wait(1000).close().connection.closed, 'reset');
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

test('an RST waits a second for bytes that its sender had sent before it', () => {
  const found = new ScriptedRun().handshake().server({ at: 3, flags: 'RA' });
  assert.deepEqual(found.connection.story, []);
  found.server({ at: 0, payload: 'abc' });
  assert.deepEqual(found.wait(1000).close().connection.story, ['1 data abc', 'close reset']);
  const lost = new ScriptedRun().handshake().server({ at: 3, flags: 'RA' });
  assert.deepEqual(lost.wait(998).connection.story, []);
  assert.deepEqual(lost.wait(2).connection.story, ['close reset']);
  lost.close();
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

test('a side that goes on after its own RST was not believed: the connection goes on', () => {
  const run = new ScriptedRun().handshake().client({ flags: 'RA' }).client({ payload: 'GET' });
  run.wait(1000).server({ payload: '200' }).wait(5000).client({ payload: ' /' });
  assert.deepEqual(run.connection.story, ['0 data GET', '1 data 200', '0 data  /']);
  run.server({ flags: 'RA' });
  assert.equal(run.wait(1000).close().connection.closed, 'reset', 'the RST of the other side counts');
});

test('when it goes on later than that, a new connection is joined', () => {
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

test('packets without payload, of a connection that is not known, open none', () => {
  const run = new ScriptedRun().client({ flags: 'A' }).client({ flags: 'FA' }).server({ flags: 'R' }).close();
  assert.equal(run.counters.connections_opened, 0);
});

test('keep-alive probes without and with a byte are not data', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'GET' }).server({ payload: '200' });
  run
    .client({ at: 2 })
    .server({ at: 3 })
    .client({ at: 2, payload: '\0' })
    .server({ at: 3 })
    .server({ at: 2, payload: 'x' });
  run.client({ payload: '+' }).close();
  assert.deepEqual(run.connection.story, ['0 data GET', '1 data 200', '0 data +', 'close shutdown']);
  assert.equal(run.counters.payload_bytes_duplicate, 2);
});

test('a connection that is joined in the middle begins after a short wait, with a gap of unknown size', () => {
  const run = new ScriptedRun().client({ payload: 'GET', ack: 0 });
  assert.deepEqual(run.wait(98).connection.story, []);
  assert.deepEqual(run.wait(2).connection.story, ['0 gap ?', '0 data GET']);
  run.server({ payload: '200' });
  assert.deepEqual(run.connection.story, ['0 gap ?', '0 data GET', '1 gap ?', '1 data 200']);
  run.close();
  assert.equal(run.counters.connections_joined, 1);
  assert.equal(run.counters.gaps, 0);
});

test('a joined connection puts its first packets in order', () => {
  const run = new ScriptedRun().client({ at: 3, payload: 'def', ack: 0 }).client({ at: 0, payload: 'abc', ack: 0 });
  assert.deepEqual(run.wait(100).close().connection.story, ['0 gap ?', '0 data abcdef', 'close shutdown']);
});

test('a response right behind what the request acknowledged misses nothing; one further on misses bytes', () => {
  const whole = new ScriptedRun()
    .client({ payload: 'GET', ack: 0 })
    .server({ at: 0, payload: '200' })
    .wait(100)
    .close();
  assert.deepEqual(whole.connection.story, ['1 gap ?', '0 gap ?', '0 data GET', '1 data 200', 'close shutdown']);
  assert.equal(whole.counters.gap_bytes, 0);
  const holed = new ScriptedRun()
    .client({ payload: 'GET', ack: 0 })
    .server({ at: 7, payload: '200' })
    .wait(100)
    .close();
  assert.deepEqual(holed.connection.story.slice(1), [
    '0 data GET',
    '1 gap ?',
    '1 gap 7',
    '1 data 200',
    'close shutdown',
  ]);
  assert.equal(holed.counters.gap_bytes, 7);
});

test('one direction alone is handed over, and counted as one-sided', () => {
  const client = new ScriptedRun().client({ at: -1, flags: 'S' }).client({ payload: 'GET', ack: 0 });
  client.client({ payload: ' /', ack: 300 }).client({ flags: 'FA', ack: 900 }).close();
  assert.deepEqual(client.connection.story, ['0 data GET /', '0 end', 'close shutdown']);
  assert.equal(client.counters.connections_one_sided, 1);
  const server = new ScriptedRun().server({ at: -1, flags: 'SA', ack: 0 }).server({ payload: '200', ack: 3 });
  assert.deepEqual(server.close().connection.story, ['0 data 200', 'close shutdown']);
  assert.equal(server.counters.connections_one_sided, 1);
});

test('bytes that the snap length cut off are a gap at their place', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'abcdef', cut: 4 }).client({ payload: 'gh' });
  assert.deepEqual(run.close().connection.story, ['0 data ab', '0 gap 4', '0 data gh', 'close shutdown']);
  assert.equal(run.counters.gap_bytes, 4);
  const whole = new ScriptedRun().handshake().client({ payload: 'abcdef', cut: 6 }).client({ flags: 'FA' }).close();
  assert.deepEqual(whole.connection.story, ['0 gap 6', '0 end', 'close shutdown']);
});

test('cut bytes that were seen before are no gap', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'abcdef' })
    .client({ at: 2, payload: 'cdefgh', cut: 3 })
    .close();
  assert.deepEqual(run.connection.story, ['0 data abcdef', '0 gap 2', 'close shutdown']);
});

test('the side on this host is known as soon as one packet tells its direction', () => {
  const incoming = new ScriptedRun().client({ at: -1, flags: 'S' }).client({ payload: 'a', direction: 'in' }).close();
  assert.equal(incoming.connection.handle.localSide, 1);
  const outgoing = new ScriptedRun().client({ at: -1, flags: 'S', direction: 'out' }).close();
  assert.equal(outgoing.connection.handle.localSide, 0);
  assert.equal(outgoing.connection.handle.seen(0), true);
  assert.equal(outgoing.connection.handle.seen(1), false);
  assert.equal(outgoing.connection.handle.address(1), '10.0.0.2');
  assert.equal(outgoing.connection.handle.port(0), 40_000);
});

test('from ignorePayload on the payload is only counted, until both FINs', () => {
  const run = new ScriptedRun({
    react: (heard, connection) => heard.type === 'data' && connection.ignore(),
  }).handshake();
  run.client({ at: 9, payload: 'held' }).client({ at: 0, payload: 'hello' }).server({ payload: '12345', ack: 5 });
  assert.equal(run.table.bufferedBytes, 0);
  run.client({ at: 13, flags: 'FA' }).server({ flags: 'FA' });
  assert.deepEqual(run.close().connection.story, ['0 data hello', 'close finished']);
  assert.equal(run.counters.payload_bytes_delivered, 5);
  assert.equal(run.counters.payload_bytes_ignored, 4 + 5);
});

test('what the snap length cut off behind the bytes that make the listener stop listening is no gap', () => {
  const run = new ScriptedRun({
    react: (heard, connection) => heard.type === 'data' && connection.ignore(),
  }).handshake();
  run.client({ payload: 'abcdef', cut: 3 }).close();
  assert.deepEqual(run.connection.story, ['0 data abc', 'close shutdown']);
  assert.equal(run.counters.gaps, 0);
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
  assert.deepEqual(same.connection.story, ['0 data hello', 'close finished']);
  const before = new ScriptedRun(options).handshake().server({ flags: 'FA' }).client({ at: 5, flags: 'FA' });
  before.client({ at: 0, payload: 'hello' }).close();
  assert.deepEqual(before.connection.story, ['1 end', '0 data hello', 'close finished']);
});

test('an RST ends an ignored connection, and a new SYN replaces it', () => {
  const options = {
    react: (heard: { type: string }, connection: { ignore(): void }) => heard.type === 'data' && connection.ignore(),
  };
  const reset = new ScriptedRun(options)
    .handshake()
    .client({ payload: 'a' })
    .server({ flags: 'RA' })
    .server({ payload: 'late' });
  assert.deepEqual(reset.close().connection.story, ['0 data a', 'close reset']);
  assert.equal(reset.counters.payload_bytes_ignored, 4);
  const replaced = new ScriptedRun(options)
    .handshake()
    .client({ payload: 'a' })
    .reusePorts(9_000_000, 77)
    .handshake()
    .close();
  assert.deepEqual(
    replaced.connections.map(({ closed }) => closed),
    ['replaced', 'shutdown'],
  );
});

test('ignorePayload when the stream is joined releases what was just held', () => {
  const run = new ScriptedRun({ react: (heard, connection) => heard.type === 'gap' && connection.ignore() });
  run.client({ flags: 'A' }).client({ payload: 'GET', ack: 0 }).server({ payload: '200' });
  assert.equal(run.table.bufferedBytes, 0);
  run.wait(100).close();
  assert.equal(run.counters.payload_bytes_ignored, 6);
  assert.equal(run.counters.gaps, 0);
});

test('an acknowledgment of 0 tells nothing: packets that were made by hand have it', () => {
  const run = new ScriptedRun().client({ payload: 'GET', ack: -500_000 }).server({ payload: '200', ack: -1000 });
  run.client({ payload: ' /', ack: -500_000 }).wait(100).close();
  assert.deepEqual(run.connection.bytes(0).toString(), 'GET /');
  assert.deepEqual(run.connection.bytes(1).toString(), '200');
  assert.equal(run.counters.gap_bytes, 0);
});

test('a SYN-ACK is one, also when it acknowledges 0', () => {
  const run = new ScriptedRun({ clientFirst: 0x1_0000_0000 }).server({ at: -1, flags: 'SA', ack: 0 });
  assert.equal(run.client({ payload: 'GET' }).close().connection.handle.initiator, 1);
});

test('all of it works where sequence numbers wrap', () => {
  for (let back = 0; back <= 12; back++) {
    const run = new ScriptedRun({ clientFirst: 0x1_0000_0000 - back, serverFirst: 0x8000_0000 - back }).handshake();
    run.client({ at: 4, payload: 'efgh' }).client({ at: 0, payload: 'abcd' }).client({ at: 2, payload: 'cdef' });
    run.server({ payload: '12345678' }).client({ flags: 'FA' }).server({ flags: 'FA', ack: 9 }).close();
    assert.deepEqual(run.connection.story, ['0 data abcdefgh', '1 data 12345678', '0 end', '1 end', 'close finished']);
  }
});
