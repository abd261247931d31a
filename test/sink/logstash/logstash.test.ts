// The logstash sink against peers that take what Logstash's own inputs take.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { createDatagramEncoder } from '../../../src/sink/logstash/datagram-encoder.ts';
import { createLineEncoder } from '../../../src/sink/logstash/line-encoder.ts';
import { createLogstashTransport, type LogstashSettings } from '../../../src/sink/logstash/logstash.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import type { RecordEncoder } from '../../../src/sink/record-encoder.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { toSchema } from '../../support/record/to-schema.ts';
import { capturedEnds } from '../../support/sink/captured-ends.ts';
import { Certificates, noCertificates, pem } from '../../support/sink/certificates.ts';
import { sinkContract } from '../../support/sink/contract.ts';
import { DeliveryLoad } from '../../support/sink/delivery-load.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';
import { HttpInput, TcpInput, UdpInput } from '../../support/sink/logstash-inputs.ts';

type Type = LogstashSettings['type'];
type Input = TcpInput | UdpInput | HttpInput;

const { toEvent: document } = createEncodings('flat');
const encoders: { readonly [T in Type]: RecordEncoder } = {
  tcp: createLineEncoder(document),
  udp: createLineEncoder(createDatagramEncoder(document, createSinkAccount())),
  http: createLineEncoder(document),
};

function transportTo(port: number, type: Type, changes: Partial<LogstashSettings> = {}, own = new OwnTraffic()) {
  const settings: LogstashSettings = {
    type,
    server: { host: '127.0.0.1', port },
    // Slow enough for pauses also on a busy machine: the server, in the same process, reads only then.
    udpRate: 1000,
    field: type === 'tcp' ? undefined : 'http_log',
    timeoutMs: 700,
    connectTimeoutMs: 1000,
    settleMs: 50,
    tls: undefined,
    credentials: undefined,
    ...changes,
  };
  return createLogstashTransport(settings, own);
}

async function open<T extends Input>(t: TestContext, input: T, type: Type, changes: Partial<LogstashSettings> = {}) {
  await input.start();
  const transport = transportTo(input.port, type, changes);
  t.after(async () => {
    await transport.close();
    await input.stop();
  });
  return { input, transport };
}

function batch(type: Type, count: number, from = 0) {
  const records = Array.from({ length: count }, (_, index) => createRecord(from + index));
  return encodedBatch(encoders[type], records);
}

function ids(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => createRecord(from + index).id);
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); await sleep(5)) assert.ok(Date.now() < deadline, 'too late');
}

const unacknowledged = 'nothing acknowledges records';
const inputs = { tcp: () => new TcpInput(), udp: () => new UdpInput(), http: () => new HttpInput() };

for (const type of ['tcp', 'udp', 'http'] as const) {
  const isAcknowledged = type === 'http';
  sinkContract(
    `logstash over ${type}`,
    async (t) => {
      const { input, transport } = await open<Input>(t, inputs[type](), type);
      return {
        transport,
        encoder: encoders[type],
        received: () => input.events.ids,
        behave: async (behaviour) => {
          if (input instanceof HttpInput) input.behaviour = behaviour;
          await (behaviour === 'away' ? input.stop() : input.start());
        },
        close: async () => {
          await transport.close();
          await input.stop();
          assert.deepEqual(input.events.failures, []);
        },
      };
    },
    isAcknowledged
      ? {}
      : {
          unacknowledged,
          cannot: { refusing: unacknowledged },
          ...(type === 'udp' ? { uncheckable: 'nothing answers over udp' } : {}),
        },
  );

  test(`over ${type}, an event is the record with its time as @timestamp`, async (t) => {
    const { input, transport } = await open<Input>(t, inputs[type](), type);
    assert.deepEqual(await transport.send(batch(type, 3)), { kind: 'delivered' });
    await until(() => input.events.all.length === 3);
    const record = createRecord(2);
    const flat = JSON.parse(JSON.stringify(toSchema.flat(record)));
    assert.deepEqual(input.events.records[2], { '@timestamp': flat.time, ...flat });
  });
}

