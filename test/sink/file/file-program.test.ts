// The built program with the file sink: what is in the files when it ends, is asked to end, or is killed and started
// again.
import assert from 'node:assert/strict';
import { chmodSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test as nodeTest, type TestContext } from 'node:test';
import { pcapFile } from '../../support/capture/capture-writer.ts';
import { programMissing, RunningLogger, recordsOf, runLogger } from '../../support/program/run-logger.ts';
import { KiB, linesIn, namesBeside, temporaryPath } from '../../support/sink/file-tools.ts';
import { TcpConversation } from '../../support/tcp/tcp-conversation.ts';

const exchanges = 10_000;
/** Nobody listens there: the program waits for this sink, and does not end by itself. */
const nowhere = { FLUENTD_HOST: '127.0.0.1', FLUENTD_PORT: '1', SHUTDOWN_GRACE_MS: '300' };

function test(title: string, body: (t: TestContext) => Promise<void>): void {
  nodeTest(title, { skip: programMissing, timeout: 300_000 }, body);
}

/** A capture file beside the records, with a request for `/0`, `/1` and so on. */
function capture(path: string, name: string, amount: number): string {
  const conversation = new TcpConversation({ interval: 10, acks: false });
  for (let index = 0; index < amount; index++) {
    conversation.client(`GET /${name}/${index} HTTP/1.1\r\nHost: big.example\r\n\r\n`);
    conversation.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  }
  const file = join(dirname(path), `${name}.pcap`);
  writeFileSync(file, pcapFile(conversation.close().packets, { linkType: 101 }));
  return file;
}

function environment(path: string, more: Record<string, string> = {}): Record<string, string> {
  return { SEND_LOGS_TO: 'file', FILE_PATH: path, FILE_ROTATE_SIZE: '1MiB', FILE_KEEP: '1000', ...more };
}

