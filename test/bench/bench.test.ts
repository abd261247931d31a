import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));
const before = '# Page\n\n<!-- idle -->\nold\n<!-- /idle -->\n';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'khl-bench-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Without any program, so that `idle` is skipped wherever this runs. */
function bench(...words: readonly string[]) {
  const env = { ...process.env, PATH: '/nonexistent' };
  return spawnSync(process.execPath, ['--import', 'tsx', program, ...words], { env, encoding: 'utf8' });
}

test('a part that is skipped leaves the page as it is', (t) => {
  const page = join(temporaryFolder(t), 'page.md');
  writeFileSync(page, before);
  const { status, stdout, stderr } = bench('--page', page, 'idle');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Skipped: /m);
  assert.doesNotMatch(stdout, /Written/);
  assert.equal(readFileSync(page, 'utf8'), before);
});

test('a quick run says that nothing was written', (t) => {
  const { status, stdout, stderr } = bench('--quick', '--page', join(temporaryFolder(t), 'page.md'), 'idle');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /\nNothing was written: only a run without --quick .*\n$/);
});

test('a page that is not there is told before anything is measured', (t) => {
  const page = join(temporaryFolder(t), 'page.md');
  const { status, stdout, stderr } = bench('--page', page, 'idle');
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.ok(stderr.startsWith(`There is no page ${page}.\n`));
});

test('a build that is not there, or a part that cannot be compared, is told before anything is measured', () => {
  const absent = bench('--compare', '/nonexistent/main.js');
  assert.deepEqual([absent.status, absent.stdout], [2, '']);
  assert.ok(absent.stderr.startsWith('There is no build /nonexistent/main.js.\n'));
  const other = bench('--compare', program, 'replay', 'sinks');
  assert.deepEqual([other.status, other.stdout], [2, '']);
  assert.ok(other.stderr.startsWith('Two builds are compared by replay and live only.\n'));
});

test('where no network namespaces can be made, two builds are not compared live, and it is said', () => {
  const { status, stdout, stderr } = bench('--compare', program, 'live');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Skipped: live: /m);
});