describe('logstash over tcp', () => {
  for (const politely of [false, true]) {
    test(`what was on its way to a server that ${politely ? 'stops' : 'is cut off'} is sent again`, async (t) => {
      // Longer than a busy machine takes to stop the server.
      const { input, transport } = await open(t, new TcpInput(), 'tcp', { settleMs: 1000 });
      input.isStuck = true;
      const sent = transport.send(batch('tcp', 200));
      await sleep(20);
      await Promise.all([input.stop(politely), sent]);
      assert.equal((await sent).kind, 'retry');
      input.isStuck = false;
      await input.start();
      assert.deepEqual(await transport.send(batch('tcp', 200)), { kind: 'delivered' });
      await until(() => input.events.all.length === 200);
      assert.deepEqual(input.events.ids, ids(200));
    });
  }

  test('a server that takes nothing any more is given up', async (t) => {
    const { input, transport } = await open(t, new TcpInput(), 'tcp');
    input.isStuck = true;
    const large = { ...createRecord(1), responseBody: 'x'.repeat(16 * 1024 * 1024) };
    const outcome = await transport.send(encodedBatch(encoders.tcp, [large]));
    assert.match(JSON.stringify(outcome), /"retry".*takes nothing for 0\.7 s/);
  });

  test('a server that has taken everything is not given up while the connection is watched', async (t) => {
    const { input, transport } = await open(t, new TcpInput(), 'tcp', { timeoutMs: 100, settleMs: 400 });
    assert.deepEqual(await transport.send(batch('tcp', 3)), { kind: 'delivered' });
    assert.deepEqual(input.events.ids, ids(3));
  });

  test('its own connection is known', async (t) => {
    const input = await new TcpInput().start();
    const own = new OwnTraffic();
    const watch = t.mock.method(own, 'watch');
    const transport = transportTo(input.port, 'tcp', {}, own);
    t.after(async () => {
      await transport.close();
      await input.stop();
    });
    await transport.send(batch('tcp', 1));
    const [socket] = watch.mock.calls[0]?.arguments ?? [];
    assert.ok(own.isOwn(capturedEnds('127.0.0.1', input.port, socket?.localAddress ?? '', socket?.localPort ?? 0)));
  });

  test('a host without a name is said', async () => {
    const transport = transportTo(1, 'tcp', { server: { host: 'nowhere.invalid', port: 1 } });
    assert.match(JSON.stringify(await transport.send(batch('tcp', 1))), /"retry".*nowhere\.invalid:1: DNS/);
    assert.match((await transport.check()).sentence, /^nowhere\.invalid:1: DNS/);
  });
});

describe('logstash over TLS', { skip: noCertificates ?? false }, () => {
  let made: Certificates;
  before(() => {
    made = new Certificates();
  });
  after(() => made.remove());

  test('a check finds out that the server wants a certificate of the client', async (t) => {
    const wants = { ca: readFileSync(made.ca), requestCert: true, rejectUnauthorized: true };
    const tls = { ca: made.ca, cert: undefined, key: undefined, serverName: undefined, verify: true };
    // The refusal comes after the client's part of the handshake: the check waits for it.
    const unhurried = { tls, settleMs: 2000 };
    const { transport } = await open(t, new TcpInput({ ...pem(made.server), ...wants }), 'tcp', unhurried);
    assert.equal((await transport.check()).isFine, false);
  });

  type Client = Partial<{ ca: string; verify: boolean }>;
  const cases: readonly (readonly [title: string, kind: 'server' | 'selfSigned', client: () => Client, RegExp])[] = [
    ['records arrive', 'server', () => ({ ca: made.ca }), /^delivered$/],
    ['an unknown authority is refused', 'server', () => ({}), /^misconfigured/],
    ['anything goes without verification', 'selfSigned', () => ({ verify: false }), /^delivered$/],
    ['a missing file is said', 'server', () => ({ ca: '/nowhere.pem' }), /^misconfigured/],
  ];
  for (const [title, kind, client, expected] of cases) {
    test(title, async (t) => {
      const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, verify: true, ...client() };
      const { input, transport } = await open(t, new TcpInput(pem(made[kind])), 'tcp', { tls });
      const { kind: found } = await transport.send(batch('tcp', 10));
      assert.match(found, expected);
      if (found === 'delivered') await until(() => input.events.all.length === 10);
      assert.equal((await transport.check()).isFine, found === 'delivered');
    });
  }
});

