// The built program and its sinks: what it delivers, leaves in its spool, says and returns when servers, spools and
// processes fail.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test as nodeTest, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpoolLock } from '../../../src/sink/spool/spool-lock.ts';
import { pcapFile } from '../../support/capture/capture-writer.ts';
import { programMissing, RunningLogger, recordsOf, runLogger } from '../../support/program/run-logger.ts';
import { ForwardServer } from '../../support/sink/forward-server.ts';
import { TcpConversation } from '../../support/tcp/tcp-conversation.ts';

const exchanges = 5000;
const folder = mkdtempSync(join(tmpdir(), 'delivering-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

function test(title: string, body: (t: TestContext) => Promise<void>): void {
  nodeTest(title, { skip: programMissing, timeout: 300_000 }, body);
}

/** A capture file with this many exchanges, different from every other one. */
function capture(amount = exchanges): string {
  const conversation = new TcpConversation({ clientPort: 40_000 + count, interval: 10, acks: false });
  for (let index = 0; index < amount; index++) {
    conversation.client(`GET /${index} HTTP/1.1\r\nHost: big.example\r\n\r\n`);
    conversation.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  }
  const path = join(folder, `${count++}.pcap`);
  writeFileSync(path, pcapFile(conversation.close().packets, { linkType: 101 }));
  return path;
}

async function forwardServer(t: TestContext): Promise<ForwardServer> {
  const server = await new ForwardServer().start();
  t.after(() => server.stop());
  return server;
}

/** A port on which nobody listens, until the server is started again. */
async function awayServer(t: TestContext): Promise<ForwardServer> {
  const server = await forwardServer(t);
  await server.stop();
  return server;
}

function environment(server: ForwardServer, more: Record<string, string> = {}): Record<string, string> {
  return { FLUENTHOST: '127.0.0.1', FLUENTPORT: String(server.port), RETRY_MAX_MS: '200', ...more };
}

function spoolSize(directory: string): number {
  const path = join(directory, 'fluentd');
  const files = readdirSync(path).filter((name) => name !== 'lock');
  return files.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

/** Waits until more than this, and then nothing more, is written to the spool. */
async function spooled(directory: string, bytes = 0): Promise<void> {
  for (let [before, same] = [0, 0]; same < 5; await sleep(50)) {
    const now = await Promise.resolve()
      .then(() => spoolSize(directory))
      .catch(() => 0);
    same = now > bytes && now === before ? same + 1 : 0;
    before = now;
  }
}

test('a capture file waits for a server that is away, and everything arrives', async (t) => {
  const amount = 40_000;
  const server = await awayServer(t);
  const logger = new RunningLogger(['--read', capture(amount)], { env: environment(server) });
  await logger.until(({ stderr }) => stderr.includes('does not take records'), 'failure');
  await sleep(300);
  await server.start();
  const { code, stderr } = await logger.finished;
  assert.equal(code, 0, stderr);
  assert.equal(new Set(server.ids()).size, amount);
  assert.match(stderr, /warn {2}fluentd does not take records: .*ECONNREFUSED.*; trying again\n/);
  assert.match(stderr, /info {2}fluentd takes records again after \d+ s; \d+ are waiting\n/);
  assert.match(stderr, /; fluentd: 40000 records delivered \(\d+ sent again\); .*no loss\n$/);
});

test('SIGTERM is the end of waiting for a server, also when the capture file was read long ago', async (t) => {
  const server = await awayServer(t);
  const env = environment(server, { SHUTDOWN_GRACE_MS: '300' });
  const logger = new RunningLogger(['--read', capture(100)], { env });
  await logger.until(({ stderr }) => stderr.includes('does not take records'), 'failure');
  await sleep(300);
  const { code, stderr } = await logger.stop();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /warn {2}fluentd lost 100 records: the process ended first\n/);
  assert.match(
    stderr,
    /fluentd: 0 records delivered \(.*100 dropped \(not taken before the end\)\).*lost: 100 records/,
  );
});

test('with a spool, what is not delivered before SIGTERM is delivered after the next start', async (t) => {
  const server = await awayServer(t);
  const directory = join(folder, 'terminated');
  const env = environment(server, { SHUTDOWN_GRACE_MS: '200', SPOOL_DIR: directory });
  const first = new RunningLogger(['--read', capture()], { env });
  await spooled(directory);
  const stopped = await first.stop();
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.match(stopped.stderr, /info {2}fluentd: 5000 records stay in the spool and are sent after the next start\n/);
  assert.match(stopped.stderr, /5000 in the spool.*; no loss\n$/);
  await server.start();
  const then = await runLogger(['--read', capture(10)], { env });
  assert.equal(then.code, 0, then.stderr);
  assert.match(then.stderr, /info {2}fluentd: 5000 records of an earlier run are in the spool and are sent first\n/);
  assert.equal(new Set(server.ids()).size, exchanges + 10);
  assert.deepEqual(readdirSync(join(directory, 'fluentd')), []);
});

test('with a spool, SIGKILL loses nothing that was in it, also twice', async (t) => {
  const server = await awayServer(t);
  const directory = join(folder, 'killed');
  const env = environment(server, { SPOOL_DIR: directory, BATCH_AGE_MS: '10' });
  for (let round = 0; round < 2; round++) {
    const before = round === 0 ? 0 : spoolSize(directory);
    const logger = new RunningLogger(['--read', capture()], { env });
    await spooled(directory, before);
    logger.signal('SIGKILL');
    assert.equal((await logger.finished).signal, 'SIGKILL');
  }
  await server.start();
  const { code, stderr } = await runLogger(['--read', capture(1)], { env });
  assert.equal(code, 0, stderr);
  assert.equal(new Set(server.ids()).size, 2 * exchanges + 1);
  assert.match(stderr, /fluentd: 10001 records delivered/);
});

test('a second process on the same spool is told who has it, and ends', async (t) => {
  const server = await forwardServer(t);
  const directory = join(folder, 'shared');
  mkdirSync(join(directory, 'fluentd'), { recursive: true });
  const lock = join(directory, 'fluentd', 'lock');
  const held = await SpoolLock.acquire(lock);
  t.after(() => held.release());
  const env = environment(server, { SPOOL_DIR: directory });
  const { code, stderr } = await runLogger(['--read', capture(1)], { env });
  assert.equal(code, 1);
  const who = `process ${process.pid} on ${hostname()}`;
  const sentence = `The spool of fluentd cannot be opened: it is in use by ${who} (${lock}).`;
  assert.ok(stderr.trimEnd().endsWith(`error ${sentence}`), stderr);
  assert.equal(readFileSync(lock, 'utf8'), `${process.pid} ${hostname()}\n`);
});

test('a spool that cannot be used is one line, and everything is delivered all the same', async (t) => {
  const server = await forwardServer(t);
  const path = join(folder, 'a-file');
  writeFileSync(path, '');
  const { code, stderr } = await runLogger(['--read', capture(10)], { env: environment(server, { SPOOL_DIR: path }) });
  assert.equal(code, 0);
  assert.equal(stderr.match(/goes on without its spool/g)?.length, 1);
  assert.equal(server.ids().length, 10);
});

test('a sink that is away holds up no other', async (t) => {
  const amount = 40_000;
  const server = await awayServer(t);
  const env = environment(server, { SEND_LOGS_TO: 'stdout,fluentd', SHUTDOWN_GRACE_MS: '100' });
  const logger = new RunningLogger(['--read', capture(amount)], { env });
  await logger.until(({ stderr }) => stderr.includes('the queue was full'), 'full queue');
  await logger.until(({ stdout }) => stdout.split('\n').length > amount, 'record of each exchange');
  const { code, stderr, stdout } = await logger.stop();
  assert.equal(code, 0, stderr);
  assert.equal(recordsOf(stdout).length, amount);
  assert.match(stderr, /; 40000 records written; fluentd: 0 records delivered \(.*dropped \(queue full\)/);
  assert.match(stderr, /lost: 40000 records dropped\n$/);
});

test('--check tries each sink for real, and sends no record', async (t) => {
  const [there, away] = [await forwardServer(t), await awayServer(t)];
  const args = ['--check', '--read', capture(1)];
  const good = await runLogger(args, { env: environment(there) });
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stderr, /^fluentd: {7}127\.0\.0\.1:\d+ is there/m);
  assert.deepEqual(there.entries, []);
  const bad = await runLogger(args, { env: environment(away, { SPOOL_DIR: '/nowhere/spool' }) });
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /^fluentd: {7}127\.0\.0\.1:\d+.*ECONNREFUSED/m);
  assert.match(bad.stderr, /^spool: {9}\/nowhere\/spool cannot be used: /m);
});

test('the debug line has every number of each sink', async (t) => {
  const server = await forwardServer(t);
  const env = environment(server, { MODE: 'debug', SEND_LOGS_TO: 'fluentd,stdout' });
  const { stderr } = await runLogger(['--read', capture(3)], { env });
  assert.match(
    stderr,
    /debug counters: .* fluentd_written=3 fluentd_delivered=3 stdout_written=3 stdout_delivered=3\n/,
  );
});
