import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import { ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { contractSettings, sinkContract } from '../../support/sink/contract.ts';
import { elasticsearchSettings, flatBatch, openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { answering, type Fault, openFake } from '../../support/sink/fake-elasticsearch.ts';

const silent: Fault = () => 'handled';
const cutOff: Fault = (_, response) => {
  response.socket?.resetAndDestroy();
  return 'handled';
};

for (const [gzip, template] of [
  [true, true],
  [false, false],
] as const) {
  sinkContract(`elasticsearch (gzip ${gzip}, template ${template})`, async (t) => {
    const fake = await openFake(t);
    const settings = elasticsearchSettings([fake.baseUrl], { gzip, template, timeoutMs: 700 });
    const transport = new ElasticsearchTransport(settings, 'flat', {
      ownTraffic: new OwnTraffic(),
      log: new LogLines().log,
    });
    return {
      transport,
      encoder: createBulkEncoder('http', createEncodings('flat')),
      received: () => fake.received,
      behave: async (behaviour) => {
        fake.fault = behaviour === 'silent' ? silent : () => undefined;
        fake.statusOf = () => (behaviour === 'refusing' ? 400 : 201);
        await (behaviour === 'away' ? fake.stop() : fake.start());
      },
      close: async () => {
        transport.close();
        await fake.stop();
      },
    };
  });
}

test('documents are stored under the ids of their records, and sent again they are duplicates', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  assert.deepEqual(await transport.send(flatBatch(3)), { kind: 'delivered', duplicates: 0 });
  assert.deepEqual(await transport.send(flatBatch(5)), { kind: 'delivered', duplicates: 3 });
  assert.deepEqual(
    [...fake.documents.values()].map(({ index, id, source }) => [index, id, source['id']]),
    [0, 1, 2, 3, 4].map((index) => ['http', `record-00000${index}`, `record-00000${index}`]),
  );
});

test('what an answer to a whole request means', async (t) => {
  const error = '{"error":{"type":"some_exception","reason":"busy\\nnow"}}';
  const cases: readonly (readonly [fault: Fault, outcome: object | RegExp])[] = [
    [
      answering(429, error, { 'retry-after': '7' }),
      { kind: 'retry', reason: 'it answers 429: some_exception: busy now', afterMs: 7000 },
    ],
    [answering(502, '<html><h1>Bad\nGateway</h1></html>'), { kind: 'retry', reason: 'it answers 502: Bad Gateway' }],
    [answering(503), { kind: 'retry', reason: 'it answers 503' }],
    [answering(413), { kind: 'too-large' }],
    [answering(400, error), { kind: 'too-large' }],
    [answering(401, '{"error":"who?"}'), { kind: 'misconfigured', reason: 'it answers 401: who?' }],
    [answering(403, error), { kind: 'misconfigured', reason: 'it answers 403: some_exception: busy now' }],
    [answering(404, error), { kind: 'misconfigured', reason: 'it answers 404: some_exception: busy now' }],
    [
      answering(302, '', { location: 'https://e/' }),
      { kind: 'misconfigured', reason: 'it answers 302: elsewhere: https://e/' },
    ],
    [answering(200), { kind: 'retry', reason: 'its answer does not tell what became of each document: nothing' }],
    [answering(200, '{}'), /"\{\}"$/],
    [answering(200, '<html>hello</html>'), /"<html>hello<\/html>"$/],
    [answering(200, 'null'), /"null"$/],
    [answering(200, '{"items":[{"create":{"status":201}}]}'), /does not tell/],
    [answering(200, '{"items":[{"create":{"status":201}},{"create":{}}]}'), /does not tell/],
    [answering(200, '{"items":[{"create":{"status":201}},null]}'), /does not tell/],
    [cutOff, /hang up|ECONNRESET/],
    [silent, { kind: 'retry', reason: 'no answer within 400 ms' }],
  ];
  for (const [fault, expected] of cases) {
    const fake = await openFake(t);
    const { transport } = openTransport(t, [fake.baseUrl], { timeoutMs: 400 });
    // A reset connection that was used before is replaced once without a word.
    fake.bulkFaults.push(fault, ...(fault === cutOff ? [fault] : []));
    const outcome = await transport.send(flatBatch(2));
    if (expected instanceof RegExp)
      assert.match(outcome.kind === 'retry' ? outcome.reason : JSON.stringify(outcome), expected);
    else
      assert.deepEqual(
        outcome,
        'reason' in expected ? { ...expected, reason: `${fake.baseUrl}: ${expected.reason}` } : expected,
      );
    assert.equal((await transport.send(flatBatch(2))).kind, 'delivered');
    transport.close();
    await fake.stop();
  }
});

test('a single document that spoils its request is refused with the reason', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  fake.bulkFaults.push(answering(400, '{"error":"malformed"}'));
  assert.deepEqual(await transport.send(flatBatch(1)), {
    kind: 'rejected',
    reason: `${fake.baseUrl}: it answers 400: malformed`,
  });
});