describe('logstash over udp', () => {
  test('a record larger than a datagram loses headers first, then bodies, then ends of texts, and is counted', () => {
    const account = createSinkAccount();
    const encode = createDatagramEncoder(document, account);
    const long = (bytes: number) => 'x'.repeat(bytes);
    const headers = LoggedHeaders.of({ 'x-long': long(60_000) });
    const cases: readonly (readonly [Partial<LogRecord>, missing: readonly string[]])[] = [
      [{ responseBody: long(60_000) }, []],
      [{ responseBody: long(60_000), responseHeaders: headers }, ['request_headers', 'response_headers']],
      [{ responseBody: long(70_000) }, ['request_headers', 'response_headers', 'response_body']],
      [{ url: long(70_000), requestBody: long(9) }, ['request_headers', 'response_headers', 'request_body']],
    ];
    for (const [changes, missing] of cases) {
      const text = encode(createRecord(1, changes));
      assert.ok(Buffer.byteLength(text) <= 65_507);
      const fields = Object.keys(JSON.parse(text));
      for (const field of missing) assert.ok(!fields.includes(field), field);
      assert.equal(fields.includes('request_headers'), missing.length === 0);
    }
    assert.equal(account.cut, 3);
    const worst = createRecord(1, { url: '\u0000'.repeat(70_000), path: long(70_000), host: '😀'.repeat(40_000) });
    assert.ok(Buffer.byteLength(encode(worst)) <= 65_507);
    assert.equal(JSON.parse(encode(worst)).status, 200);
  });

  test('a server that nobody listens at is noticed, and nothing counts as delivered', async (t) => {
    const { input, transport } = await open(t, new UdpInput(), 'udp');
    await input.stop();
    const outcome = await transport.send(batch('udp', 5));
    assert.match(JSON.stringify(outcome), /"retry".*ECONNREFUSED/);
    await input.start();
    assert.deepEqual(await transport.send(batch('udp', 5)), { kind: 'delivered' });
    await until(() => input.events.all.length === 5);
  });

  test('a refusal tells of the datagrams right before it only', async (t) => {
    const { input, transport } = await open(t, new UdpInput(), 'udp', { udpRate: 100 });
    const sent = transport.send(batch('udp', 60));
    await until(() => input.events.all.length >= 40);
    await input.stop();
    const arrived = input.events.all.length;
    const outcome = await sent;
    assert.ok(outcome.kind === 'mixed', outcome.kind);
    const [first = 0] = outcome.retry;
    assert.ok(first > 0 && first <= arrived, `${first} of ${arrived}`);
    assert.deepEqual([outcome.retry.length, outcome.rejected], [60 - first, []]);
  });

  test('a refused datagram is sent again, also when this process is held up before it hears of that', async (t) => {
    const { input, transport } = await open(t, new UdpInput(), 'udp');
    await input.stop();
    let clock = 0;
    t.mock.method(performance, 'now', () => {
      clock += 300;
      return clock;
    });
    assert.match(JSON.stringify(await transport.send(batch('udp', 1))), /"retry".*ECONNREFUSED/);
  });

  test('closing in the middle of a batch leaves what was not sent for later', async (t) => {
    const { input, transport } = await open(t, new UdpInput(), 'udp', { udpRate: 100 });
    const sent = transport.send(batch('udp', 100));
    await until(() => input.events.all.length > 3);
    await transport.close();
    const outcome = await sent;
    assert.ok(outcome.kind === 'mixed', outcome.kind);
    await until(() => input.events.all.length === 100 - outcome.retry.length);
    assert.equal(outcome.retry[0], input.events.all.length);
    assert.equal((await transport.send(batch('udp', 1))).kind, 'retry');
  });
});

