import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { coverageTable, type FileCoverage, uncoveredLines } from '../../scripts/test/coverage-report.ts';
import { codeLines, LineCoverage } from '../../scripts/test/line-coverage.ts';

const source = `/** A type is no code. */
export type Size = {
  readonly width: number;
};

export function grow(size: Size): number {
  if (size.width > 1) {
    return 1;
  }
  return size.width === 0 ? 5 : 6;
}

export function shrink(size: Size): number {
  return size.width - 1;
}
`;

/** Runs programs that use the source above, one process each; the lines that ran and those that did not. */
function covered(t: TestContext, programs: readonly string[]): Record<'ran' | 'left', readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'coverage-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'size.mts'), source);
  for (const program of programs) {
    writeFileSync(join(folder, 'program.mts'), `import { grow, shrink } from './size.mts';\n${program}`);
    const env = { ...process.env, NODE_V8_COVERAGE: join(folder, 'raw') };
    execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), join(folder, 'program.mts')], { env });
  }
  const url = pathToFileURL(join(folder, 'size.mts')).href;
  const coverage = new LineCoverage((other) => other === url);
  for (const name of readdirSync(join(folder, 'raw'))) {
    coverage.add(JSON.parse(readFileSync(join(folder, 'raw', name), 'utf8')));
  }
  const lines = [...(coverage.lines(url) ?? [])].sort(([one], [other]) => one - other);
  const numbers = (ran: boolean) => lines.filter((line) => line[1] === ran).map(([number]) => number);
  return { ran: numbers(true), left: numbers(false) };
}

test('a line is covered when all of its code ran; types and comments are no code', (t) => {
  const { ran, left } = covered(t, ['grow({ width: 0 });']);
  assert.deepEqual(ran, [6, 11]);
  // The `if` for its block, and the condition for its second value.
  assert.deepEqual(left, [7, 8, 9, 10, 13, 14, 15]);
});

test('several processes cover a line together', (t) => {
  const { ran, left } = covered(t, ['grow({ width: 0 });', 'grow({ width: 1 });', 'grow({ width: 2 });']);
  assert.deepEqual(ran, [6, 7, 8, 9, 10, 11]);
  assert.deepEqual(left, [13, 14, 15]);
});

test('all lines of a file that nothing loads are left out, but not those without code', () => {
  assert.deepEqual(
    [...codeLines(source)].filter(([, ran]) => ran),
    [],
  );
  assert.deepEqual(
    [...codeLines(source).keys()].sort((one, other) => one - other),
    [6, 7, 8, 9, 10, 11, 13, 14, 15],
  );
  assert.equal(codeLines('export type A = number;\n').size, 0);
});

test('the table has a row for each folder, rounded down', () => {
  const file = (path: string, ran: number, left: number): FileCoverage => ({
    path,
    lines: new Map(Array.from({ length: ran + left }, (_, index) => [index + 1, index < ran] as const)),
  });
  const files = [file('src/tcp/a.ts', 1999, 1), file('src/tcp/b.ts', 0, 0), file('src/main.ts', 1, 2)];
  assert.deepEqual(coverageTable(files), {
    percent: 99.8,
    table: [
      'src/*.ts          33.3 %  lines left out: 2',
      'src/tcp           99.9 %  lines left out: 1',
      'src/              99.8 %  lines left out: 3',
    ].join('\n'),
  });
  assert.deepEqual(uncoveredLines(files), ['src/tcp/a.ts: 2000', 'src/main.ts: 2-3']);
});
