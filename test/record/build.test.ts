import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRecordBuilder } from '../../src/record/build.ts';
import {
  exchangeOf,
  fullOptions,
  requestMessage,
  responseMessage,
  withBodies,
  withUndecoded,
} from '../support/record/exchanges.ts';

const build = createRecordBuilder(fullOptions);

test('a whole exchange becomes a record', () => {
  const identity = { pod: 'p', namespace: 'n', node: 'm', hostname: 'h', labels: { app: 'l' } };
  const nameOf = (ip: string) => (ip === '10.0.0.1' ? 'peer' : undefined);
  const record = createRecordBuilder({ ...fullOptions, identity, nameOf })(
    exchangeOf({
      request: requestMessage(
        {
          method: 'POST',
          target: '/a/b?c=d&token=s3cret',
          headers: [
            ['Host', ' shop:8080 '],
            ['User-Agent', 'curl/8'],
            ['X-Forwarded-For', '203.0.113.7:4711, 10.0.0.9'],
            ['Referer', 'http://x/?sig=s3cret'],
            ['Content-Type', 'text/plain'],
            ['X-Request-Id', 'r1'],
            ['b3', '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1'],
          ],
        },
        { bodyBytes: 5 },
      ),
      response: responseMessage({ status: 201, headers: [['Content-Type', 'text/html']] }, { bodyBytes: 7 }),
      informational: [100, 103],
      incomplete: true,
      gapBytes: 12,
      connectTime: 420.6,
      retransmissions: 3,
    }),
  );
  const { requestHeaders, responseHeaders, requestHeadBytes, responseHeadBytes, ...rest } = record;
  assert.deepEqual(rest, {
    kind: undefined,
    id: '0a000001c738-0123abcd-fedcba98',
    startTime: 1_714_980_000_123_456,
    endTime: 1_714_980_000_136_206,
    endpoints: {
      direction: 'incoming',
      clientIp: '10.0.0.1',
      clientPort: 51_000,
      serverIp: '10.0.0.2',
      serverPort: 8080,
    },
    clientName: 'peer',
    serverName: undefined,
    protocol: 'HTTP/1.1',
    method: 'POST',
    host: 'shop:8080',
    url: '/a/b?c=d&token=[redacted]',
    path: '/a/b',
    query: 'c=d&token=[redacted]',
    status: 201,
    streamId: undefined,
    undecodedFields: undefined,
    part: undefined,
    requestTrailers: undefined,
    responseTrailers: undefined,
    grpc: undefined,
    session: undefined,
    outcome: 'answered',
    endedBy: undefined,
    connectMs: 0.421,
    late: false,
    durationMs: 12.75,
    sendMs: 0.5,
    waitMs: 12,
    receiveMs: 0.25,
    requestBytes: 5,
    responseBytes: 7,
    userAgent: 'curl/8',
    forwardedFor: '203.0.113.7',
    referrer: 'http://x/?sig=[redacted]',
    requestId: 'r1',
    requestContentType: 'text/plain',
    contentType: 'text/html',
    requestBody: undefined,
    responseBody: undefined,
    informational: [100, 103],
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    retransmissions: 3,
    incomplete: true,
    gapBytes: 12,
    anomalies: undefined,
    identity,
  });
  assert.deepEqual(Object.keys(requestHeaders?.object ?? {}), [
    'host',
    'user-agent',
    'x-forwarded-for',
    'referer',
    'content-type',
    'x-request-id',
    'b3',
  ]);
  assert.deepEqual(responseHeaders?.object, { 'content-type': 'text/html' });
  assert.ok(requestHeadBytes !== undefined && requestHeadBytes > 0);
  assert.ok(responseHeadBytes !== undefined && responseHeadBytes > 0);
});

test('a request without a response has only the time it took to send', () => {
  const record = build(exchangeOf({ response: undefined, outcome: 'timeout' }));
  assert.equal(record.sendMs, 0.5);
  assert.equal(record.endTime - record.startTime, 500);
  for (const name of [
    'durationMs',
    'waitMs',
    'receiveMs',
    'status',
    'responseBytes',
    'contentType',
    'responseHeaders',
  ] as const) {
    assert.equal(record[name], undefined, name);
  }
});

test('a response without a request has only the time it took to receive', () => {
  const record = build(exchangeOf({ request: undefined, outcome: 'unknown' }));
  assert.equal(record.receiveMs, 0.25);
  assert.equal(record.startTime, 1_714_980_000_135_956);
  assert.equal(record.endTime, 1_714_980_000_136_206);
  assert.equal(record.protocol, 'HTTP/1.1');
  for (const name of [
    'durationMs',
    'sendMs',
    'waitMs',
    'method',
    'url',
    'path',
    'host',
    'requestHeaders',
    'traceId',
  ] as const) {
    assert.equal(record[name], undefined, name);
  }
});

test('the protocol is as sent if it has a usual form, else the nearest one; HTTP/2 has no minor number', () => {
  for (const [sent, expected] of [
    ['HTTP/1.1', 'HTTP/1.1'],
    ['HTTP/1.0', 'HTTP/1.0'],
    ['HTTP/0.9', 'HTTP/0.9'],
    ['HTTP/1.10', 'HTTP/1.1'],
    ['http/1.1', 'HTTP/1.1'],
    ['HTTP/1.1\t"', 'HTTP/1.1'],
    ['HTTP/1', 'HTTP/1.0'],
    ['HTTP/01.1', 'HTTP/1.0'],
    ['SIP/2.0', 'HTTP/1.0'],
    ['HTTP/2', 'HTTP/2'],
    ['HTTP/2.0', 'HTTP/2'],
    ['HTTP/3', 'HTTP/3'],
    ['HTTP/3.0', 'HTTP/3'],
    ['HTTP/2.1', 'HTTP/2.1'],
    ['HTTP/20', 'HTTP/1.0'],
  ] as const) {
    assert.equal(build(exchangeOf({ request: requestMessage({ version: sent }) })).protocol, expected);
  }
  const answer = responseMessage({ version: 'ICY' });
  assert.equal(build(exchangeOf({ request: undefined, response: answer })).protocol, 'HTTP/1.0');
});