test('an answer that breaks off in the middle is tried again, and nothing is stored twice', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  for (const length of ['1000', undefined]) {
    fake.bulkFaults.push((_, response) => {
      response.writeHead(200, length === undefined ? {} : { 'content-length': length });
      response.write('{"errors":false,"items":[');
      setTimeout(() => response.socket?.destroy(), 20);
      return 'handled';
    });
    const outcome = await transport.send(flatBatch(2));
    assert.deepEqual(outcome, { kind: 'retry', reason: `${fake.baseUrl}: the connection ended before its answer did` });
  }
  assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 1 });
});

test('documents are judged one by one, by their position', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1, 1));
  const statuses = [201, 0, 429, 400, 503, 403, 404];
  fake.statusOf = (_, position) => statuses[position] ?? 201;
  assert.deepEqual(await transport.send(flatBatch(8)), {
    kind: 'mixed',
    duplicates: 1,
    retry: [2, 4, 5, 6],
    rejected: [3],
    reason: '400: fake_400_exception: as told; 403: fake_403_exception: as told; 429: fake_429_exception: as told',
  });
  for (const [status, kind] of [
    [429, 'retry'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [400, 'rejected'],
  ] as const) {
    fake.statusOf = () => status;
    assert.equal((await transport.send(flatBatch(3, 100))).kind, kind);
  }
});

test('a connection that the server closed while it was idle is replaced without a word', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  for (let round = 0; round < 3; round++) {
    assert.equal((await transport.send(flatBatch(1, round))).kind, 'delivered');
    fake.closeIdleConnections();
  }
});

test('of several hosts the next one is used when one does not answer', async (t) => {
  const first = await openFake(t);
  const second = await openFake(t);
  const { transport } = openTransport(t, [first.baseUrl, second.baseUrl]);
  await transport.send(flatBatch(1));
  await first.stop();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'delivered');
  await second.stop();
  assert.equal((await transport.send(flatBatch(1, 2))).kind, 'retry');
  await first.start();
  assert.equal((await transport.send(flatBatch(1, 2))).kind, 'delivered');
  assert.deepEqual([first.documents.size, second.documents.size], [2, 1]);
});

test('after an outage the server is asked again what it is, and a lost template is installed again', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  await fake.stop();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'retry');
  fake.templates.clear();
  await fake.start();
  assert.equal((await transport.send(flatBatch(1, 1))).kind, 'delivered');
  assert.equal(fake.templates.size, 1);
  assert.equal(lines.matching(/index template http installed/).length, 2);
});

