// The program at a terminal, live: what it shows, and that it ends when nobody watches any more.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { inside, liveTest } from '../support/capture/namespaces.ts';
import type { NetworkNamespace } from '../support/capture/network-namespace.ts';
import { program, RunningLogger } from '../support/program/run-logger.ts';
import { Terminal, terminalMissing } from '../support/program/terminal.ts';

const path = `/orders/${'0123456789'.repeat(20)}`;
const needs = { namespaces: 1, missing: terminalMissing };

function atTerminal(namespace: NetworkNamespace, env: Readonly<Record<string, string>> = {}): Terminal {
  const command = [...inside(namespace), process.execPath, program, '--pretty'];
  return new Terminal(command, { PATH: process.env['PATH'], IFACE: 'lo', METRICS_PORT: '0', ...env });
}

/** Asks a server on loopback that does not exist for HTTP, but has an answer. */
async function ask(namespace: NetworkNamespace, target: string): Promise<void> {
  const server = await namespace.serve('127.0.0.1', 8080);
  namespace.send('127.0.0.1', 8080, `GET ${target} HTTP/1.1\\r\\nHost: shop\\r\\n\\r\\n`);
  await server.kill();
}

liveTest(
  'a terminal that does not know its width shows whole paths; one that does is followed',
  needs,
  async (namespace) => {
    const terminal = atTerminal(namespace, { NO_COLOR: '1' });
    await terminal.shows(/capturing/);
    await ask(namespace, path);
    await terminal.shows(/ GET .*\r\n/);
    assert.match(terminal.text, new RegExp(` shop${path} `));
    for (const columns of [100, 320, 80]) {
      const before = terminal.text.length;
      terminal.resize(columns);
      await ask(namespace, path);
      await terminal.shows(new RegExp(`^[^]{${before}}[^]* GET .*\\r\\n`));
      const [line = ''] = /^.* GET .*$/m.exec(terminal.text.slice(before)) ?? [];
      const shown = stripVTControlCharacters(line).trimEnd();
      assert.ok(Array.from(shown).length <= columns, `${columns}: ${shown}`);
      assert.equal(shown.includes(path), columns === 320, `${columns}: ${shown}`);
    }
    await terminal.close();
  },
);

liveTest('the program ends when its terminal is closed', needs, async (namespace) => {
  const terminal = atTerminal(namespace);
  await terminal.shows(/capturing/);
  const { processes } = terminal;
  assert.ok(processes.length > 0);
  await terminal.close();
  while (terminal.processes.length > 0) await sleep(20);
});

liveTest(
  'SIGHUP ends a capture as Ctrl-C does: what was captured is written, and summed up',
  needs,
  async (namespace) => {
    const logger = new RunningLogger([], { env: { IFACE: 'lo', METRICS_PORT: '0' }, under: inside(namespace) });
    await logger.until(({ stderr }) => stderr.includes('capturing'), 'capture');
    await ask(namespace, '/last');
    logger.signal('SIGHUP');
    const { code, stderr } = await logger.finished;
    assert.equal(code, 0);
    assert.match(stderr, /summary: 1 exchange/);
  },
);

liveTest('with STDIN_TIMEOUT_S a capture ends when standard input does', needs, async (namespace) => {
  const logger = new RunningLogger([], {
    env: { IFACE: 'lo', METRICS_PORT: '0', STDIN_TIMEOUT_S: '3600' },
    under: inside(namespace),
  });
  const { code, stderr } = await logger.finished;
  assert.equal(code, 0);
  assert.match(stderr, /the capture ends: standard input has ended \(STDIN_TIMEOUT_S\)/);
});

liveTest(
  'with STDIN_TIMEOUT_S a capture ends when nothing comes from standard input any more',
  needs,
  async (namespace) => {
    const env = { IFACE: 'lo', METRICS_PORT: '0', STDIN_TIMEOUT_S: '1' };
    const logger = new RunningLogger([], { env, under: inside(namespace), input: 'open' });
    const { code, stderr } = await logger.finished;
    assert.equal(code, 0);
    assert.match(stderr, /the capture ends: nothing has come from standard input for 1 s \(STDIN_TIMEOUT_S\)/);
  },
);

liveTest('without STDIN_TIMEOUT_S a capture does not mind that standard input has ended', needs, async (namespace) => {
  const logger = new RunningLogger([], { env: { IFACE: 'lo', METRICS_PORT: '0' }, under: inside(namespace) });
  await logger.until(({ stderr }) => stderr.includes('capturing'), 'capture');
  await ask(namespace, '/still-there');
  await logger.until(({ records }) => records.some(({ url }) => url === '/still-there'), 'record');
  assert.equal((await logger.stop()).code, 0);
});
