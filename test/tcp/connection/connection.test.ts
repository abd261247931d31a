import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ScriptedRun, type ScriptOptions } from '../../support/tcp/scripted-run.ts';

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

test('a late SYN with bytes that makes the listener stop listening, or throw, loses none of its count', () => {
  const stops = new ScriptedRun({ react: (heard, connection) => heard.type === 'data' && connection.ignore() });
  stops.client({ at: 2, payload: 'cd', ack: 0 }).client({ at: -1, flags: 'S', payload: 'ab' }).wait(20_000).close();
  assert.deepEqual(stops.connection.story, ['0 data ab']);
  assert.deepEqual([stops.counters.payload_bytes_ignored, stops.counters.connections_shutdown], [2, 1]);
  const throws = new ScriptedRun({
    react: () => {
      throw new Error('any');
    },
  });
  throws.client({ at: 0, payload: 'ab', ack: 0 }).client({ at: -1, flags: 'S', payload: 'abc' }).close();
  assert.equal(throws.counters.connections_failed, 1);
});

test('the SYN-ACK alone tells who began', () => {
  const run = new ScriptedRun();
  run.server({ at: -1, flags: 'SA', ack: 0 }).client({ payload: 'GET' }).close();
  assert.equal(run.connection.handle.initiator, 1);
  assert.deepEqual(run.connection.story, ['1 gap ?', '1 data GET', 'close shutdown']);
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

test('bytes truncated by the snap length are a gap at their place', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'abcdef', truncated: 4 }).client({ payload: 'gh' });
  assert.deepEqual(run.close().connection.story, ['0 data ab', '0 gap 4', '0 data gh', 'close shutdown']);
  assert.equal(run.counters.gap_bytes, 4);
  const whole = new ScriptedRun()
    .handshake()
    .client({ payload: 'abcdef', truncated: 6 })
    .client({ flags: 'FA' })
    .close();
  assert.deepEqual(whole.connection.story, ['0 gap 6', '0 end', 'close shutdown']);
});

test('truncated bytes that were seen before are no gap', () => {
  const run = new ScriptedRun()
    .handshake()
    .client({ payload: 'abcdef' })
    .client({ at: 2, payload: 'cdefgh', truncated: 3 })
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

test('an acknowledgment of 0 tells nothing: packets that were made by hand have it', () => {
  const run = new ScriptedRun().client({ payload: 'GET', ack: -500_000 }).server({ payload: '200', ack: -1000 });
  run.client({ payload: ' /', ack: -500_000 }).wait(100).close();
  assert.deepEqual(run.connection.bytes(0).toString(), 'GET /');
  assert.deepEqual(run.connection.bytes(1).toString(), '200');
  assert.equal(run.counters.gap_bytes, 0);
});

describe('an acknowledgment of exactly 0 counts where a stream begins there or passes it', () => {
  /** The second request acknowledges the response, which is captured behind it; so does the next response. */
  const overtaken = (options: ScriptOptions, joined: boolean) => {
    const run = new ScriptedRun(options);
    if (!joined) run.handshake();
    run.client({ payload: 'GET /1', ack: 0 }).server({ payload: '200 one' });
    run.client({ at: 6, payload: 'GET /2', ack: 14 }).server({ at: 7, payload: '200 two', ack: 6 });
    run.server({ at: 14, payload: '200 six', ack: 18 }).client({ at: 12, payload: 'GET /3', ack: 14 });
    run.client({ flags: 'FA' }).server({ flags: 'FA', ack: 19 }).close();
    // Which side is joined first is not of interest.
    return run.connection.story.filter((line) => !line.endsWith('gap ?'));
  };
  for (const joined of [false, true]) {
    const expected = overtaken({ clientFirst: 5000, serverFirst: 9000 }, joined);
    test(joined ? 'behind the beginning of a capture' : 'behind its SYN', () => {
      for (let back = 0; back <= 24; back++) {
        const first = (0x1_0000_0000 - back) % 0x1_0000_0000;
        assert.deepEqual(overtaken({ clientFirst: 5000, serverFirst: first }, joined), expected, `server ${-back}`);
        assert.deepEqual(overtaken({ clientFirst: first, serverFirst: 9000 }, joined), expected, `client ${-back}`);
      }
    });
  }

  test('a request behind a keep-alive probe is not taken for one that was made by hand', () => {
    const run = new ScriptedRun({ clientFirst: 5000, serverFirst: 0 });
    run.client({ at: -1, payload: '\0', ack: 0 }).client({ at: 0, payload: 'GET /', ack: 0 });
    run.server({ payload: '200' }).client({ payload: 'GET /2' }).close();
    assert.equal(run.connection.bytes(0).toString(), 'GET /GET /2');
    assert.equal(run.connection.bytes(1).toString(), '200');
    assert.equal(run.counters.payload_bytes_unaccepted, 1);
  });
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

test('a listener that hands the connection on hears no more of it, and the next one hears all that comes', () => {
  const second = new ScriptedRun().handshake().client({ payload: 'x' }).connection;
  const run = new ScriptedRun({
    react: (heard, { handle }) =>
      heard.type === 'data' &&
      assert.equal(
        handle.handOn(() => second),
        second,
      ),
  });
  run.handshake().client({ payload: 'abc' }).server({ payload: 'de' }).client({ flags: 'FA' }).server({ flags: 'FA' });
  assert.deepEqual(run.close().connection.story, ['0 data abc']);
  assert.deepEqual(second.story, ['0 data x', '1 data de', '0 end', '1 end', 'close finished']);
});