function urlsIn(path: string): readonly string[] {
  return recordsOf(
    linesIn(path)
      .map((line) => `${line}\n`)
      .join(''),
  ).map(({ url }) => url ?? '');
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const urlsOf = (name: string, count: number) => Array.from({ length: count }, (_, index) => `/${name}/${index}`);

test('a capture file becomes lines in files, compressed to the last when it ends', async (t) => {
  const path = temporaryPath(t);
  const env = environment(path, { FILE_GZIP: 'true' });
  const { code, stdout, stderr } = await runLogger(['--read', capture(path, 'a', exchanges)], { env });
  assert.deepEqual([code, stdout], [0, ''], stderr);
  assert.match(stderr, /; file: 10000 records delivered; .*no loss\n$/);
  const names = namesBeside(path);
  assert.ok(names.length > 3, names.join());
  for (const name of names) assert.ok(name === '' || name.endsWith('.gz'), name);
  assert.deepEqual(urlsIn(path), urlsOf('a', exchanges));
});

test('the lines are in the chosen schema', async (t) => {
  const path = temporaryPath(t);
  const file = capture(path, 'a', 3);
  const env = environment(path, { LOG_SCHEMA: 'ecs' });
  const toFile = await runLogger(['--read', file], { env });
  const toStdout = await runLogger(['--read', file], { env: { LOG_SCHEMA: 'ecs' } });
  assert.equal(toFile.code, 0, toFile.stderr);
  assert.deepEqual(linesIn(path), toStdout.stdout.split('\n').slice(0, -1));
});

test('after SIGTERM every line is whole, and all that is said to be delivered is there', async (t) => {
  const path = temporaryPath(t);
  const env = environment(path, { ...nowhere, SEND_LOGS_TO: 'file,fluentd', FILE_GZIP: 'true' });
  const logger = new RunningLogger(['--read', capture(path, 'a', exchanges)], { env });
  await logger.until(() => namesBeside(path).length > 2, 'rotated file');
  const { code, stderr } = await logger.stop();
  assert.equal(code, 0, stderr);
  const [, delivered] = /file: (\d+) records delivered/.exec(stderr) ?? [];
  const urls = urlsIn(path);
  // What was being written when the time was over is there too, and counts as dropped.
  assert.ok(urls.length >= Number(delivered), `${urls.length} of ${delivered}`);
  assert.deepEqual(urls, urlsOf('a', urls.length));
  assert.ok(!namesBeside(path).some((name) => name.endsWith('.part')));
});

test('after SIGKILL and a new start nothing that was written is lost, and all but a torn line is whole', async (t) => {
  const path = temporaryPath(t);
  const captures = ['a', 'b', 'c'].map((name) => capture(path, name, exchanges));
  for (const file of captures) {
    const before = namesBeside(path).length;
    const env = environment(path, { ...nowhere, SEND_LOGS_TO: 'file,fluentd', FILE_GZIP: 'true' });
    const logger = new RunningLogger(['--read', file], { env });
    await logger.until(() => namesBeside(path).length > before + 2, 'rotated file');
    logger.signal('SIGKILL');
    await logger.finished;
  }
  // Unless it was killed between two files.
  const size = namesBeside(path).includes('') ? statSync(path).size : 0;
  if (size > 0) truncateSync(path, size - 100);
  const { code, stderr } = await runLogger(['--read', capture(path, 'd', 100)], {
    env: environment(path, { FILE_GZIP: 'true' }),
  });
  assert.equal(code, 0, stderr);
  for (const name of namesBeside(path)) assert.ok(name === '' || name.endsWith('.gz'), name);
  const lines = linesIn(path);
  const whole = lines.filter(isWhole);
  assert.ok(lines.length - whole.length <= captures.length, String(lines.length - whole.length));
  const urls = recordsOf(whole.map((line) => `${line}\n`).join('')).map(({ url }) => url ?? '');
  for (const name of ['a', 'b', 'c', 'd']) {
    const found = urls.filter((url) => url.startsWith(`/${name}/`));
    assert.ok(found.length >= 100, `${name}: ${found.length}`);
    assert.deepEqual(found, urlsOf(name, found.length));
  }
});

test('a directory that is not there is one loud line, and the account has every record', async (t) => {
  const path = join(temporaryPath(t), 'absent', 'records.log');
  const file = capture(dirname(dirname(path)), 'a', 10);
  const { code, stderr } = await runLogger(['--read', file], { env: environment(path) });
  assert.equal(code, 0, stderr);
  assert.equal(
    stderr.match(/error file will not take records until its configuration is corrected: .*ENOENT/g)?.length,
    1,
  );
  assert.match(stderr, /file: 0 records delivered \(.*10 dropped \(not taken before the end\)\).*lost: 10 records/);
});

test('--check says whether the file could be written and rotated, and does not make it', async (t) => {
  const path = temporaryPath(t);
  const args = ['--check', '--read', capture(path, 'a', 1)];
  const good = await runLogger(args, { env: environment(path) });
  assert.equal(good.code, 0, good.stderr);
  assert.match(
    good.stderr,
    /^file: {10}\/.*records\.log is not there yet and can be made; rotated at 1048576 bytes or/m,
  );
  assert.deepEqual(namesBeside(path), []);
  const bad = await runLogger(args, { env: environment(`${path}/absent/records.log`) });
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /^file: {10}\/.*cannot be appended to: its directory is not there, and is not made/m);
});

nodeTest(
  '--check as a user who may not rename the file',
  { skip: programMissing || (process.getuid?.() === 0 ? false : 'needs root to be another user') },
  async (t) => {
    const path = temporaryPath(t);
    const args = ['--check', '--read', capture(path, 'a', 1)];
    writeFileSync(path, 'x'.repeat(10 * KiB));
    chmodSync(path, 0o666);
    chmodSync(dirname(path), 0o755);
    const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const { code, stderr } = await runLogger(args, { env: environment(path), under });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^file: {10}.*cannot be rotated: the rights of this process do not allow it \(EACCES\)$/m);
  },
);
