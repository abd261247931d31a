// Spools of test/support/sink/earlier-spools, which a version before records had keys has left when its servers were
// away: three exchanges each, of test/golden/keep-alive.pcap, in batches of two and one.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { programMissing, runLogger } from '../../support/program/run-logger.ts';
import { FakeElasticsearch } from '../../support/sink/fake-elasticsearch.ts';
import { ForwardServer } from '../../support/sink/forward-server.ts';
import { HttpInput, TcpInput, UdpInput } from '../../support/sink/logstash-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlier-spools-'));
after(() => rmSync(folder, { recursive: true }));

const urls = ['/one', '/two', '/three'];
const earlierSpools = fileURLToPath(new URL('../../support/sink/earlier-spools/', import.meta.url));
const withoutExchanges = fileURLToPath(new URL('../../golden/not-http.pcap', import.meta.url));

/** The program finds such a spool, delivers what is in it, and leaves nothing. */
async function deliver(
  sink: string,
  spool: string,
  { env, records = 3 }: { readonly env: Readonly<Record<string, string>>; readonly records?: number },
): Promise<void> {
  const directory = mkdtempSync(join(folder, 'spool-'));
  mkdirSync(join(directory, sink));
  copyFileSync(join(earlierSpools, `${spool}.spool`), join(directory, sink, '000000000001.spool'));
  // One batch at a time: only then the order of records is promised.
  const delivery = { SPOOL_DIR: directory, SHUTDOWN_GRACE_MS: '20000', BATCHES_IN_FLIGHT: '1' };
  const options = { env: { SEND_LOGS_TO: sink, ...delivery, ...env } };
  const { code, stderr } = await runLogger(['--read', withoutExchanges], options);
  assert.equal(code, 0, stderr);
  assert.match(stderr, new RegExp(`${sink}: ${records} records of an earlier run are in the spool and are sent first`));
  assert.match(stderr, new RegExp(`${sink}: ${records} records delivered;.*no loss`));
  assert.deepEqual(readdirSync(join(directory, sink)), []);
}

async function started<Server extends { start(): Promise<unknown>; stop(): Promise<void> }>(
  t: TestContext,
  server: Server,
): Promise<Server> {
  await server.start();
  t.after(() => server.stop());
  return server;
}

test('a spool of an earlier version is delivered to fluentd, with its tags', { skip: programMissing }, async (t) => {
  const server = await started(t, new ForwardServer());
  await deliver('fluentd', 'fluentd', { env: { FLUENTD_PORT: String(server.port), FLUENTD_TAG: 'another' } });
  assert.deepEqual(
    server.entries.map(({ tag, record }) => [tag, (record as { readonly url?: string }).url]),
    urls.map((url) => ['k8s.unknown', url]),
  );
});

test('what the release before had not delivered is, and what it had is not again', {
  skip: programMissing,
}, async (t) => {
  const server = await started(t, new ForwardServer());
  await deliver('fluentd', 'fluentd-with-marks', { env: { FLUENTD_PORT: String(server.port) }, records: 18 });
  assert.deepEqual(
    server.entries.map(({ record }) => (record as { readonly url?: string }).url),
    Array.from({ length: 18 }, (_, index) => `/item/${12 + index}?x=1`),
  );
});

test('a spool of an earlier version is delivered to elasticsearch', { skip: programMissing }, async (t) => {
  const server = await started(t, new FakeElasticsearch());
  await deliver('elasticsearch', 'elasticsearch', { env: { ELASTICSEARCH_HOST: server.baseUrl } });
  const documents = server.bulkRequests.flatMap(({ body }) => body.trimEnd().split('\n'));
  assert.deepEqual(
    documents.flatMap((line, index) => (index % 2 === 1 ? [JSON.parse(line).url] : [])),
    urls,
  );
  for (const action of documents.filter((_, index) => index % 2 === 0)) assert.match(action, /^\{"create":/);
});

for (const made of ['tcp', 'udp'] as const) {
  for (const type of ['tcp', 'udp', 'http'] as const) {
    const title = `a spool that an earlier version made for logstash over ${made} is delivered over ${type}`;
    test(title, { skip: programMissing }, async (t) => {
      const input = await started(t, { tcp: new TcpInput(), udp: new UdpInput(), http: new HttpInput() }[type]);
      await deliver('logstash', `logstash-${made}`, {
        env: { LOGSTASH_PORT: String(input.port), LOGSTASH_TYPE: type },
      });
      for (const deadline = Date.now() + 60_000; input.events.all.length < 3; await sleep(5)) {
        assert.ok(Date.now() < deadline, 'too late');
      }
      assert.deepEqual(
        input.events.records.map(({ url }) => url),
        urls,
      );
      assert.deepEqual(input.events.failures, []);
    });
  }
}

test('a spool of an earlier version is appended to a file', { skip: programMissing }, async () => {
  const path = join(folder, 'records.log');
  await deliver('file', 'file', { env: { FILE_PATH: path } });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).url),
    urls,
  );
});
