import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tcpPacket } from '../../support/packet/packets.ts';
import { undeliveredPacket } from '../../support/packet/undelivered-packet.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

const isn = 0xffff_ffff;
const second = 1_000_000;

/** A connection has come up: answers are captured. */
function seeingAnswers(): TcpRun {
  const run = new TcpRun();
  run.packet(fromClient('S', { port: 9 }), 0);
  run.packet(fromServer('SA', isn + 1, 9), 0);
  return run;
}

type Ask = { readonly port?: number; readonly payload?: string; readonly sequence?: number };

function fromClient(flags: string, { port = 40_000, payload = '', sequence = isn }: Ask = {}): Buffer {
  const ends = { source: '10.0.0.1', destination: '10.0.0.2', sourcePort: port, destinationPort: 80 };
  return tcpPacket({ ...ends, sequence, acknowledgment: 0, flags, payload });
}

function fromServer(flags: string, acknowledgment = 0, port = 40_000): Buffer {
  const ends = { source: '10.0.0.2', destination: '10.0.0.1', sourcePort: 80, destinationPort: port };
  return tcpPacket({ ...ends, sequence: 0, acknowledgment, flags });
}

const client = '10.0.0.1:40000';
const sequence = -1;

test('an RST that acknowledges the SYN refuses the connection', () => {
  const run = new TcpRun();
  run.packet(fromClient('S'), 5);
  run.packet(fromServer('RA', isn + 1), 25);
  run.close();
  assert.deepEqual(run.attempts, [{ client, outcome: 'refused', startTime: 5, time: 25, sequence }]);
});

test('a SYN that nothing answers has timed out when as much time has passed since it was last sent', () => {
  const run = new TcpRun();
  run.packet(fromClient('S'), 0);
  run.packet(fromClient('S'), 9 * second);
  run.tick(19 * second - 1);
  assert.deepEqual(run.attempts, []);
  run.tick(25 * second);
  run.packet(fromClient('S'), 25 * second);
  run.tick(60 * second);
  run.close();
  assert.deepEqual(run.attempts, [{ client, outcome: 'timeout', startTime: 0, time: 19 * second, sequence }]);
});

test('at the end of a capture only an attempt that is old enough has timed out', () => {
  const run = new TcpRun();
  run.packet(fromClient('S'), 0);
  run.packet(fromClient('S', { port: 1 }), 10 * second);
  run.close();
  assert.deepEqual(
    run.attempts.map((attempt) => attempt.client),
    [client],
  );
});

/** What shows that a connection has come up, or at least does not show that it has not. */
const others: readonly (readonly [title: string, packet: Buffer])[] = [
  ['a SYN-ACK', fromServer('SA', isn + 1)],
  ['a bare RST, which the client drops', fromServer('R')],
  ['an RST of something else', fromServer('RA', isn)],
  ['an ACK of an older connection', fromServer('A', 77)],
  ['an ACK of the client, whose SYN-ACK was not captured', fromClient('A', { sequence: 0 })],
  ['data of the client', fromClient('A', { sequence: 0, payload: 'GET' })],
  ['an RST of the client', fromClient('R', { sequence: 0 })],
  ['a SYN of the other side', fromServer('S')],
];

for (const [title, packet] of others) {
  test(`nothing is said of a connection after ${title}`, () => {
    const run = new TcpRun();
    run.packet(fromClient('S'), 0);
    run.packet(packet, 1);
    run.tick(100 * second);
    run.close();
    assert.deepEqual(run.attempts, []);
  });
}

test('a SYN with data is no mere attempt, and a SYN-ACK without a SYN is none', () => {
  const run = new TcpRun();
  run.packet(fromClient('S', { payload: 'GET / HTTP/1.1' }), 0);
  run.packet(fromServer('SA', isn + 1, 5), 0);
  run.tick(100 * second);
  run.close();
  assert.deepEqual(run.attempts, []);
});

