import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Frame, LinkType } from '../src/capture/frame.ts';
import { answer, get, send } from './support/golden/golden-messages.ts';
import {
  defaultPipelineSettings,
  type PipelineRun,
  runPackets,
  startPipeline,
} from './support/program/run-pipeline.ts';
import { type ConversationPacket, conversationStart, merged, TcpConversation } from './support/tcp/tcp-conversation.ts';

const settings = defaultPipelineSettings();

function feed(
  { counters, pipeline }: Pick<PipelineRun, 'counters' | 'pipeline'>,
  packets: readonly ConversationPacket[],
): void {
  for (const { bytes, time } of packets) {
    counters.frames_received++;
    const wireLength = bytes.length;
    pipeline.frame({
      bytes,
      start: 0,
      end: wireLength,
      wireLength,
      time,
      linkType: LinkType.raw,
      direction: undefined,
    });
  }
}

function targets(run: PipelineRun): (string | undefined)[] {
  return run.exchanges.map(({ request }) => request?.head.target);
}

describe('from frames to exchanges', () => {
  test('an exchange says who, what, when and how much', () => {
    const connection = new TcpConversation({ mss: 100, interval: 1000 })
      .client(send('POST', '/up', 'u'.repeat(150)))
      .server(answer(201, 'd'.repeat(250)));
    const { exchanges } = runPackets(connection.packets);
    assert.equal(exchanges.length, 1);
    const [exchange] = exchanges;
    assert.deepEqual(exchange?.endpoints, {
      ...{ clientIp: '10.0.0.1', clientPort: 40000, serverIp: '10.0.0.2', serverPort: 80, direction: 'unknown' },
    });
    assert.deepEqual(
      [exchange.request?.bodyBytes, exchange.response?.bodyBytes, exchange.response?.head.status, exchange.outcome],
      [150, 250, 201, 'answered'],
    );
    // After three packets of handshake: the request in three, one acknowledgment, the response in three.
    const times = [exchange.request, exchange.response].flatMap((message) => [
      message?.firstByteTime,
      message?.lastByteTime,
    ]);
    assert.deepEqual(
      times.map((time) => ((time ?? 0) - conversationStart) / 1000),
      [3, 5, 7, 9],
    );
    assert.deepEqual([exchange.request?.sequence, exchange.response?.sequence], [1001, 500_001]);
  });

  test('an exchange comes out with its last byte, and the gauges say what is open', () => {
    const run = startPipeline();
    const connection = new TcpConversation().client(get('/one'));
    feed(run, connection.packets);
    assert.deepEqual([run.exchanges.length, run.pipeline.openConnections, run.pipeline.openRequests], [0, 1, 1]);
    assert.ok(run.pipeline.bufferedBytes > 0);
    const asked = connection.packets.length;
    connection.server(answer(200, 'ok'));
    feed(run, connection.packets.slice(asked));
    assert.deepEqual([run.exchanges.length, run.pipeline.openConnections, run.pipeline.openRequests], [1, 1, 0]);
    assert.equal(run.pipeline.bufferedBytes, 0);
    run.pipeline.close();
    assert.equal(run.pipeline.openConnections, 0);
  });

  test('packets may be gone from their buffer once they were handed over', () => {
    const connection = new TcpConversation({ mss: 20 }).client(get('/kept')).server(answer(200, 'body'));
    const run = startPipeline();
    for (const packet of connection.packets) {
      const bytes = Buffer.from(packet.bytes);
      feed(run, [{ ...packet, bytes }]);
      bytes.fill(0xff);
    }
    run.pipeline.close();
    assert.deepEqual(targets(run), ['/kept']);
    assert.equal(run.exchanges[0]?.request?.head.headers.get('host'), 'shop.example');
    assert.equal(run.exchanges[0]?.outcome, 'answered');
  });

  test('capture time is the clock: a request times out when a tick says so', () => {
    const run = startPipeline();
    const connection = new TcpConversation().client(get('/slow'));
    feed(run, connection.packets);
    const asked = connection.packets[3]?.time ?? 0;
    run.pipeline.tick(asked + settings.exchange.timeoutMs * 1000 - 1);
    assert.equal(run.exchanges.length, 0);
    run.pipeline.tick(asked + (settings.exchange.timeoutMs + settings.exchange.timeoutCheckMs) * 1000);
    assert.equal(run.exchanges[0]?.outcome, 'timeout');
    assert.equal(run.pipeline.openRequests, 0);
    // Its late answer is understood, and is not given to the next request.
    const before = connection.packets.length;
    connection.wait(20_000_000).server(answer(500, 'late')).client(get('/next')).server(answer(200, 'in time'));
    feed(run, connection.packets.slice(before));
    assert.deepEqual(
      run.exchanges.map(({ request, response }) => [request?.head.target, response?.head.status]),
      [
        ['/slow', undefined],
        ['/slow', 500],
        ['/next', 200],
      ],
    );
    assert.deepEqual(
      run.exchanges.map(({ late }) => late),
      [undefined, true, undefined],
    );
    assert.deepEqual(run.exchanges[1]?.key, run.exchanges[0]?.key);
    assert.equal(run.counters.http_late_responses, 1);
  });

  test('the same packets give the same exchanges', () => {
    const packets = merged(
      new TcpConversation({ clientPort: 1 }).client(get('/a')).server(answer(200, 'a')).close(),
      new TcpConversation({ clientPort: 2 }).client(get('/b')).reset('server'),
    );
    assert.deepEqual(runPackets(packets).exchanges, runPackets(packets).exchanges);
  });
});

