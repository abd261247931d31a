// The structure holds if a protocol of another kind and a layer come with one row each, and nothing else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { createProtocols, type ProtocolContext } from '../../src/protocols.ts';
import type { Protocol } from '../../src/stream/protocol.ts';
import { answer, get } from '../support/golden/golden-messages.ts';
import { type PipelineRun, rawFrame, startPipeline } from '../support/program/run-pipeline.ts';
import { layerBytes, masked, maskedLayer, maskedMark } from '../support/stream/masked-layer.ts';
import { frame, multiplexed, multiplexedPreface } from '../support/stream/multiplexed-protocol.ts';
import { type ConversationPacket, TcpConversation } from '../support/tcp/tcp-conversation.ts';

/** The table of the product, with one row more for the protocol and one for the layer. */
function protocols(context: ProtocolContext): Readonly<Record<string, Protocol>> {
  return { masked: maskedLayer, multiplexed: multiplexed(context), ...createProtocols(context) };
}

function play(packets: readonly ConversationPacket[]): PipelineRun {
  const run = startPipeline({ protocols });
  for (const { bytes, time } of packets) run.pipeline.frame(rawFrame(bytes, time, LinkType.raw));
  run.pipeline.close();
  assert.deepEqual(run.failures, []);
  assert.equal(run.pipeline.bufferedBytes, 0);
  return run;
}

function told({ exchanges }: PipelineRun): readonly string[] {
  return exchanges.map(
    ({ key, request, response, outcome }) =>
      `${key.stream ?? '-'} ${request?.head.method} ${request?.head.target} ${response?.head.status ?? '-'}` +
      ` ${outcome} sent ${request?.bodyBytes} received ${response?.bodyBytes ?? '-'}`,
  );
}

function trailersOf({ response }: Exchange): unknown {
  return response?.trailers?.fields.map(({ name, value }) => [name, value]);
}

/** Two exchanges at the same time, the first of which is answered last. */
const requests = [
  multiplexedPreface + frame(1, 'H', 'POST /slow\nA: b\n') + frame(3, 'H', 'GET /fast\n') + frame(3, 'E'),
  frame(1, 'D', 'body') + frame(1, 'E'),
];
const responses = [
  frame(3, 'H', '200\nContent-Type: t/x\n') + frame(1, 'H', '201\n') + frame(3, 'D', 'fast') + frame(1, 'D', 'slow'),
  frame(3, 'E') + frame(1, 'D', 'er') + frame(1, 'T', 'Sum: 42\n') + frame(1, 'E'),
];
const interleaved = ['3 GET /fast 200 answered sent 0 received 4', '1 POST /slow 201 answered sent 4 received 6'];

describe('a protocol with many exchanges at the same time', () => {
  const conversation = (mss: number) =>
    requests
      .reduce((talk, said) => talk.client(said), new TcpConversation({ mss }))
      .server(responses[0] ?? '')
      .server(responses[1] ?? '');

  test('pairs by stream, whatever the pieces, with trailers and a key of its own for each exchange', () => {
    for (const mss of [1460, 7, 1]) {
      const run = play(conversation(mss).close().packets);
      assert.deepEqual(told(run), interleaved);
      const [fast, slow] = run.exchanges;
      assert.ok(fast !== undefined && slow !== undefined);
      assert.deepEqual([trailersOf(fast), trailersOf(slow)], [undefined, [['sum', '42']]]);
      assert.deepEqual(
        [fast.key, slow.key],
        [
          { connection: 0, position: 1, stream: 3 },
          { connection: 0, position: 0, stream: 1 },
        ],
      );
      assert.equal(run.counters.records_built, 2);
    }
  });

  test('has timeouts, lost exchanges and endings like any other', () => {
    const open = multiplexedPreface + frame(1, 'H', 'GET /a\n') + frame(3, 'H', 'GET /b\n');
    const answered = frame(1, 'H', '200\n');
    assert.deepEqual(told(play(new TcpConversation().client(open).server(answered).reset('server').packets)), [
      '1 GET /a 200 reset sent 0 received 0',
      '3 GET /b - reset sent 0 received -',
    ]);
    const lossy = new TcpConversation().client(open).server(answered).client(frame(1, 'E')).server(frame(1, 'E'));
    const lost = lossy.packets.filter(
      (packet) => packet.from === 'client' || packet.fields.payload.length !== answered.length,
    );
    const run = play(lost);
    assert.deepEqual(
      run.exchanges.map(({ outcome, incomplete, gapBytes }) => [outcome, incomplete, gapBytes]),
      [
        ['unknown', true, answered.length],
        ['unknown', true, answered.length],
      ],
    );
    const late = startPipeline({ protocols });
    const talk = new TcpConversation().client(open + frame(1, 'E')).server(frame(3, 'H', '204\n'));
    const first = talk.packets.length;
    for (const { bytes, time } of talk.packets) late.pipeline.frame(rawFrame(bytes, time, LinkType.raw));
    late.pipeline.tick(talk.time + 60e6);
    assert.deepEqual(told(late), ['1 GET /a - timeout sent 0 received -']);
    for (const { bytes, time } of talk.server(frame(1, 'H', '200\n')).packets.slice(first)) {
      late.pipeline.frame(rawFrame(bytes, time, LinkType.raw));
    }
    assert.equal(late.counters.http_late_responses, 1);
    late.pipeline.close();
  });
});