test('many attempts at once end as a naive account of each says, whatever comes between', () => {
  const anyAttempt = fc.record({
    start: fc.integer({ min: 0, max: 30 }),
    repeats: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 }),
    end: fc.constantFrom('refused', 'answered', 'odd', 'silence'),
    after: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(anyAttempt, { maxLength: 12 }), (attempts) => {
      const events: { readonly time: number; readonly packet: Buffer }[] = [];
      const expected = attempts.flatMap(({ start, repeats, end, after }, index) => {
        const port = 1000 + index;
        const times = [start];
        for (const gap of repeats) times.push((times.at(-1) ?? 0) + gap);
        const late = times.findIndex((time, at) => at > 0 && time - (times[at - 1] ?? 0) >= 10);
        const sent = late < 0 ? times : times.slice(0, late);
        const last = sent.at(-1) ?? start;
        for (const time of sent) events.push({ time, packet: fromClient('S', { port }) });
        const from = { client: `10.0.0.1:${port}`, startTime: start * second, sequence };
        const answer = {
          refused: fromServer('RA', isn + 1, port),
          answered: fromServer('SA', isn + 1, port),
          odd: fromServer('RA', 5, port),
          silence: undefined,
        }[end];
        if (late >= 0 || answer === undefined || after >= 10) {
          return { ...from, outcome: 'timeout' as const, time: (last + 10) * second };
        }
        events.push({ time: last + after, packet: answer });
        return end === 'refused' ? { ...from, outcome: 'refused' as const, time: (last + after) * second } : [];
      });
      const run = seeingAnswers();
      for (const { time, packet } of events.sort((a, b) => a.time - b.time)) {
        run.tick(time * second);
        run.packet(packet, time * second);
      }
      run.tick(1000 * second);
      run.close();
      const byClient = (a: { readonly client: string }, b: { readonly client: string }) =>
        a.client < b.client ? -1 : 1;
      assert.deepEqual(run.attempts.sort(byClient), expected.sort(byClient));
    }),
  );
});

test('a flood of SYNs keeps no more attempts than connections, and a tick looks only at what has expired', () => {
  const run = new TcpRun({ limits: { maxConnections: 50 } });
  for (let port = 1; port <= 5000; port++) run.packet(fromClient('S', { port }), port);
  assert.equal(run.counters.connections_evicted_count, 4950);
  run.tick(100 * second);
  assert.equal(run.attempts.length, 50);
  run.close();
});

test('an error of our own in the listener costs the connection alone', () => {
  const run = new TcpRun();
  run.attempts.push = () => {
    throw new Error('boom');
  };
  run.packet(fromClient('S'), 0);
  run.packet(fromClient('S', { port: 2 }), 0);
  run.packet(fromServer('RA', isn + 1), 1);
  run.tick(100 * second);
  assert.deepEqual(run.failures.map(String), ['Error: boom', 'Error: boom']);
  assert.equal(run.counters.connections_failed, 2);
  run.close();
});

test('a single SYN that nothing answers has timed out where answers are captured, and else it is not known', () => {
  for (const [run, outcome] of [
    [seeingAnswers(), 'timeout'],
    [new TcpRun(), 'unknown'],
  ] as const) {
    run.packet(fromClient('S'), 0);
    run.tick(100 * second);
    run.close();
    assert.deepEqual(
      run.attempts.map((attempt) => attempt.outcome),
      [outcome],
    );
  }
});

test('a copy of a SYN that another interface has seen is no SYN that was sent again', () => {
  const run = new TcpRun();
  for (const time of [0, 3, 50_000]) run.packet(fromClient('S'), time);
  run.tick(100 * second);
  run.close();
  assert.deepEqual(
    run.attempts.map((attempt) => attempt.outcome),
    ['unknown'],
  );
});

test('of a capture of one direction it is never said that a connection has failed', () => {
  const anyConnection = fc.record({
    start: fc.integer({ min: 1, max: 60 }),
    syns: fc.integer({ min: 1, max: 4 }),
    end: fc.constantFrom('refused', 'answered', 'silence'),
    anew: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyConnection, { minLength: 1, maxLength: 12 }), fc.boolean(), (connections, ofClients) => {
      type Sent = { readonly time: number; readonly packet: Buffer; readonly byClient: boolean };
      const sent: Sent[] = [
        { time: 0, packet: fromClient('S', { port: 9 }), byClient: true },
        { time: 0, packet: fromServer('SA', isn + 1, 9), byClient: false },
        { time: 0, packet: fromClient('A', { port: 9, sequence: 0 }), byClient: true },
      ];
      for (const [index, { start, syns, end, anew }] of connections.entries()) {
        const port = 1000 + index;
        for (let count = 0; count < syns; count++) {
          sent.push({ time: start + count, packet: fromClient('S', { port }), byClient: true });
        }
        const time = start + syns;
        if (end !== 'silence') {
          const flags = end === 'refused' ? 'RA' : 'SA';
          sent.push({ time, packet: fromServer(flags, isn + 1, port), byClient: false });
        }
        if (end === 'answered') {
          sent.push({ time, packet: fromClient('A', { port, sequence: 0 }), byClient: true });
        } else if (anew) {
          sent.push({ time, packet: fromClient('S', { port, sequence: 77 }), byClient: true });
        }
      }
      const run = new TcpRun();
      for (const { time, packet, byClient } of sent.sort((a, b) => a.time - b.time)) {
        if (byClient === ofClients) run.packet(packet, time * second);
      }
      run.tick(1000 * second);
      run.close();
      assert.ok(run.attempts.every(({ outcome }) => outcome === 'unknown'));
      assert.ok(ofClients || run.attempts.length === 0);
    }),
  );
});