describe('limits', () => {
  test('beyond MAX_CONNECTIONS the idlest connection is forgotten, and its request comes out', () => {
    const connections = [1, 2, 3].map((clientPort) =>
      new TcpConversation({ clientPort, time: conversationStart + clientPort * 1e5 }).client(get(`/${clientPort}`)),
    );
    const run = runPackets(merged(...connections), LinkType.raw, {
      ...settings,
      tcp: { ...settings.tcp, maxConnections: 2 },
    });
    assert.deepEqual(targets(run), ['/1', '/2', '/3']);
    assert.deepEqual(
      run.exchanges.map(({ outcome }) => outcome),
      ['unknown', 'unknown', 'unknown'],
    );
    assert.deepEqual([run.counters.connections_evicted_count, run.counters.connections_shutdown], [1, 2]);
  });

  test('beyond MAX_BUFFERED the idlest connections that hold something are forgotten', () => {
    const connections = Array.from({ length: 100 }, (_, index) =>
      new TcpConversation({ clientPort: 1 + index, time: conversationStart + index * 1e5 }).client(
        `GET /${index} HTTP/1.1\r\nX: ${'x'.repeat(1000)}`,
      ),
    );
    const run = startPipeline({ settings: { ...settings, tcp: { ...settings.tcp, maxBufferedBytes: 20_000 } } });
    feed(run, merged(...connections));
    assert.ok(run.pipeline.bufferedBytes <= 20_000);
    assert.ok(run.counters.connections_evicted_memory > 50);
    run.pipeline.close();
    assert.deepEqual(
      targets(run),
      connections.map((_, index) => `/${index}`),
    );
  });
});

test('an error of our own costs the connection it happens on, and nothing else', () => {
  const seen: string[] = [];
  const emit = (target: string) => {
    if (target === '/bad') throw new Error('made to fail');
    seen.push(target);
  };
  const { pipeline, counters, failures } = startPipeline({
    settings,
    observe: ({ request }) => emit(request?.head.target ?? ''),
  });
  const bad = new TcpConversation({ clientPort: 1 }).client(get('/bad')).server(answer(200, '')).client(get('/lost'));
  const good = new TcpConversation({ clientPort: 2 }).client(get('/good')).server(answer(200, '')).close();
  feed({ counters, pipeline }, merged(bad, good));
  pipeline.close();
  assert.deepEqual(seen, ['/good']);
  assert.equal(failures.length, 1);
  assert.deepEqual([counters.internal_errors, counters.connections_failed, counters.connections_finished], [1, 1, 1]);
  assert.equal(pipeline.bufferedBytes, 0);
});

test('an error of our own in the record of a request that times out costs its connection alone', () => {
  const outcomes: string[] = [];
  const { pipeline, counters, failures } = startPipeline({
    settings,
    observe: ({ request, outcome }) => {
      const target = request?.head.target ?? '';
      if (target === '/bad') throw new Error('made to fail');
      outcomes.push(`${target} ${outcome}`);
    },
  });
  const silent = (clientPort: number, ...paths: readonly string[]) =>
    paths.reduce((talk, path) => talk.client(get(path)), new TcpConversation({ clientPort }));
  const conversations = [silent(1, '/good'), silent(2, '/bad', '/behind'), silent(3, '/also-good')];
  for (const packet of merged(...conversations)) feed({ counters, pipeline }, [packet]);
  pipeline.tick(conversationStart + 30e6);
  assert.deepEqual(outcomes.toSorted(), ['/also-good timeout', '/behind unknown', '/good timeout']);
  assert.equal(failures.length, 1);
  assert.deepEqual([counters.internal_errors, counters.connections_failed], [1, 1]);
  pipeline.close();
  assert.deepEqual([pipeline.openConnections, pipeline.openRequests, pipeline.bufferedBytes], [0, 0, 0]);
});

test('errors of our own in several records of a connection cost none of its others, however it ends', () => {
  const paths = ['/bad/1', '/good/1', '/bad/2', '/bad/3', '/good/2'];
  const asked = () => paths.reduce((talk, path) => talk.client(get(path)), new TcpConversation());
  const begun = answer(200, 'begun, but not at its end').slice(0, -10);
  for (const [ending, conversation] of [
    ['answered', asked().server(answer(200, ''))],
    ['closed', asked().server(begun).close('server')],
    ['reset', asked().server(begun).reset('server')],
    ['the capture ends', asked().server(begun)],
  ] as const) {
    const seen: string[] = [];
    const emit = (target: string) => {
      if (target.startsWith('/bad')) throw new Error('made to fail');
      seen.push(target);
    };
    const { pipeline, counters } = startPipeline({
      settings,
      observe: ({ request }) => emit(request?.head.target ?? ''),
    });
    feed({ counters, pipeline }, conversation.packets);
    pipeline.close();
    assert.deepEqual([seen, counters.internal_errors], [['/good/1', '/good/2'], 3], ending);
    const { openConnections, openRequests, openExchanges, bufferedBytes } = pipeline;
    assert.deepEqual([openConnections, openRequests, openExchanges.size, bufferedBytes], [0, 0, 0, 0], ending);
  }
});

test('an error of our own that belongs to no connection costs a packet', () => {
  const seen: string[] = [];
  const { pipeline, counters, failures } = startPipeline({
    settings,
    observe: ({ request }) => seen.push(request?.head.target ?? ''),
  });
  const broken = {
    get bytes(): Buffer {
      throw new Error('made to fail');
    },
  } as Frame;
  pipeline.frame(broken);
  feed({ counters, pipeline }, merged(new TcpConversation().client(get('/good')).server(answer(200, '')).close()));
  pipeline.close();
  assert.deepEqual([seen, failures.length, counters.internal_errors], [['/good'], 1, 1]);
});