describe('logstash over http', () => {
  test('each answer has its meaning', async (t) => {
    const { input, transport } = await open(t, new HttpInput(), 'http');
    for (const [status, kind] of [
      [429, 'retry'],
      [500, 'retry'],
      [503, 'retry'],
      [401, 'misconfigured'],
      [404, 'misconfigured'],
      [413, 'too-large'],
      [400, 'too-large'],
    ] as const) {
      input.answers.push(status);
      assert.equal((await transport.send(batch('http', 2))).kind, kind, String(status));
    }
    input.answers.push(400);
    assert.equal((await transport.send(batch('http', 1))).kind, 'rejected');
    assert.deepEqual(input.events.all, []);
  });

  for (const status of [400, 413]) {
    test(`one record that is answered ${status} takes none of 999 others with it, and none comes twice`, async (t) => {
      const { input, transport } = await open(t, new HttpInput(), 'http', { timeoutMs: 30_000 });
      const load = new DeliveryLoad(t, transport, encoders.http);
      const bad = createRecord(567).id;
      input.refuses = (body) => (body.includes(bad) ? status : undefined);
      load.write(1000);
      await load.delivery.close(30_000);
      assert.deepEqual(
        input.events.ids.toSorted(),
        load.ids.filter((id) => id !== bad),
      );
      const { delivered, dropped, retried } = load.account;
      const reason = status === 400 ? 'rejected' : 'too_large';
      assert.deepEqual([delivered, dropped[reason], retried], [999, 1, 0]);
      assert.equal(load.lines.matching(/sink lost 1 record: /).length, 1, load.lines.all.join('\n'));
    });
  }

  test('one record that is answered 500 takes none of the others with it', async (t) => {
    const { input, transport } = await open(t, new HttpInput(), 'http', { timeoutMs: 30_000 });
    const load = new DeliveryLoad(t, transport, encoders.http);
    const bad = createRecord(567).id;
    input.refuses = (body) => (body.includes(bad) ? 500 : undefined);
    load.write(1000);
    await load.until(() => {
      load.write(1);
      return load.account.dropped.rejected === 1;
    });
    await load.delivery.close(30_000);
    assert.deepEqual(input.events.ids.toSorted(), load.ids.filter((id) => id !== bad).toSorted());
    assert.equal(load.lines.matching(/sink lost 1 record: .*answers 500/).length, 1, load.lines.all.join('\n'));
  });

  for (const status of [429, 500, 503]) {
    test(`a server that answers ${status} for a while gets every record, once`, async (t) => {
      const { input, transport } = await open(t, new HttpInput(), 'http', { timeoutMs: 30_000 });
      const load = new DeliveryLoad(t, transport, encoders.http);
      input.answers.push(...Array.from({ length: 8 }, () => status));
      load.write(1000);
      await load.delivery.close(30_000);
      assert.deepEqual(input.events.ids.toSorted(), load.ids);
      assert.equal(load.account.delivered, 1000);
    });
  }

  test('a server that repeats the credentials does not bring them into the log', async (t) => {
    const credentials = { user: 'logger', password: 'hunter2' };
    const { input, transport } = await open(t, new HttpInput(), 'http', { credentials });
    input.answers.push(401);
    input.answerText = ({ headers }) => `bad credentials for ${headers.authorization}, not logger:hunter2`;
    const outcome = await transport.send(batch('http', 2));
    assert.match(JSON.stringify(outcome), /401: bad credentials for \[redacted\], not logger:\[redacted\]"/);
  });

  test('a failure names the server, in a batch and in a check', async (t) => {
    const { input, transport } = await open(t, new HttpInput(), 'http', { timeoutMs: 300 });
    const name = `http://127.0.0.1:${input.port}`;
    input.answers.push(401);
    const refused = await transport.send(batch('http', 2));
    assert.deepEqual(refused, { kind: 'misconfigured', reason: `${name}: it answers 401: no` });
    input.behaviour = 'silent';
    const silent = await transport.send(batch('http', 2));
    assert.deepEqual(silent, { kind: 'retry', reason: `${name}: no answer within 300 ms` });
    assert.deepEqual(await transport.check(), { isFine: false, sentence: `${name}: no answer within 300 ms` });
  });

  test('user and password are sent', async (t) => {
    const credentials = { user: 'logger', password: 'pass:word' };
    const { input, transport } = await open(t, new HttpInput('logger:pass:word'), 'http', { credentials });
    assert.deepEqual(await transport.send(batch('http', 2)), { kind: 'delivered' });
    assert.deepEqual(input.events.ids, ids(2));
    const other = transportTo(input.port, 'http');
    t.after(() => other.close());
    assert.equal((await other.send(batch('http', 2))).kind, 'misconfigured');
    assert.deepEqual((await other.check()).isFine, false);
  });
});
