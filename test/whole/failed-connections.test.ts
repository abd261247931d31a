import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createConnectRecordBuilder } from '../../src/record/build-connect.ts';
import type { LogRecord } from '../../src/record/record.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { createCounters } from '../../src/telemetry/counters.ts';
import { exchangesSeen } from '../../src/telemetry/summary.ts';
import { tcpPacket } from '../support/packet/packets.ts';
import { defaultPipelineSettings, rawFrame } from '../support/program/run-pipeline.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const second = 1_000_000;
const start = 1_704_164_645 * second;
const pod = '10.0.0.1';

type RunOptions = {
  readonly isOwnAttempt?: (ends: { readonly clientPort: number }) => boolean;
  readonly isLogged?: boolean;
};

/** The pipeline of a pod, with what it writes and what its metrics see. */
function startPod({ isOwnAttempt = () => false, isLogged = true }: RunOptions = {}) {
  const counters = createCounters();
  const records: LogRecord[] = [];
  const observed: string[] = [];
  const sink: Pick<Sink, 'write'> = { write: (record) => records.push(record) };
  const pipeline = createPipeline(
    defaultPipelineSettings(),
    {
      counters,
      seed: 0,
      isLocal: (address) => [pod, '127.0.0.1', '::1'].includes(address),
      ownTraffic: { isOwn: () => false, isOwnExchange: () => false, isOwnAttempt },
      onFailure: (error) => assert.fail(String(error)),
    },
    {
      observe: ({ endpoints }) => observed.push(`exchange with ${endpoints.serverIp}`),
      isIgnored: () => false,
      buildRecord: createRecordBuilder(fullOptions),
      connects: {
        observe: ({ endpoints, outcome }) => observed.push(`${outcome} by ${endpoints.serverIp}`),
        buildRecord: isLogged ? createConnectRecordBuilder(fullOptions) : undefined,
      },
      progress: { buildRecord: () => assert.fail('there is no long exchange') },
      sessions: { types: [], buildRecord: () => assert.fail('there is no session') },
      sinks: [sink],
    },
  );
  const packet = (bytes: Buffer, time: number) => {
    counters.frames_received++;
    pipeline.frame(rawFrame(bytes, time, LinkType.raw));
  };
  return { counters, records, observed, pipeline, packet };
}

type Ends = { readonly source: string; readonly destination: string; readonly port: number };

function syn({ source, destination, port }: Ends): Buffer {
  return tcpPacket({ source, destination, sourcePort: port, destinationPort: 8080, sequence: 0xff, flags: 'S' });
}

function refusal({ source, destination, port }: Ends): Buffer {
  const ends = { source: destination, destination: source, sourcePort: 8080, destinationPort: port };
  return tcpPacket({ ...ends, sequence: 0, acknowledgment: 0x100, flags: 'RA' });
}

function assertConserved({ counters, records }: ReturnType<typeof startPod>): void {
  const { attempts_logged, attempts_not_outgoing, attempts_own_traffic } = counters;
  assert.equal(
    counters.attempts_refused + counters.attempts_timeout,
    attempts_logged +
      attempts_not_outgoing +
      attempts_own_traffic +
      counters.attempts_not_asked_for +
      counters.attempts_over_limit,
  );
  assert.equal(counters.records_built, records.length);
  assert.equal(exchangesSeen(counters) + attempts_logged, records.length);
}

test('an outgoing connection that is refused, or that nobody answers, is a record of its own', () => {
  const run = startPod();
  const refused = { source: pod, destination: '10.0.0.2', port: 40_000 };
  const silent = { source: pod, destination: '10.0.0.3', port: 40_001 };
  run.packet(syn(refused), start);
  run.packet(syn(silent), start + 100);
  run.packet(refusal(refused), start + 1500);
  run.packet(syn(silent), start + 100 + second);
  run.pipeline.tick(start + 60 * second);
  run.pipeline.close();
  const shown = run.records.map(({ kind, id, endpoints, outcome, durationMs, startTime, protocol }) => {
    const { direction, serverIp } = endpoints;
    return { kind, id, direction, serverIp, outcome, durationMs, after: startTime - start, protocol };
  });
  const common = { kind: 'connect', direction: 'outgoing', protocol: undefined };
  assert.deepEqual(shown, [
    {
      ...common,
      id: '0a0000019c40-000000ff-x',
      serverIp: '10.0.0.2',
      outcome: 'refused',
      durationMs: 1.5,
      after: 0,
    },
    {
      ...common,
      id: '0a0000019c41-000000ff-x',
      serverIp: '10.0.0.3',
      outcome: 'timeout',
      durationMs: 11_000,
      after: 100,
    },
  ]);
  assert.deepEqual(run.observed, ['refused by 10.0.0.2', 'timeout by 10.0.0.3']);
  assert.equal(exchangesSeen(run.counters), 0);
  assertConserved(run);
});