test('a client that asks anew from one port, again and again, is told of each time', () => {
  const run = seeingAnswers();
  for (let time = 1; time <= 5; time++) run.packet(fromClient('S', { sequence: time }), time * second);
  run.packet(fromClient('S', { sequence: 5 }), 6 * second);
  run.packet(fromServer('RA', 6), 6 * second + 1);
  run.tick(100 * second);
  run.close();
  assert.deepEqual(
    run.attempts.map((attempt) => [attempt.outcome, attempt.sequence, attempt.startTime, attempt.time]),
    [
      ['timeout', 1, second, 2 * second],
      ['timeout', 2, 2 * second, 3 * second],
      ['timeout', 3, 3 * second, 4 * second],
      ['timeout', 4, 4 * second, 5 * second],
      ['refused', 5, 5 * second, 6 * second + 1],
    ],
  );
});

test('what is asked anew after a timeout is another attempt, and may come up', () => {
  const run = seeingAnswers();
  run.packet(fromClient('S', { sequence: 1 }), 0);
  run.tick(20 * second);
  run.packet(fromClient('S', { sequence: 2 }), 20 * second);
  run.tick(40 * second);
  run.packet(fromClient('S', { sequence: 3 }), 40 * second);
  run.packet(fromServer('SA', 4), 40 * second + 1);
  run.tick(100 * second);
  run.close();
  assert.deepEqual(
    run.attempts.map((attempt) => [attempt.outcome, attempt.sequence]),
    [
      ['timeout', 1],
      ['timeout', 2],
    ],
  );
});

test('a connection is refused by a report that its SYN could not be delivered, whoever sends it', () => {
  for (const from of ['10.0.0.2', '10.0.0.254', '10.0.0.1']) {
    const run = new TcpRun();
    run.packet(fromClient('S'), 5);
    run.packet(undeliveredPacket(fromClient('S'), { from, to: '10.0.0.1', code: 3, quoted: 28 }), 25);
    run.tick(100 * second);
    run.close();
    assert.deepEqual(run.attempts, [{ client, outcome: 'refused', startTime: 5, time: 25, sequence }]);
  }
});

test('a client that asks again in spite of such reports is told of once, and may come up', () => {
  const report = undeliveredPacket(fromClient('S'), { from: '10.0.0.254', to: '10.0.0.1', code: 1 });
  for (const isAnswered of [true, false]) {
    const run = new TcpRun();
    for (const time of [0, 1, 3, 7]) {
      run.packet(fromClient('S'), time * second);
      run.packet(report, time * second + 1);
    }
    if (isAnswered) run.packet(fromServer('SA', isn + 1), 8 * second);
    run.tick(100 * second);
    run.close();
    assert.deepEqual(
      run.attempts.map((attempt) => [attempt.outcome, attempt.time]),
      [['refused', 1]],
    );
  }
});

test('such a report means nothing to any other connection', () => {
  const of = (packet: Buffer) => undeliveredPacket(packet, { from: '10.0.0.254', to: '10.0.0.1', code: 3 });
  const reports = [
    of(fromClient('S')),
    of(fromClient('A', { sequence: 0 })),
    of(fromClient('S', { port: 1 })),
    of(fromServer('SA', isn + 1)),
  ];
  const hear = (withReports: boolean) => {
    const run = new TcpRun();
    const packets = [
      fromClient('S'),
      fromServer('SA', isn + 1),
      fromClient('A', { sequence: 0, payload: 'ask' }),
      fromClient('A', { sequence: 3, payload: 'again' }),
    ];
    for (const [time, packet] of packets.entries()) {
      run.packet(packet, time);
      if (withReports && time > 0) for (const report of reports) run.packet(report, time);
    }
    run.tick(100 * second);
    run.close();
    return [run.attempts, run.connections.map(({ story }) => story)];
  };
  assert.deepEqual(hear(true), hear(false));
  const unrelated = new TcpRun();
  unrelated.packet(fromClient('S'), 0);
  unrelated.packet(of(fromClient('S', { sequence: 7 })), 1);
  assert.deepEqual(unrelated.attempts, []);
  unrelated.close();
});
