// From packets to interim records of exchanges that last, beside those of exchanges.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createProgressRecordBuilder } from '../../src/record/build-progress.ts';
import type { LogRecord } from '../../src/record/record.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import { pcapFile } from '../support/capture/capture-writer.ts';
import { answer, get, message } from '../support/golden/golden-messages.ts';
import { envelope } from '../support/grpc/envelope.ts';
import { frame, preface } from '../support/http2/frame-bytes.ts';
import { ethernet } from '../support/packet/link-headers.ts';
import { programMissing, recordsOf, runLogger } from '../support/program/run-logger.ts';
import { defaultPipelineSettings, rawFrame } from '../support/program/run-pipeline.ts';
import { fullOptions, withBodies } from '../support/record/exchanges.ts';
import { type ConversationPacket, conversationStart, TcpConversation } from '../support/tcp/tcp-conversation.ts';

const second = 1_000_000;

type Options = { readonly isOwn?: boolean; readonly bodyLimitBytes?: number };

/** The records of a capture that ends with its last packet, with a look at what is due ten times a second. */
function run(packets: readonly ConversationPacket[], { isOwn = false, bodyLimitBytes = 0 }: Options = {}) {
  const counters = createCounters();
  const records: LogRecord[] = [];
  const observed: string[] = [];
  const settings = defaultPipelineSettings();
  const buildRecord = createRecordBuilder(withBodies(fullOptions));
  const pipeline = createPipeline(
    { ...settings, exchange: { ...settings.exchange, bodyLimitBytes } },
    {
      counters,
      seed: 0,
      isLocal: () => false,
      ownTraffic: { isOwn: () => false, isOwnExchange: () => isOwn, isOwnAttempt: () => false },
      onFailure: (error) => assert.fail(String(error)),
    },
    {
      observe: ({ request }) => observed.push(request?.head.target ?? '-'),
      isIgnored: (target) => target.startsWith('/health'),
      buildRecord,
      connects: { observe: () => {}, buildRecord: undefined },
      sessions: { types: [], buildRecord: () => assert.fail('there is no session') },
      progress: { buildRecord: createProgressRecordBuilder(buildRecord) },
      sinks: [{ write: (record) => records.push(record) }],
    },
  );
  let now = conversationStart;
  for (const { bytes, time } of packets) {
    for (; now < time; now = Math.min(time, now + 100_000)) pipeline.tick(now);
    pipeline.frame(rawFrame(bytes, time, LinkType.raw));
  }
  pipeline.close();
  assert.equal(pipeline.bufferedBytes, 0);
  assert.equal(counters.internal_errors, 0);
  assert.equal(counters.records_built, records.length);
  return { counters, records, observed, pipeline };
}

/** Part, seconds, status, bytes each way, outcome. */
const lines = (records: readonly LogRecord[]) =>
  records.map((record) => {
    const { kind, part, durationMs, status, requestBytes, responseBytes, outcome } = record;
    const seconds = durationMs === undefined ? '-' : Math.floor(durationMs / 1000);
    const bytes = `${requestBytes}/${responseBytes ?? '-'}`;
    return `${kind ?? 'exchange'} ${part ?? '-'}: ${seconds} s, ${status ?? '-'}, ${bytes}, ${outcome ?? '-'}`;
  });

const event = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const eventStream = ['Content-Type: text/event-stream', 'Transfer-Encoding: chunked', 'Set-Cookie: sid=s3cret'];

/** A stream of events of 150 seconds: one of 10 bytes every 10 seconds. */
function events(target = '/events?token=s3cret'): TcpConversation {
  const conversation = new TcpConversation().client(get(target, 'Authorization: Bearer s3cret'));
  conversation.server(message('HTTP/1.1 200 OK', eventStream, ''));
  for (let count = 0; count < 15; count++) conversation.wait(10 * second).server(event('data: 123\n'));
  return conversation.server('0\r\n\r\n');
}

