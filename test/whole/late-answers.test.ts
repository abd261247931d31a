import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { answer, get, send } from '../support/golden/golden-messages.ts';
import { programMissing, RunningLogger } from '../support/program/run-logger.ts';
import {
  defaultPipelineSettings,
  type PipelineRun,
  runPackets,
  startPipeline,
} from '../support/program/run-pipeline.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';
import {
  type ConversationPacket,
  conversationStart,
  merged,
  TcpConversation,
} from '../support/tcp/tcp-conversation.ts';

const folder = new URL('cases/', import.meta.url);
const second = 1_000_000;
const settings = defaultPipelineSettings();
const fileSettings = { ...settings, exchange: { ...settings.exchange, readsToEnd: true } };

type Shown = readonly [
  url: string | undefined,
  status: number | undefined,
  outcome: string | undefined,
  late: true | undefined,
];

async function recordsOf(name: string, how: 'file' | 'pipe'): Promise<readonly FlatRecord[]> {
  const path = new URL(name, folder);
  const run = how === 'file' ? ['--read', path.pathname] : ['--read', '-'];
  const options = how === 'file' ? {} : { input: readFileSync(path) };
  const { code, stdout, stderr } = await new RunningLogger(run, options).finished;
  assert.equal(code, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function shown({ url, status, outcome, late }: FlatRecord): Shown {
  return [url, status, outcome, late];
}

/** Those of requests that are not part of the crowd. */
function notable(records: readonly FlatRecord[]): readonly Shown[] {
  return records.filter(({ url }) => url !== '/tick').map(shown);
}

describe('answers after TIMEOUT_AFTER_MS', { skip: programMissing }, () => {
  test('a capture file has one record of each exchange, with the truth', async () => {
    assert.deepEqual(notable(await recordsOf('late-response.pcap', 'file')).toSorted(), [
      ['/poll?wait=25', 204, 'answered', undefined],
      ['/quick', 200, 'answered', undefined],
      ['/report', 503, 'answered', undefined],
    ]);
    const polled = await recordsOf('long-poll.pcap', 'file');
    assert.deepEqual(notable(polled), [
      ['/1', 200, 'answered', undefined],
      ['/longpoll', polled.find(({ url }) => url === '/longpoll')?.status, 'answered', undefined],
      ['/after', 200, 'answered', undefined],
    ]);
    assert.equal(polled.filter(({ url, status }) => url === '/tick' && status === 200).length, 70);
    assert.equal(polled.length, 73);
    const duration = polled.find(({ url }) => url === '/longpoll')?.duration_ms ?? 0;
    assert.ok(duration > 690_000, `${duration}`);
  });

  test('a pipe has the timeout first, and then a second record of the same exchange', async () => {
    const polled = await recordsOf('long-poll.pcap', 'pipe');
    const status = polled.find(({ late }) => late)?.status;
    assert.deepEqual(notable(polled), [
      ['/1', 200, 'answered', undefined],
      ['/longpoll', undefined, 'timeout', undefined],
      ['/longpoll', status, 'answered', true],
      ['/after', 200, 'answered', undefined],
    ]);
    assert.notEqual(status, undefined);
    assert.ok(
      polled.every(({ url }) => url !== undefined),
      'no response is without its request',
    );
    const [first, late] = polled.filter(({ url }) => url === '/longpoll');
    assert.deepEqual([late?.time, late?.request_headers], [first?.time, first?.request_headers]);
    const reports = await recordsOf('late-response.pcap', 'pipe');
    assert.deepEqual(
      reports
        .filter(({ late }) => late)
        .map(({ url, status, outcome }) => [url, status, outcome])
        .toSorted(),
      [
        ['/poll?wait=25', 204, 'answered'],
        ['/report', 503, 'answered'],
      ],
    );
    const timeouts = reports.filter(({ outcome }) => outcome === 'timeout');
    assert.deepEqual(timeouts.map(({ url }) => url).toSorted(), ['/poll?wait=25', '/report']);
  });
});

/** Another connection whose packets let capture time pass. */
function crowd(seconds: number): TcpConversation {
  const busy = new TcpConversation({ clientPort: 50_000, time: conversationStart + 100_000 });
  for (let at = 0; at < seconds; at += 5)
    busy
      .client(get('/tick'))
      .server(answer(200, ''))
      .wait(5 * second);
  return busy.close();
}

function told({ exchanges }: PipelineRun): readonly string[] {
  return exchanges
    .filter(({ request }) => request?.head.target !== '/tick')
    .map(({ request, response, outcome, late }: Exchange) =>
      [request?.head.target ?? '-', response?.head.status ?? '-', outcome, ...(late ? ['late'] : [])].join(' '),
    );
}

describe('connections with an exchange open are not idle', () => {
  const up = send('POST', '/up', 'x'.repeat(20));
  const down = answer(200, 'x'.repeat(20));
  type Said = readonly (readonly ['client' | 'server', string])[];
  type Kind = {
    readonly name: string;
    /** Before and after fifty minutes of silence. */
    readonly said: readonly [Said, Said];
    readonly end: 'close' | 'reset';
    readonly told: readonly string[];
  };
  const kinds: readonly Kind[] = [
    {
      name: 'a long poll beyond CONNECTION_IDLE_S',
      said: [[['client', get('/poll')]], [['server', answer(204, '')]]],
      end: 'close',
      told: ['/poll - timeout', '/poll 204 answered late'],
    },
    {
      name: 'an upload that pauses for as long',
      said: [
        [['client', up.slice(0, -10)]],
        [
          ['client', up.slice(-10)],
          ['server', answer(201, '')],
        ],
      ],
      end: 'close',
      told: ['/up 201 answered'],
    },
    {
      name: 'a response that pauses for as long',
      said: [
        [
          ['client', get('/down')],
          ['server', down.slice(0, -10)],
        ],
        [['server', down.slice(-10)]],
      ],
      end: 'close',
      told: ['/down 200 answered'],
    },
    {
      name: 'a late answer that is reset',
      said: [[['client', get('/cut')]], [['server', down.slice(0, -10)]]],
      end: 'reset',
      told: ['/cut - timeout', '/cut 200 reset late'],
    },
  ];
  for (const { name, said, end, told: expected } of kinds) {
    test(name, () => {
      const talk = new TcpConversation({ clientPort: 40_001 });
      for (const [from, text] of said[0]) talk[from](text);
      talk.wait(3000 * second);
      for (const [from, text] of said[1]) talk[from](text);
      if (end === 'close') talk.close();
      else talk.reset('server');
      const packets = merged(talk, crowd(4000));
      const live = runPackets(packets);
      assert.deepEqual(told(live), expected);
      const isTimeout = (line: string) => line.endsWith(' timeout');
      const fromFile = runPackets(packets, undefined, fileSettings);
      assert.deepEqual(
        told(fromFile),
        expected.filter((line) => !isTimeout(line)).map((line) => line.replace(' late', '')),
      );
      assert.equal(live.counters.connections_idle, 0);
    });
  }

  test('one without is forgotten, so what comes later belongs to nobody', () => {
    const talk = new TcpConversation({ clientPort: 40_001 }).client(get('/a')).server(answer(200, ''));
    talk.wait(3000 * second).server(answer(408, ''));
    const run = runPackets(merged(talk, crowd(4000)));
    assert.ok(run.counters.connections_idle > 0);
    assert.deepEqual(told(run), ['/a 200 answered', '- 408 answered']);
  });
});

describe('more requests that nobody answers than there is memory for', () => {
  const count = 20_000;
  const limits = { maxConnections: 200_000, maxBufferedBytes: 4 * 1024 * 1024 };

  function run(readsToEnd: boolean): PipelineRun & { readonly mostBytes: number } {
    const { exchange, tcp } = settings;
    const started = startPipeline({
      settings: { ...settings, tcp: { ...tcp, ...limits }, exchange: { ...exchange, readsToEnd } },
    });
    let mostBytes = 0;
    for (let index = 0; index < count; index++) {
      const talk = new TcpConversation({
        clientIp: `10.1.${index >>> 14}.1`,
        clientPort: 1024 + (index & 0x3fff),
        time: conversationStart + index * 3000,
      });
      const packets: readonly ConversationPacket[] = talk.client('GET /nobody HTTP/1.1\r\n\r\n').packets;
      for (const { bytes, time } of packets) {
        const end = bytes.length;
        const frame = { bytes, start: 0, end, wireLength: end, time, linkType: 101, direction: undefined };
        started.counters.frames_received++;
        started.pipeline.frame(frame);
      }
      if (index % 100 === 0) started.pipeline.tick(talk.time);
      mostBytes = Math.max(mostBytes, started.pipeline.bufferedBytes);
    }
    started.pipeline.tick(conversationStart + count * 3000 + 60 * second);
    started.pipeline.close();
    return { ...started, mostBytes };
  }

  for (const readsToEnd of [false, true]) {
    test(`are bounded and all told of, ${readsToEnd ? 'from a file' : 'live'}`, () => {
      const { counters, exchanges, mostBytes, pipeline } = run(readsToEnd);
      assert.ok(mostBytes <= limits.maxBufferedBytes, `${mostBytes}`);
      assert.equal(exchanges.length, count);
      const forgotten = counters.connections_evicted_memory;
      assert.ok(forgotten > 0, 'there were more than the limit allows');
      const { exchanges_timeout, exchanges_unknown } = counters;
      assert.deepEqual(
        [exchanges_timeout, exchanges_unknown],
        readsToEnd ? [count - forgotten, forgotten] : [count, 0],
      );
      assert.deepEqual([pipeline.bufferedBytes, pipeline.openRequests], [0, 0]);
    });
  }
});
