// How much of src/ its own tests run: `npm run coverage` compares it with the floor, `npm run coverage -- src/tcp`
// lists the lines that they leave out there. Programs that tests start do not count. `--all` runs the other tests, too.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { coverageTable, type FileCoverage, uncoveredLines } from './coverage-report.ts';
import { codeLines, LineCoverage } from './line-coverage.ts';
import { testsOfSources } from './tests-of-sources.ts';

/**
 * Per cent of the lines of code that run in full: a tenth less than was measured, because a few lines depend on timing.
 * It is never lowered, and raised when more is measured.
 */
const floor = 91.5;

const words = process.argv.slice(2);
const tests = words.includes('--all') ? [] : testsOfSources();
const wanted = words.filter((word) => word !== '--all');
const raw = mkdtempSync(join(tmpdir(), 'coverage-'));
try {
  const run = spawnSync(process.execPath, ['scripts/test/test.mjs', ...tests], {
    stdio: 'inherit',
    env: { ...process.env, NODE_V8_COVERAGE: raw },
  });
  if (run.status === 0) report(measure());
  else process.exitCode = 1;
} finally {
  rmSync(raw, { recursive: true });
}

function measure(): readonly FileCoverage[] {
  const coverage = new LineCoverage((url) => url.startsWith(pathToFileURL('src/').href));
  // The test runner and the loaders of the tests write some, too, which has nothing of src/ in it.
  for (const name of readdirSync(raw)) coverage.add(JSON.parse(readFileSync(join(raw, name), 'utf8')));
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => {
      const path = `src/${name}`;
      return { path, lines: coverage.lines(pathToFileURL(path).href) ?? codeLines(readFileSync(path, 'utf8')) };
    });
}

function report(files: readonly FileCoverage[]): void {
  for (const line of uncoveredLines(files.filter(({ path }) => wanted.some((start) => path.startsWith(start))))) {
    console.log(line);
  }
  const { table, percent } = coverageTable(files);
  console.log(table);
  if (percent >= floor) return;
  console.log(`That is less than ${floor} %, which it was before. What no test runs: npm run coverage -- src/`);
  process.exitCode = 1;
}
