// deploy/debug.sh with a stand-in for kubectl: what it asks for, what it shows at a terminal, and how it ends.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Terminal, terminalMissing } from '../support/program/terminal.ts';

const skip = terminalMissing;

/** debug.sh at a terminal; `kubectl` is this script of a shell, which finds its own words in `words`. */
function start(t: TestContext, kubectl: string, env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'debug-'));
  const file = (name: string) => join(folder, name);
  writeFileSync(file('kubectl'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${file('words')}'\n${kubectl}\n`);
  chmodSync(file('kubectl'), 0o755);
  const path = [folder, process.env['PATH']].join(delimiter);
  const terminal = new Terminal(['sh', 'deploy/debug.sh', 'shop-1', '-n', 'demo'], { PATH: path, ...env });
  t.after(async () => {
    await terminal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { terminal, words: () => readFileSync(file('words'), 'utf8').trim().split('\n') };
}

test('debug.sh asks for the container of deploy/debug/, colours for a terminal, and no terminal there', {
  skip,
}, async (t) => {
  const { terminal, words } = start(t, 'echo asked', { IMAGE: 'logger:1' });
  assert.equal(await terminal.ended, 0);
  assert.deepEqual(words(), [
    'debug',
    'shop-1',
    '-n',
    'demo',
    '--stdin',
    '--profile=general',
    '--image=logger:1',
    '--env=FORCE_COLOR=1',
    '--custom=deploy/debug/container.yaml',
    '--arguments-only',
    '--',
    '--pretty',
  ]);
  const { terminal: plain, words: plainWords } = start(t, 'echo asked', { NO_COLOR: '1' });
  await plain.ended;
  assert.ok(plainWords().includes('--env=FORCE_COLOR=0'));
});

test('debug.sh sends lines all the time, so that the container knows that it is watched', { skip }, async (t) => {
  const { terminal } = start(t, 'for i in 1 2 3; do read line && echo "line $i"; done');
  await terminal.shows(/line 1\r\nline 2\r\nline 3/);
  assert.equal(await terminal.ended, 0);
});

test('debug.sh ends as kubectl does, with its exit code', { skip }, async (t) => {
  const { terminal } = start(t, 'echo "pods \\"shop-1\\" not found" >&2; exit 3');
  assert.equal(await terminal.ended, 3);
  assert.match(terminal.text, /not found/);
});

for (const [what, end] of [
  ['its terminal is closed', (terminal: Terminal) => terminal.close()],
  ['Ctrl-C is pressed', (terminal: Terminal) => terminal.type('\x03')],
] as const) {
  test(`nothing of debug.sh is left when ${what}`, { skip }, async (t) => {
    const { terminal } = start(t, 'echo asked; while read line; do :; done');
    await terminal.shows(/asked/);
    assert.ok(terminal.processes.length >= 2);
    await end(terminal);
    while (terminal.processes.length > 0) await sleep(20);
  });
}