describe('a layer that unwraps bytes', () => {
  test('carries whatever the table knows, also another layer, and is taken off in whatever pieces', () => {
    const inside = [
      { asked: get('/plain'), answered: answer(200, 'a'), told: ['- GET /plain 200 answered sent 0 received 1'] },
      { asked: requests.join(''), answered: responses.join(''), told: interleaved },
      {
        asked: `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${get('/proxied')}`,
        answered: answer(200, 'abc'),
        told: ['- GET /proxied 200 answered sent 0 received 3'],
      },
    ];
    for (const mss of [1460, 5, 1]) {
      for (const { asked, answered, told: expected } of inside) {
        const talk = new TcpConversation({ mss });
        talk.client(maskedMark).client(masked(asked)).server(maskedMark).server(masked(answered));
        const run = play(talk.close().packets);
        assert.deepEqual(told(run), expected, `${mss}: ${asked}`);
        assert.equal(run.counters.connections_http1, 1);
      }
    }
  });

  test('what nobody knows inside of it is left alone, with all that comes', () => {
    const talk = new TcpConversation().client(maskedMark).client(masked('\x16\x03\x01\0\x05hello'));
    const { counters } = play(talk.server(masked('anything')).close().packets);
    assert.deepEqual([counters.connections_tls, counters.exchanges_answered], [1, 0]);
    assert.equal(counters.payload_bytes_ignored, 'anything'.length);
  });

  test('is told when nobody inside reads any more, so that it can let go of what it keeps', () => {
    const run = startPipeline({ protocols });
    const feed = (packets: readonly ConversationPacket[]) => {
      for (const { bytes, time } of packets) run.pipeline.frame(rawFrame(bytes, time, LinkType.raw));
    };
    const talk = new TcpConversation().client(maskedMark);
    feed(talk.packets);
    assert.equal(run.pipeline.bufferedBytes, layerBytes);
    feed(talk.client(masked('\x16\x03\x01\0\x05hello')).packets.slice(-2));
    assert.deepEqual([run.pipeline.bufferedBytes, run.counters.connections_tls], [0, 1]);
  });

  test('exchanges of one connection have different keys, however many layers lie between', () => {
    const talk = new TcpConversation()
      .client(maskedMark)
      .client(masked(get('/a') + get('/b')))
      .server(maskedMark);
    const { exchanges } = play(talk.server(masked(answer(200, 'a') + answer(200, 'b'))).close().packets);
    assert.deepEqual(
      exchanges.map(({ key }) => key),
      [
        { connection: 0, position: 0 },
        { connection: 0, position: 1 },
      ],
    );
  });

  test('layers in layers have an end', () => {
    const deep = Array.from({ length: 5000 }, () => 'PROXY UNKNOWN\r\n').join('');
    const { counters } = play(new TcpConversation().client(deep + get('/')).close().packets);
    assert.deepEqual([counters.internal_errors, counters.connections_not_http], [0, 1]);
  });
});