test('times in any order give phases that are never negative and add up', () => {
  const time = fc.integer({ min: 1_714_980_000_000_000, max: 1_714_980_100_000_000 });
  fc.assert(
    fc.property(time, time, time, time, (a, b, c, d) => {
      const record = build(
        exchangeOf({
          request: requestMessage({}, { firstByteTime: a, lastByteTime: b }),
          response: responseMessage({}, { firstByteTime: c, lastByteTime: d }),
        }),
      );
      const { sendMs = -1, waitMs = -1, receiveMs = -1, durationMs = -1 } = record;
      for (const phase of [sendMs, waitMs, receiveMs, durationMs]) {
        assert.ok(phase >= 0);
        assert.match(String(phase), /^\d+(\.\d{1,3})?$/);
      }
      const sum = [sendMs, waitMs, receiveMs].reduce((total, phase) => total + Math.round(phase * 1000), 0);
      assert.equal(sum, Math.round(durationMs * 1000));
      assert.equal(record.endTime - record.startTime, sum);
      if (a <= b && b <= c && c <= d) assert.equal(sum, d - a);
    }),
  );
});

test('in HTTP/2 the host is the authority, and the record has the stream and what could not be read', () => {
  const message = requestMessage({ version: 'HTTP/2', headers: [['Host', 'other']] });
  const build2 = (authority: string) => {
    const headers = withUndecoded(message.head.headers, 2);
    const head = { ...message.head, authority, scheme: 'http', headers };
    const key = { connection: 0, position: 0, stream: 5 };
    return build(exchangeOf({ key, request: { ...message, head } }));
  };
  const { protocol, host, streamId, undecodedFields } = build2('shop.example:80');
  assert.deepEqual([protocol, host, streamId, undecodedFields], ['HTTP/2', 'shop.example:80', 5, 2]);
  assert.equal(build2('user:s3cret@shop.example').host, 'shop.example');
  const older = build(exchangeOf());
  assert.deepEqual([older.streamId, older.undecodedFields], [undefined, undefined]);
});

test('the host is the one that the target names, else the Host header', () => {
  const host = (target: string, value: string | undefined, method = 'GET') =>
    build(
      exchangeOf({
        request: requestMessage({ method, target, headers: value === undefined ? [] : [['Host', value]] }),
      }),
    ).host;
  assert.equal(host('/', 'a:1'), 'a:1');
  assert.equal(host('/', undefined), undefined);
  assert.equal(host('/', ''), undefined);
  assert.equal(host('http://b/', 'a'), 'b');
  assert.equal(host('http://u:p@b:2/', 'a'), 'b:2');
  assert.equal(host('b:443', 'a', 'CONNECT'), 'b:443');
  assert.equal(host('u:p@b:443', 'a', 'CONNECT'), 'b:443');
  assert.equal(host('*', 'a', 'OPTIONS'), 'a');
  assert.equal(host('/', 'u:p@a'), 'a');
  const twice = requestMessage({
    headers: [
      ['Host', 'a'],
      ['Host', 'b'],
    ],
  });
  assert.equal(build(exchangeOf({ request: twice })).host, 'a');
});

test('values that repeat from one exchange to the next are not mixed up', () => {
  const agents = ['a', 'b', undefined, 'b', 'b', 'a', undefined, undefined, 'c'];
  const seen = agents.map((agent) => {
    const headers = agent === undefined ? [] : ([['User-Agent', agent]] as const);
    return build(exchangeOf({ request: requestMessage({ headers }) })).userAgent;
  });
  assert.deepEqual(seen, agents);
});

test('what only ecs shows is not looked up for another schema', () => {
  const exchange = exchangeOf({
    request: requestMessage({
      headers: [
        ['Referer', 'r'],
        ['X-Correlation-Id', 'c'],
        ['Content-Type', 't'],
      ],
    }),
  });
  const details = (schema: 'ecs' | 'flat') => {
    const record = createRecordBuilder({ ...fullOptions, schema })(exchange);
    return [record.referrer, record.requestId, record.requestContentType];
  };
  assert.deepEqual(details('ecs'), ['r', 'c', 't']);
  assert.deepEqual(details('flat'), [undefined, undefined, undefined]);
});

test('bodies are read when they are asked for', () => {
  const headers = [['Content-Type', 'application/json']] as const;
  const body = { bytes: Buffer.from('{"pin":1}'), truncated: true };
  const exchange = exchangeOf({
    request: requestMessage({ headers }, { body }),
    response: responseMessage({ headers }, { body }),
  });
  const record = createRecordBuilder(withBodies(fullOptions))(exchange);
  assert.equal(record.requestBody, '{"pin":"[redacted]"}…[truncated]');
  assert.equal(record.responseBody, '{"pin":"[redacted]"}…[truncated]');
  assert.equal(build(exchange).requestBody, undefined);
  const off = { enabled: false, headers: [], params: [] };
  const open = createRecordBuilder(withBodies({ ...fullOptions, redact: off }))(exchange);
  assert.equal(open.requestBody, '{"pin":1}…[truncated]');
});