test('incoming ones, those of other hosts and our own are counted and not logged', () => {
  const run = startPod({ isOwnAttempt: ({ clientPort }) => clientPort === 3 });
  for (const ends of [
    { source: '10.0.0.9', destination: pod, port: 1 },
    { source: '10.0.0.8', destination: '10.0.0.9', port: 2 },
    { source: pod, destination: '10.0.0.2', port: 3 },
  ]) {
    run.packet(syn(ends), start);
    run.packet(refusal(ends), start + 1);
  }
  run.pipeline.close();
  assert.deepEqual([run.records, run.observed], [[], []]);
  const { attempts_not_outgoing, attempts_own_traffic } = run.counters;
  assert.deepEqual([attempts_not_outgoing, attempts_own_traffic], [2, 1]);
  assertConserved(run);
});

test('where they are not to be logged, they are still counted by server', () => {
  const run = startPod({ isLogged: false });
  const ends = { source: pod, destination: '10.0.0.2', port: 1 };
  run.packet(syn(ends), start);
  run.packet(refusal(ends), start + 1);
  run.pipeline.close();
  assert.deepEqual([run.records, run.observed], [[], ['refused by 10.0.0.2']]);
  assert.equal(run.counters.attempts_not_asked_for, 1);
  assertConserved(run);
});

test('a port scan is a hundred records in a second, and every one of it is counted', () => {
  const run = startPod();
  for (let port = 1; port <= 3000; port++) {
    const ends = { source: pod, destination: `10.1.${port >> 8}.${port & 255}`, port };
    run.packet(syn(ends), start + port * 1000);
    if (port % 2 === 0) run.packet(refusal(ends), start + port * 1000 + 10);
  }
  run.pipeline.tick(start + 60 * second);
  run.pipeline.close();
  assert.ok(run.records.length >= 600 && run.records.length <= 800, `${run.records.length} records`);
  assert.equal(run.counters.attempts_refused, 1500);
  assert.equal(run.counters.attempts_timeout, 1500);
  assert.equal(run.observed.length, 3000);
  assertConserved(run);
});

test('a flood of SYNs from outside makes no record, and leaves the exchanges alone', () => {
  const run = startPod();
  const talk = new TcpConversation({ clientIp: pod, serverIp: '10.0.0.2', time: start });
  talk.client('GET / HTTP/1.1\r\nHost: a\r\n\r\n').server('HTTP/1.1 204 No Content\r\n\r\n').close();
  for (const [index, { bytes, time }] of talk.packets.entries()) {
    for (let port = 1; port <= 500; port++) {
      run.packet(syn({ source: `172.16.${index}.${port & 255}`, destination: pod, port }), time);
    }
    run.packet(bytes, time);
  }
  run.pipeline.tick(start + 60 * second);
  run.pipeline.close();
  assert.deepEqual(
    run.records.map(({ kind, status }) => [kind, status]),
    [[undefined, 204]],
  );
  assert.equal(run.counters.attempts_not_outgoing, talk.packets.length * 500);
  assertConserved(run);
});

test('a call within the pod that is refused is one of the pod: nobody has served it', () => {
  const run = startPod();
  for (const [index, address] of [pod, '127.0.0.1', '::1'].entries()) {
    const ends = { source: address, destination: address, port: 1 + index };
    run.packet(syn(ends), start);
    run.packet(refusal(ends), start + 1);
  }
  run.pipeline.close();
  assert.deepEqual(
    run.records.map(({ endpoints: { direction, serverIp } }) => `${direction} ${serverIp}`),
    [`outgoing ${pod}`, 'outgoing 127.0.0.1', 'outgoing ::1'],
  );
  assertConserved(run);
});

test('a client that asks for one server again and again does not hide what fails with others', () => {
  const run = startPod();
  for (let count = 0; count < 3000; count++) {
    const isOther = count % 500 === 250;
    const ends = { source: pod, destination: isOther ? '10.0.0.3' : '10.0.0.2', port: 1 + count };
    run.packet(syn(ends), start + count * 1000);
    run.packet(refusal(ends), start + count * 1000 + 1);
  }
  run.pipeline.close();
  const of = (server: string) => run.records.filter(({ endpoints }) => endpoints.serverIp === server).length;
  assert.deepEqual([of('10.0.0.2'), of('10.0.0.3')], [10 * 3, 6]);
  assert.equal(run.counters.attempts_over_limit, 2994 - 30);
  assertConserved(run);
});

test('what fails where no answers are captured is counted, and nothing else is said of it', () => {
  const run = startPod();
  const up = { source: pod, destination: '10.0.0.2', sourcePort: 7, destinationPort: 8080 };
  run.packet(tcpPacket({ ...up, sequence: 1, flags: 'S' }), start);
  run.packet(tcpPacket({ ...up, sequence: 2, acknowledgment: 9, flags: 'A' }), start + 1);
  run.packet(syn({ source: pod, destination: '10.0.0.2', port: 8 }), start + 2);
  run.pipeline.tick(start + 60 * second);
  run.pipeline.close();
  assert.deepEqual([run.records, run.observed], [[], []]);
  const { attempts_unknown, attempts_timeout, connections_one_sided } = run.counters;
  assert.deepEqual([attempts_unknown, attempts_timeout, connections_one_sided], [1, 0, 2]);
  assertConserved(run);
});
