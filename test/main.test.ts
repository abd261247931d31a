// The built program at its edges: command line, configuration, files, pipes, privileges, exit codes. What it captures
// live is in test/live.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test as nodeTest } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pcapFile } from './support/capture/capture-writer.ts';
import { inside, liveTest, runClient, startServer } from './support/capture/namespaces.ts';
import { type Finished, programMissing, RunningLogger, recordsOf, runLogger } from './support/program/run-logger.ts';
import { startProgram } from './support/program/start-program.ts';
import { TcpConversation } from './support/tcp/tcp-conversation.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const keepAlive = `${root}test/golden/keep-alive.pcap`;
const folder = mkdtempSync(`${tmpdir()}/khl-main-`);
after(() => rmSync(folder, { recursive: true }));

/** Root gives up every capability, other users have none. */
const unprivileged = process.geteuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

function test(title: string, body: () => Promise<void>): void {
  nodeTest(title, { skip: programMissing, timeout: 300_000 }, body);
}

/** Runs a shell command in which `$LOGGER` is the program. */
function shell(command: string): Promise<Finished> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], LOGGER: `${process.execPath} ${root}dist/main.js`, FILE: keepAlive };
    const child = startProgram('bash', ['--norc', '-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

function written(name: string, bytes: Buffer): string {
  writeFileSync(`${folder}/${name}`, bytes);
  return `${folder}/${name}`;
}

function assertNoStack(text: string): void {
  assert.doesNotMatch(text, /^\s+at /m);
}

test('--help and --version answer on standard output', async () => {
  const help = await runLogger(['--help']);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, /^Usage: k8s-internal-http-logger \[options\]\n/);
  assert.match(help.stdout, /\n {2}IFACE +interface\(s\) to listen on/);
  const version = await runLogger(['-V']);
  assert.deepEqual([version.code, version.stderr], [0, '']);
  assert.equal(version.stdout.trim(), JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version);
});

test('help that nobody reads to its end, or that cannot be written, gives no stack trace', async () => {
  const early = await shell('$LOGGER --help | true; echo "${PIPESTATUS[0]}"');
  assert.deepEqual([early.stdout, early.stderr], ['0\n', '']);
  const full = await shell('$LOGGER --help >/dev/full');
  assert.equal(full.code, 1);
  assert.match(full.stderr, /^Standard output cannot be written to: ENOSPC.*\n$/);
});

test('everything that is wrong with the configuration is told at once', async () => {
  const env = { MODE: 'loud', TIMEOUT_AFTER_MS: '-1', IFACE: 'a/b', LOG_SCHEMA: 'xml', SEND_LOGS_TO: 'kafka' };
  const { code, stdout, stderr } = await runLogger(['--colour', '--local', 'nowhere', 'capture.pcap'], { env });
  assert.deepEqual([code, stdout], [2, '']);
  const lines = stderr.trimEnd().split('\n');
  for (const said of [
    ...Object.keys(env).map((name) => `${name}="`),
    '"--colour"',
    '--local="nowhere"',
    '"capture.pcap"',
  ]) {
    assert.equal(lines.filter((line) => line.startsWith(said)).length, 1, `${said} in\n${stderr}`);
  }
  assert.equal(lines.length, 8, stderr);
  assert.ok(lines.every((line) => line.endsWith('.')));
});

test('a capture filter is checked before anything is captured, and not needed for a capture file', async () => {
  const env = { CAP_FILTER: 'tcp prot 80' };
  const live = await runLogger([], { env: { ...env, LOG_SCHEMA: 'bad' } });
  assert.deepEqual([live.code, live.stdout], [2, '']);
  assert.match(
    live.stderr,
    /^LOG_SCHEMA="bad" .*\nCAP_FILTER="tcp prot 80" is not allowed: .*; allowed: pcap-filter .*tcp port 8080\.\n$/,
  );
  const file = await runLogger(['--read', keepAlive], { env });
  assert.equal(file.code, 0);
  assert.match(file.stderr, /warn {2}CAP_FILTER is for live capture only/);
});

const damaged = [
  { title: 'is missing', path: () => `${folder}/none.pcap`, says: /cannot be opened: there is no such file\.\n$/ },
  { title: 'is a folder', path: () => folder, says: /cannot be opened: it is a directory\.\n$/ },
  { title: 'is empty', path: () => written('empty.pcap', Buffer.alloc(0)), says: /is empty\.\n$/ },
  {
    title: 'is none',
    path: () => written('garbage.pcap', Buffer.from('no capture file at all')),
    says: /is not a pcap or pcapng capture: .*\.\n$/,
  },
];
for (const { title, path, says } of damaged) {
  test(`a capture file that ${title} is one sentence, exit code 1`, async () => {
    const { code, stdout, stderr } = await runLogger(['--read', path()]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^\S+ error Capture file [^\n]*\n$/);
    assert.match(stderr, says);
  });
}

test('a capture file without TCP says what is in it', async () => {
  const arp = Buffer.from(`${'ff'.repeat(6)}0200000000010806${'00'.repeat(28)}`, 'hex');
  const path = written('arp.pcap', pcapFile([0, 1, 2].map((second) => ({ time: second * 1e6, bytes: arp }))));
  const { code, stdout, stderr } = await runLogger(['--read', path]);
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(
    stderr,
    /warn {2}none of 3 packets is TCP over IPv4 or IPv6 \(not IP, such as ARP: 3\), reading \S+\.\n/,
  );
});

test('what comes before the damage in a capture file is logged', async () => {
  const whole = readFileSync(keepAlive);
  const path = written('cut.pcap', whole.subarray(0, 1500));
  const { code, stdout, stderr } = await runLogger(['--read', path]);
  assert.equal(code, 1);
  assert.deepEqual(
    recordsOf(stdout).map(({ status }) => status),
    [200],
  );
  assert.match(
    stderr,
    new RegExp(
      [
        String.raw`summary: 1 exchange \(1 answered\); 1 record written; .*\n`,
        String.raw`\S+ error .* is cut short beyond byte \d+, after 11 packets`,
      ].join(''),
    ),
  );
  const garbled = Buffer.concat([whole, Buffer.alloc(100, 0xff)]);
  const end = await runLogger(['--read', written('garbled.pcap', garbled)]);
  assert.equal(end.code, 1);
  assert.equal(recordsOf(end.stdout).length, 3);
});

test('a capture is read from a pipe, and twice with the same result to the byte', async () => {
  const file = await runLogger(['--read', keepAlive]);
  const again = await runLogger(['-r', keepAlive], { env: { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' } });
  const pipe = await runLogger(['--read', '-'], { input: readFileSync(keepAlive) });
  assert.deepEqual([file.code, pipe.code], [0, 0]);
  assert.equal(recordsOf(file.stdout).length, 3);
  assert.equal(again.stdout, file.stdout);
  assert.equal(pipe.stdout, file.stdout);
  const garbage = await runLogger(['--read', '-'], { input: Buffer.from('x') });
  assert.equal(garbage.code, 1);
  assert.match(garbage.stderr, /^\S+ error Standard input .*\n$/);
});

test('several capture files are one, in order of time, also where one of them cannot be read', async () => {
  const whole = readFileSync(keepAlive);
  const file = await runLogger(['--read', keepAlive]);
  const second = 24 + 16 + whole.readUInt32LE(32);
  const [first, rest] = [whole.subarray(0, second), Buffer.concat([whole.subarray(0, 24), whole.subarray(second)])];
  const parts = [written('rest.pcap', rest), written('first.pcap', first)];
  for (const args of [
    ['--read', ...parts],
    ['-r', parts[0] ?? '', '-r', parts[1] ?? ''],
  ]) {
    const run = await runLogger(args);
    assert.deepEqual([run.code, run.stdout], [0, file.stdout]);
    assert.match(run.stderr, /\d+ packets \(of 2 files\); no loss\n$/);
  }
  const missing = `${folder}/none.pcap`;
  const broken = await runLogger(['--read', parts[0] ?? '', missing, parts[1] ?? '']);
  assert.deepEqual([broken.code, broken.stdout], [1, file.stdout]);
  assert.match(
    broken.stderr,
    /lost: the rest of the input\n\S+ error Capture file \S+none\.pcap cannot be opened: .*\n$/,
  );
  const check = await runLogger(['--check', '--read', parts[0] ?? '', missing]);
  assert.equal(check.code, 2);
  assert.match(
    check.stderr,
    /\nreads: .*rest\.pcap\npossible here: yes\nreads: .*none\.pcap\npossible here: no: Capture file/,
  );
});

test('--since and --until choose packets by the time of their capture, and what is left out is said', async () => {
  const times = recordsOf((await runLogger(['--read', keepAlive])).stdout).map(({ time }) => String(time));
  const [, middle = '', last = ''] = times;
  const run = await runLogger(['--read', keepAlive, '--since', middle, '--until', last]);
  assert.equal(run.code, 0);
  assert.deepEqual(
    recordsOf(run.stdout).map(({ time }) => time),
    [middle],
  );
  assert.match(run.stderr, /; \d+ packets \(without \d+ of other times\);/);
  const none = await runLogger(['--read', keepAlive, '--since=1h']);
  assert.equal(none.stdout, '');
  assert.match(
    none.stderr,
    /warn {2}all packets \(\d+\) were captured outside of --since and --until, reading \S+\.pcap\.\n/,
  );
  const wrong = await runLogger(['--read', keepAlive, '--since', 'noon']);
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /^--since="noon" is not allowed; allowed: .*\.\n$/);
});

test('--local decides the direction in a capture file', async () => {
  const directions = async (args: readonly string[]) =>
    recordsOf((await runLogger(['--read', keepAlive, ...args])).stdout).map(({ direction }) => direction);
  assert.deepEqual(await directions([]), ['unknown', 'unknown', 'unknown']);
  assert.deepEqual(await directions(['--local', '10.0.0.1']), ['outgoing', 'outgoing', 'outgoing']);
  assert.deepEqual(await directions(['--local=10.9.9.9,10.0.0.2']), ['incoming', 'incoming', 'incoming']);
});

test('--pretty writes a line for people without colours into a pipe', async () => {
  const { code, stdout } = await runLogger(['--read', keepAlive, '--pretty']);
  assert.equal(code, 0);
  assert.match(stdout, /^(\d\d:\d\d:\d\d\.\d{3} · \d+ .*\n){3}$/);
  assert.ok(!stdout.includes('\x1b'));
});

test('FORCE_COLOR colours a pipe, but not against NO_COLOR, which counts only when it is not empty', async () => {
  const isColoured = async (env: Readonly<Record<string, string>>) =>
    (await runLogger(['--read', keepAlive, '--pretty'], { env })).stdout.includes('\x1b');
  assert.equal(await isColoured({ FORCE_COLOR: '1', NO_COLOR: '' }), true);
  assert.equal(await isColoured({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
});

test('a reader of the records that leaves early ends the program quietly', async () => {
  const big = written('big.pcap', bigCapture());
  const early = await shell(`$LOGGER --read ${big} | head -n 1; echo "\${PIPESTATUS[0]}"`);
  const [record = '', code] = early.stdout.trimEnd().split('\n');
  assert.equal(JSON.parse(record).status, 200);
  assert.equal(code, '0');
  assert.match(early.stderr, /^\S+ info {2}summary: [^\n]*\n$/);
  const diagnostics = await shell('$LOGGER --read $FILE 2>&1 >/dev/null | true; echo "${PIPESTATUS[0]}"');
  assert.equal(diagnostics.stdout, '0\n');
});

test('a full disk is one sentence, exit code 1, and counted', async () => {
  const { code, stderr } = await shell('$LOGGER --read $FILE >/dev/full');
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(
      [
        String.raw`^\S+ info {2}summary: 3 exchanges \(3 answered\); `,
        String.raw`0 records written \(3 dropped \(output closed\)\); .*; lost: 3 records dropped\n`,
        String.raw`\S+ error Records cannot be written: ENOSPC: no space left on device[^\n]*\n$`,
      ].join(''),
    ),
  );
});

test('a reader that is slow, or stops for a while, loses nothing', async () => {
  const big = written('slow.pcap', bigCapture());
  const { stdout } = await shell(`$LOGGER --read ${big} 2>/dev/null`);
  assert.equal(recordsOf(stdout).length, exchangesInBigCapture);
  const slow = await shell(`$LOGGER --read ${big} 2>/dev/null | (sleep 1; head -c 3000000; sleep 0.5; cat)`);
  assert.ok(slow.stdout === stdout);
});

test('a reader that never reads cannot keep the program from ending', async () => {
  const args = [`${root}dist/main.js`, '--read', written('stuck.pcap', bigCapture())];
  const child = startProgram(process.execPath, args, {
    env: { SHUTDOWN_GRACE_MS: '1000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  // Tells of the first records, and takes none.
  await once(child.stdout, 'readable');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.match(
    stderr,
    /summary: .* written \(\d+ dropped \(not taken before the end\)\); .*; lost: \d+ records dropped\n$/,
  );
});

/** Some megabytes of records. */
const exchangesInBigCapture = 20_000;
function bigCapture(): Buffer {
  const conversations = Array.from({ length: 100 }, (_, index) => {
    const conversation = new TcpConversation({ clientPort: 40_000 + index, interval: 10, acks: false });
    for (let count = 0; count < exchangesInBigCapture / 100; count++) {
      conversation.client(`GET /${index}/${count} HTTP/1.1\r\nHost: big.example\r\n\r\n`);
      conversation.server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
    return conversation.close().packets;
  });
  return pcapFile(conversations.flat(), { linkType: 101 });
}

test('without NET_RAW one sentence says how to grant it', async () => {
  const { code, stdout, stderr } = await runLogger([], { under: unprivileged, env: { IFACE: 'lo' } });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^\S+ error capturing needs the NET_RAW capability[^\n]*capabilities\.add[^\n]*\n$/);
});

test('--check says what would happen, and why it cannot', async () => {
  const env = { IFACE: 'any', LOG_HEADERS: 'host,accept', LOG_BODIES: 'text/*', LOG_SCHEMA: 'ecs' };
  const refused = await runLogger(['--check'], { under: unprivileged, env });
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  assert.match(refused.stderr, /^configuration: valid\ncaptures: +packets that match `tcp` on all interfaces\n/);
  assert.match(refused.stderr, /\npossible here: no: capturing needs the NET_RAW capability/);
  assert.match(refused.stderr, /\nrecords go to: stdout, in the ecs schema\n/);
  assert.match(refused.stderr, /\nheaders: +only host, accept; bodies: text\/\*, up to 4096 bytes each\n/);
  const file = await runLogger(['--check', '--read', keepAlive]);
  assert.deepEqual([file.code, file.stdout], [0, '']);
  assert.match(file.stderr, /\nreads: +\S+keep-alive\.pcap\npossible here: yes\n/);
  assert.match(file.stderr, /\nresult: +ready\n$/);
  assert.match(refused.stderr, /\nresult: +not ready, see above: capture \(exit code 2\)\n$/);
  for (const { path, says } of damaged) {
    const { code, stderr } = await runLogger(['--check', '--read', path()]);
    assert.equal(code, 2);
    const reason = /\npossible here: no: (Capture file .*\n)/.exec(stderr)?.[1] ?? '';
    assert.match(reason, says);
  }
  const pretty = await runLogger(['--check', '--read', keepAlive, '--pretty'], { env: { LOG_SCHEMA: 'ecs' } });
  assert.match(pretty.stderr, /\nrecords go to: stdout, as lines for people\n/);
  const wrong = await runLogger(['--check'], { env: { MODE: 'loud' } });
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
});

test('--check looks at the spool directory and does not make it', async () => {
  const spoolLine = async (directory: string) => {
    const { stderr } = await runLogger(['--check', '--read', keepAlive], { env: { SPOOL_DIR: directory } });
    return /^spool: +(.*)$/m.exec(stderr)?.[1] ?? stderr;
  };
  assert.match(await spoolLine(`${folder}/spool`), /\/spool, up to 268435456 bytes for each sink$/);
  assert.ok(!existsSync(`${folder}/spool`));
  const file = written('spool-file', Buffer.alloc(0));
  for (const directory of [file, `${file}/spool`]) {
    assert.equal(
      await spoolLine(directory),
      `${directory} cannot be used: ${file} is not a directory; the logger would go on without it`,
    );
  }
  assert.match(await spoolLine(`${folder}/no/spool`), /cannot be used: ENOENT/);
});

test('--check says that the spool of a sink was left by a later version', async () => {
  const directory = `${folder}/newer-spool`;
  mkdirSync(`${directory}/file`, { recursive: true });
  writeFileSync(`${directory}/file/000000000007.v9.spool`, '');
  const env = { SPOOL_DIR: directory, SEND_LOGS_TO: 'stdout,file', FILE_PATH: `${folder}/records.log` };
  const { stderr, code } = await runLogger(['--check', '--read', keepAlive], { env });
  assert.equal(code, 0);
  assert.deepEqual(
    stderr.split('\n').filter((line) => line.startsWith('warning:')),
    [
      'warning:       the spool of file was left by a later version of the logger (000000000007.v9.spool; this one ' +
        'knows version 2 at most): it would stay as it is, and records for file would wait in memory',
    ],
  );
  assert.deepEqual(readdirSync(`${directory}/file`), ['000000000007.v9.spool']);
});

liveTest('--check warns of interfaces that would be waited for', { namespaces: 1 }, async (here) => {
  here.ip('link add down0 type veth peer name down1');
  const checked = async (names: string) => {
    const { code, stderr } = await runLogger(['--check'], { env: { IFACE: names }, under: inside(here) });
    assert.equal(code, 0, stderr);
    return stderr;
  };
  const waits = '; the logger would wait for it\n';
  const there = 'there are: lo, down\\d, down\\d';
  const notThere = `warning: +interface nosuch0 does not exist \\(${there}\\)${waits}`;
  const down = `warning: +interface down0 is down${waits}`;
  assert.match(await checked('nosuch0,down0'), new RegExp(`\npossible here: not now\n${notThere}${down}records go to`));
  assert.match(await checked('lo,nosuch0'), new RegExp(`\npossible here: in part\n${notThere}records go to`));
  assert.match(await checked('any'), /\npossible here: yes\nrecords go to/);
  assert.match(await checked('lo,nosuch0'), /\nresult: +ready as soon as there is nosuch0\n$/);
  assert.match(
    await checked('LO'),
    new RegExp(`interface LO does not exist \\(${there}; did you mean lo\\?\\)${waits}`),
  );
});

liveTest(
  'an IFACE that cannot be a name is refused with the interfaces that are there',
  { namespaces: 1 },
  async (here) => {
    here.ip('link add left0 type veth peer name right0');
    here.ip('addr add 10.5.5.5/24 dev left0');
    for (const name of ['left0', 'right0']) here.ip(`link set ${name} up`);
    const refused = async (iface: string) => {
      const { code, stdout, stderr } = await runLogger(['--check'], { env: { IFACE: iface }, under: inside(here) });
      assert.deepEqual([code, stdout], [2, '']);
      return stderr;
    };
    assert.match(
      await refused('left0@if5'),
      /^IFACE="left0@if5" .* write left0, .*interfaces here: lo, (left|right)0, \w+0\)\.\n$/,
    );
    assert.match(await refused('10.5.5.5'), /"10\.5\.5\.5" is an address of left0; interfaces here: /);
  },
);

test('MODE=debug tells more on standard error, and nothing else on standard output', async () => {
  const quiet = await runLogger(['--read', keepAlive]);
  const debug = await runLogger(['--read', keepAlive], { env: { MODE: 'debug' } });
  assert.match(debug.stderr, /debug version \d.*node v\d/);
  assert.match(debug.stderr, /debug counters: .*frames_received=\d+/);
  assert.equal(debug.stdout, quiet.stdout);
});

for (const [what, code] of [
  ['exception', 'throw new Error("boom")'],
  ['rejection', 'Promise.reject(new Error("boom"))'],
] as const) {
  test(`an ${what} that nobody handles is introduced before its stack`, async () => {
    const failing = `process.on('SIGUSR2', () => { ${code} })`;
    const env = { MODE: 'debug', NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(failing)}` };
    const logger = new RunningLogger(['--read', '-'], { env, input: 'open' });
    await logger.until(({ stderr }) => stderr.includes('debug reading'), 'start');
    logger.signal('SIGUSR2');
    const { code: exitCode, stderr } = await logger.finished;
    assert.equal(exitCode, 1);
    assert.match(stderr, /debug reading .*\ninternal error, the logger ends \(please report this\): Error: boom\n/);
  });
}

test('SIGTERM while the program is still starting ends it, also as the first process of a container', async () => {
  const directory = `${folder}/starting`;
  mkdirSync(`${directory}/fluentd`, { recursive: true });
  // Nobody ever writes into this part of a spool: it is read for ever.
  execFileSync('mkfifo', [`${directory}/fluentd/000000000001.spool`]);
  const env = { SEND_LOGS_TO: 'fluentd', SPOOL_DIR: directory };
  const logger = new RunningLogger(['--read', `${root}demo/demo.pcap`], { env });
  await logger.until(() => existsSync(`${directory}/fluentd/lock`), 'lock of the spool');
  logger.signal('SIGTERM');
  const { code, signal } = await logger.finished;
  assert.deepEqual([code, signal], [143, null]);
});

test('SIGTERM while a silent pipe is read ends the program', async () => {
  const logger = new RunningLogger(['--read', '-'], { env: { MODE: 'debug' }, input: 'open' });
  await logger.until(({ stderr }) => stderr.includes('debug reading'), 'start');
  const { code, stderr } = await logger.stop();
  assert.equal(code, 0);
  assert.match(stderr, /debug stopping: SIGTERM\n\S+ info {2}summary: 0 exchanges; /);
});

test('SIGTERM while a pipe without a writer is waited for ends the program', async () => {
  const path = `${folder}/lonely-pipe`;
  execFileSync('mkfifo', [path]);
  const logger = new RunningLogger(['--read', path], { env: { MODE: 'debug' } });
  await logger.until(({ stderr }) => stderr.includes('debug reading'), 'start');
  await sleep(200);
  const { code, signal, stderr } = await logger.stop();
  assert.deepEqual([code, signal], [0, null], stderr);
});

test('where packets may not be captured, the demo shows the same from a file', async () => {
  const { code, stdout, stderr } = await runLogger(['--demo'], { under: unprivileged });
  assert.equal(code, 0, stderr);
  assertDemo(stdout, stderr);
  assert.match(stderr, /^Packets cannot be captured here: capturing needs the NET_RAW capability/);
  assert.match(stderr, /reads their packets from \S+demo\/demo\.pcap/);
});

test('the capture file of the demo holds nothing but the demo', async () => {
  const path = `${root}demo/demo.pcap`;
  const { stdout, stderr } = await runLogger(['--read', path, '--local', '127.0.0.1']);
  const ips = new Set(recordsOf(stdout).flatMap(({ client_ip, server_ip }) => [client_ip, server_ip]));
  assert.deepEqual([...ips].sort(), ['127.0.0.1', '127.0.0.2']);
  assert.match(
    stderr,
    /summary: 14 exchanges \([^;]*; 15 records written; .*; 4 connections \(1 HTTP.2, 1 tunnel\); \d+ packets; no loss/,
  );
  assert.ok(readFileSync(path).length < 100_000);
});

liveTest('the demo captures its own traffic, shows every exchange and ends', { namespaces: 1 }, async (here) => {
  const env = { CAP_FILTER: 'tcp prot 80', SEND_LOGS_TO: 'kafka', LOG_SCHEMA: 'bad', IGNORE_URLS: '*' };
  const demo = new RunningLogger(['--demo'], { under: inside(here), env });
  await demo.until((logger) => logger.stdout.includes('orders.demo'), 'first exchange');
  await startServer(here);
  await runClient(here, 'once', { host: '127.0.0.1', path: '/not-of-the-demo' });
  const { code, stdout, stderr } = await demo.finished;
  assert.equal(code, 0, stderr);
  assertDemo(stdout, stderr);
  assert.match(stderr, /; 4 connections \(1 HTTP.2, 1 tunnel\); .*no loss until then\n$/);
  assert.match(stderr, /^Demo: .*\n\nEach line is one HTTP exchange, or a session that one has begun:\n/);
});

liveTest('the demo can be stopped at any time', { namespaces: 1 }, async (here) => {
  const demo = new RunningLogger(['--demo'], { under: inside(here) });
  await demo.until(({ stderr }) => stderr.includes('capturing packets'), 'capture');
  await sleep(500);
  demo.signal('SIGINT');
  const { code, stderr } = await demo.finished;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /summary: \d+ exchanges? .*no loss until then\n$/);
  assertNoStack(stderr);
});

liveTest('MODE=development has traffic of its own until it is stopped', { namespaces: 1 }, async (here) => {
  const env = { MODE: 'development', TIMEOUT_AFTER_MS: '300', TIMEOUT_INTERVAL_CHECK: '100' };
  const logger = new RunningLogger([], { under: inside(here), env });
  const isRound = (times: number) => (running: RunningLogger) =>
    running.stdout.split('→ timeout GET     inventory.demo/inventory/silent').length > times;
  await logger.until(isRound(1), 'first round');
  await logger.until(isRound(2), 'second round');
  logger.signal('SIGINT');
  const { code, stdout, stderr } = await logger.finished;
  assert.equal(code, 0, stderr);
  assert.ok(!/ (closed|reset|unknown) +(?! |session)/.test(stdout), stdout);
  assertNoStack(stderr);
});

function assertDemo(stdout: string, stderr: string): void {
  const lines = stdout.trimEnd().split('\n');
  const shown = lines.map((line) =>
    line
      .match(/^\S+ (\S) (\S+) +(\S+) +(\S+)/)
      ?.slice(1)
      .join(' '),
  );
  assert.deepEqual(shown, [
    '← 200 GET orders.demo/',
    '← 200 GET orders.demo/api/orders',
    '← 201 POST orders.demo/api/orders',
    '← 404 GET orders.demo/api/orders/4711/missing',
    '← 200 GET orders.demo/api/report/stream',
    '← 200 HEAD orders.demo/',
    '← 101 GET orders.demo/live',
    '← closed session orders.demo/live',
    '→ OK POST billing.demo/demo.Billing/Charge',
    '→ NOT_FOUND POST billing.demo/demo.Billing/Refund',
    '→ 200 GET inventory.demo/inventory/tea',
    '→ 200 GET inventory.demo/inventory/slow',
    '→ 200 PUT inventory.demo/inventory/tea',
    '→ 500 GET inventory.demo/inventory/broken',
    '→ timeout GET inventory.demo/inventory/silent',
  ]);
  assert.match(
    stderr,
    /summary: 14 exchanges \(13 answered, 1 timed out\); 15 records written; .*no loss( until then)?\n$/,
  );
}