test('ELASTICSEARCH_LOG decides how much is said', async (t) => {
  const said = async (logLevel: 'error' | 'warning' | 'debug' | 'trace') => {
    const fake = await openFake(t);
    const { transport, lines } = openTransport(t, [fake.baseUrl], { logLevel });
    fake.bulkFaults.push(answering(503));
    await transport.send(flatBatch(1));
    return lines.all.length;
  };
  assert.deepEqual(
    [await said('error'), await said('warning'), await said('debug'), await said('trace')],
    [0, 1, 2, 7],
  );
});

test('a check tells what is there, installs nothing and sends nothing', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  assert.deepEqual(await transport.check(), { isFine: true, sentence: `${fake.baseUrl} is Elasticsearch 8.17.0.` });
  assert.deepEqual(
    fake.requests.map(({ method, url }) => `${method} ${url}`),
    ['GET /'],
  );
  fake.fault = answering(401);
  const found = await transport.check();
  assert.deepEqual(found, { isFine: false, sentence: `no server can be used: ${fake.baseUrl}: it answers 401.` });
});

test('every request carries our mark: checks, the introduction and batches, also on a new connection', async (t) => {
  const fake = await openFake(t);
  const { transport, ownTraffic } = openTransport(t, [fake.baseUrl]);
  await transport.check();
  await transport.send(flatBatch(1));
  await fake.stop();
  await fake.start();
  await transport.send(flatBatch(1, 1));
  assert.deepEqual(
    fake.requests.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`),
    [
      'GET /',
      'GET /',
      'GET /_index_template/http',
      'PUT /_index_template/http',
      'GET /http/_mapping',
      'POST /_bulk',
      'POST /_bulk',
    ],
  );
  for (const { headers } of fake.requests) assert.equal(headers['x-opaque-id'], ownTraffic.requestMark['x-opaque-id']);
});

test('close ends what is under way', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  fake.fault = silent;
  const sending = [transport.send(flatBatch(1, 1)), transport.send(flatBatch(1, 2))];
  while (fake.requests.length < 5) await sleep(5);
  transport.close();
  assert.deepEqual(
    (await Promise.all(sending)).map(({ kind }) => kind),
    ['retry', 'retry'],
  );
  assert.equal((await transport.send(flatBatch(1, 3))).kind, 'retry');
});

test('the path of the base URL is in front of every path', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [`${fake.baseUrl}/insert/elasticsearch`]);
  await transport.send(flatBatch(1));
  assert.ok(fake.requests.every(({ url }) => url.startsWith('/insert/elasticsearch/')));
});

for (const template of [true, false]) {
  const title = template ? 'with our template' : 'without it';
  test(`a full disk, and a server that is frozen and cut off, cost no record, ${title}`, async (t) => {
    const fake = await openFake(t);
    const { transport } = openTransport(t, [fake.baseUrl], { template, timeoutMs: 300 });
    const encoder = createBulkEncoder('http', createEncodings('flat'));
    const log = new LogLines().log;
    const delivery = new Delivery({ name: 'elasticsearch', settings: contractSettings, transport, encoder, log });
    let written = 0;
    const troubled = async (begin: () => void, end: () => void) => {
      const { retried } = delivery.account;
      begin();
      for (let at = 0; at < 300; at++) delivery.write(createRecord(written++));
      while (delivery.account.retried === retried) await sleep(5);
      end();
      while (delivery.account.delivered < written) await sleep(5);
    };
    const sound = () => {
      fake.fault = () => undefined;
      fake.statusOf = () => 201;
    };
    await troubled(() => {
      fake.statusOf = () => 429;
    }, sound);
    await troubled(() => {
      fake.statusOf = (_, position) => (position % 3 === 0 ? 429 : 201);
    }, sound);
    await troubled(() => {
      fake.fault = silent;
    }, sound);
    await troubled(() => {
      fake.fault = cutOff;
    }, sound);
    await delivery.close(10_000);
    assert.deepEqual([delivery.account.delivered, fake.documents.size], [1200, 1200]);
    assert.equal(unaccounted(delivery.account), 0);
  });
}
