// From packets to the records of sessions, beside those of exchanges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createProgressRecordBuilder } from '../../src/record/build-progress.ts';
import { createSessionRecordBuilder } from '../../src/record/build-session.ts';
import type { LogRecord } from '../../src/record/record.ts';
import type { SessionType } from '../../src/stream/session.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import { answer, get, message } from '../support/golden/golden-messages.ts';
import { defaultPipelineSettings, rawFrame } from '../support/program/run-pipeline.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';
import { closeFrame, frame, mask } from '../support/websocket/websocket-frames.ts';

const connect = message('CONNECT b:80 HTTP/1.1', ['Host: b:80'], '');
const established = message('HTTP/1.1 200 Connection Established', [], '');
const upgrade = get('/chat?token=abc123', 'Connection: Upgrade', 'Upgrade: websocket');
const switching = message('HTTP/1.1 101 Switching Protocols', ['Connection: Upgrade', 'Upgrade: WebSocket'], '');
const talk = (conversation: TcpConversation) =>
  conversation
    .client(frame('hello', { mask }))
    .server(frame('hi'))
    .client(closeFrame(1000, { mask }))
    .server(closeFrame(1000));

type Options = { readonly types?: readonly SessionType[]; readonly isOwn?: boolean };

function recordsOf({ packets }: TcpConversation, { types = ['websocket', 'tunnel'], isOwn = false }: Options = {}) {
  const counters = createCounters();
  const records: LogRecord[] = [];
  const observed: string[] = [];
  const buildRecord = createRecordBuilder(fullOptions);
  const pipeline = createPipeline(
    defaultPipelineSettings(),
    {
      counters,
      seed: 0,
      isLocal: () => false,
      ownTraffic: { isOwn: () => false, isOwnExchange: () => isOwn, isOwnAttempt: () => false },
      onFailure: (error) => assert.fail(String(error)),
    },
    {
      observe: ({ request }) => observed.push(request?.head.target ?? '-'),
      isIgnored: (target) => target.startsWith('/chat'),
      buildRecord,
      connects: { observe: () => {}, buildRecord: undefined },
      progress: { buildRecord: createProgressRecordBuilder(buildRecord) },
      sessions: { types, buildRecord: createSessionRecordBuilder(buildRecord) },
      sinks: [{ write: (record) => records.push(record) }],
    },
  );
  for (const { bytes, time } of packets) pipeline.frame(rawFrame(bytes, time, LinkType.raw));
  pipeline.close();
  assert.equal(pipeline.bufferedBytes, 0);
  const lines = records.map(({ kind, method, url, session }) =>
    kind === undefined ? `${method} ${url}` : `${session?.type} ${session?.clientBytes} ${session?.serverBytes}`,
  );
  return { counters, records, observed, lines };
}

test('HTTP inside of a tunnel is logged, between the record of its CONNECT and that of its end', () => {
  const [first, second] = [get('/a'), get('/b')];
  const [one, two] = [answer(200, 'one'), answer(404, 'two')];
  const whole = new TcpConversation().client(connect).server(established);
  whole.client(first).server(one).client(second).server(two).close();
  const { lines, records, observed, counters } = recordsOf(whole);
  const sizes = `${first.length + second.length} ${one.length + two.length}`;
  assert.deepEqual(lines, ['CONNECT b:80', 'GET /a', 'GET /b', `tunnel ${sizes}`]);
  assert.deepEqual(observed, ['b:80', '/a', '/b'], 'sessions are no requests');
  const [handshake, , , session] = records;
  assert.equal(session?.id, handshake?.id);
  assert.equal(new Set(records.map(({ id }) => id)).size, 3);
  assert.deepEqual([counters.sessions_tunnel, counters.sessions_logged, counters.records_built], [1, 1, 4]);
});

test('a WebSocket inside of a tunnel inside of a tunnel is found, and each ends for itself', () => {
  const inner = get('/ws', 'Connection: Upgrade', 'Upgrade: websocket');
  const whole = new TcpConversation().client(connect).server(established).client(connect).server(established);
  const { lines } = recordsOf(talk(whole.client(inner).server(switching)).close());
  assert.deepEqual(lines.slice(0, 4), ['CONNECT b:80', 'CONNECT b:80', 'GET /ws', 'websocket 5 2']);
  assert.deepEqual(
    lines.slice(4).map((line) => line.split(' ')[0]),
    ['tunnel', 'tunnel'],
  );
});

test('bytes of a tunnel count to its end when nobody can read them inside', () => {
  const whole = new TcpConversation().client(connect).server(established);
  whole.client(Buffer.from('160301000401000000', 'hex')).server('x'.repeat(5000)).client('y'.repeat(70)).close();
  const { lines, counters } = recordsOf(whole);
  assert.deepEqual(lines, ['CONNECT b:80', 'tunnel 79 5000']);
  assert.equal(counters.connections_tls, 1);
});

test('a session of an exchange that has no record has none either, and is counted', () => {
  const whole = talk(new TcpConversation().client(upgrade).server(switching)).close();
  const ignored = recordsOf(whole);
  assert.deepEqual(ignored.lines, []);
  assert.deepEqual([ignored.counters.sessions_websocket, ignored.counters.sessions_ignored_url], [1, 1]);
  const own = recordsOf(whole, { isOwn: true });
  assert.deepEqual(own.lines, []);
  assert.deepEqual([own.counters.sessions_own_traffic, own.counters.sessions_ignored_url], [1, 0]);
});

test('a kind of session that is not asked for is counted, and its handshake is logged', () => {
  const whole = new TcpConversation()
    .client(connect)
    .server(established)
    .client(get('/a'))
    .server(answer(200, ''))
    .close();
  const { lines, counters } = recordsOf(whole, { types: ['websocket'] });
  assert.deepEqual(lines, ['CONNECT b:80', 'GET /a']);
  assert.deepEqual([counters.sessions_tunnel, counters.sessions_not_asked_for], [1, 1]);
});