describe('HTTP/1', () => {
  test('server-sent events have an interim record each minute, and their own in the end', () => {
    const { records, observed, counters } = run(events().packets, { bodyLimitBytes: 100 });
    assert.deepEqual(lines(records), [
      'progress 1: 60 s, 200, 0/50, -',
      'progress 2: 120 s, 200, 0/110, -',
      'exchange -: 150 s, 200, 0/150, answered',
    ]);
    assert.equal(new Set(records.map(({ id }) => id)).size, 1);
    assert.deepEqual(observed, ['/events?token=s3cret'], 'it counts once');
    assert.deepEqual([counters.exchanges_answered, counters.progress_logged, counters.progress_left_out], [1, 2, 0]);
    assert.deepEqual(
      records.map(({ responseBody }) => responseBody?.slice(0, 9)),
      [undefined, undefined, 'data: 123'],
    );
    for (const { url, requestHeaders, responseHeaders } of records) {
      assert.equal(url, '/events?token=[redacted]');
      assert.equal(requestHeaders?.object['authorization'], '[redacted]');
      assert.equal(responseHeaders?.object['set-cookie'], '[redacted]');
    }
  });

  test('so has a long upload, which nobody has answered yet', () => {
    const upload = new TcpConversation();
    upload.client(message('PUT /backup HTTP/1.1', ['Host: shop.example', 'Content-Length: 1400'], ''));
    for (let count = 0; count < 14; count++) upload.wait(10 * second).client('x'.repeat(100));
    const { records, counters } = run(upload.server(answer(201, 'done')).packets);
    assert.deepEqual(lines(records), [
      'progress 1: 60 s, -, 500/-, -',
      'progress 2: 120 s, -, 1100/-, -',
      'exchange -: 140 s, 201, 1400/4, answered',
    ]);
    assert.equal(counters.exchanges_timeout, 0);
  });

  test('a stream that the end of the capture cuts short, or a reset, has its record all the same', () => {
    const cut = events().packets.slice(0, -8);
    assert.deepEqual(lines(run(cut).records).at(-1), 'exchange -: 120 s, 200, 0/120, answered');
    const reset = new TcpConversation().client(get('/watch')).server(message('HTTP/1.1 200 OK', eventStream, ''));
    const { records } = run(
      reset
        .wait(61 * second)
        .reset('server')
        .wait(10 * second)
        .ack('client').packets,
    );
    assert.deepEqual(lines(records).slice(0, 1), ['progress 1: 60 s, 200, 0/0, -']);
    assert.equal(records.length, 2);
  });

  test('what is not logged has no interim records, nor has the logger itself', () => {
    const ignored = run(events('/healthz').packets);
    assert.deepEqual(ignored.records, []);
    assert.equal(ignored.counters.exchanges_ignored_url, 1);
    const own = run(events().packets, { isOwn: true });
    assert.deepEqual([own.records, own.counters.progress_logged, own.counters.exchanges_own_traffic], [[], 0, 1]);
  });
});

/** A header block of literal fields, none of which is kept. */
function block(fields: Readonly<Record<string, string>>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  return Buffer.concat(Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

const endStream = 1;
const endHeaders = 4;
const type = { 'content-type': 'application/grpc' };

/** A call that has said nothing of how long it waits, if `timeout` does not. */
function call(stream: number, timeout: Readonly<Record<string, string>> = {}): Buffer {
  const fields = { ':method': 'POST', ':scheme': 'http', ':path': '/shop.Orders/Watch', ':authority': 'shop', ...type };
  return frame(1, endHeaders, stream, block({ ...fields, ...timeout }));
}

describe('HTTP/2', () => {
  const data = (stream: number, text: string, flags = 0) => frame(0, flags, stream, envelope(0, text));
  const begin = () => new TcpConversation().client(Buffer.concat([preface, frame(4, 0, 0)])).server(frame(4, 0, 0));

  test('a stream of gRPC has interim records with its messages so far, others on its connection have none', () => {
    const whole = begin().client(Buffer.concat([call(1), data(1, 'hello', endStream)]));
    for (let count = 0; count < 13; count++) {
      whole.wait(10 * second);
      if (count === 2) whole.server(frame(1, endHeaders, 1, block({ ':status': '200', ...type })));
      if (count >= 2) whole.server(data(1, 'order'));
      const other = 2 * count + 3;
      whole.client(Buffer.concat([call(other), data(other, 'x', endStream)]));
      whole.server(frame(1, endHeaders | endStream, other, block({ ':status': '200', ...type, 'grpc-status': '5' })));
    }
    whole.server(frame(1, endHeaders | endStream, 1, block({ 'grpc-status': '0' })));
    const { records, counters, observed } = run(whole.packets);
    const ofStream = records.filter(({ streamId }) => streamId === 1);
    assert.deepEqual(lines(ofStream), [
      'progress 1: 60 s, 200, 10/30, -',
      'progress 2: 120 s, 200, 10/90, -',
      'exchange -: 130 s, 200, 10/110, answered',
    ]);
    assert.deepEqual(
      ofStream.map(({ grpc }) => [grpc?.method, grpc?.requestMessages, grpc?.responseMessages, grpc?.status]),
      [
        ['Watch', 1, 3, undefined],
        ['Watch', 1, 9, undefined],
        ['Watch', 1, 11, 0],
      ],
    );
    assert.ok(ofStream.every(({ grpc }) => grpc?.hasFailed === false));
    assert.deepEqual([records.length, observed.length], [16, 14]);
    assert.deepEqual([counters.exchanges_timeout, counters.http_late_responses], [0, 0]);
  });

  test('a call times out at its own deadline, or as long as its connection lives not at all', () => {
    const whole = begin();
    whole.client(Buffer.concat([call(1, { 'grpc-timeout': '2S' }), data(1, 'a', endStream)]));
    whole.client(Buffer.concat([call(3, { 'grpc-timeout': '40S' }), data(3, 'a', endStream)]));
    whole.client(Buffer.concat([call(5), data(5, 'a', endStream)]));
    const { records } = run(whole.wait(100 * second).close().packets);
    assert.deepEqual(
      records.map(({ streamId, kind, outcome }) => [streamId, kind ?? outcome]),
      [
        [1, 'timeout'],
        [3, 'timeout'],
        [5, 'progress'],
        [5, 'closed'],
      ],
    );
  });
});

describe('the program', { skip: programMissing }, () => {
  const input = pcapFile(events().packets.map(({ time, bytes }) => ({ time, bytes: ethernet(bytes) })));
  const read = async (env: Readonly<Record<string, string>> = {}, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await runLogger(['--read', '-', ...args], { env, input });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /summary: 1 exchange \(1 answered\); .*; no loss/);
    return stdout;
  };
  const parts = (stdout: string) => recordsOf(stdout).map(({ part }) => part);

  test('does so by the clock of the capture, as often as it is told', async () => {
    assert.deepEqual(parts(await read()), [1, 2, undefined]);
    assert.deepEqual(parts(await read({ PROGRESS_INTERVAL_S: '100' })), [1, undefined]);
    assert.deepEqual(parts(await read({ PROGRESS_INTERVAL_S: '0' })), [undefined]);
  });

  test('has no interim records for those who know only exchanges, and a line of each for people', async () => {
    assert.equal((await read({ LOG_SCHEMA: 'legacy' })).split('\n').length, 2);
    const people = (await read({}, '--pretty')).trimEnd().split('\n');
    const shown = people.map((line) => / (200.{4}) GET .* ([\d.]+ s) .*?( still open \(\d\))?$/.exec(line)?.slice(1));
    assert.deepEqual(shown, [
      ['200 …  ', '60.01 s', ' still open (1)'],
      ['200 …  ', '120 s', ' still open (2)'],
      ['200    ', '150 s', undefined],
    ]);
  });
});
