// `npm run bench [-- PART ...] [-- --quick]`: measures this program beside its peers, prints one Markdown table for each part, and writes it with
// its plots into docs/performance.md.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineLine, machineLines } from './machine.ts';
import { sectionText, writeToPage } from './page.ts';
import type { Section } from './part.ts';
import { type PartName, parts } from './parts.ts';
import { missingLines } from './programs.ts';

const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const usage = `npm run bench -- [--quick] [--page FILE] [PART ...]

  PART     ${Object.keys(parts).join(', ')}; all but profile and soak by default
  --quick  less of everything: about three minutes, less exact, and only printed
  --page   where the results are written, instead of docs/performance.md`;

/** Time for all parts together, after which no measurement is begun any more. */
const limitSeconds = { full: 1500, quick: 150 };

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();

async function main(): Promise<number> {
  const choice = choose();
  if (typeof choice === 'string') {
    console.error(`${choice}\n${usage}`);
    return 2;
  }
  if (choice.help) console.log(usage);
  else await measureParts(choice);
  return 0;
}

async function measureParts({ quick, names, page }: Choice): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'http-logger-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  console.log(['# Benchmark', '', ...machineLines(), ...missingLines()].join('\n'));
  let secondsLeft = quick ? limitSeconds.quick : limitSeconds.full;
  for (const [index, name] of names.entries()) {
    const started = performance.now();
    const share = secondsLeft * shareOf(name, names.slice(index));
    const secondsLeftOfShare = () => share - (performance.now() - started) / 1000;
    const section = await parts[name].measure({ quick, folder, secondsLeft: secondsLeftOfShare, progress });
    progress('');
    console.log(`\n## ${section.title}\n\n${sectionText(section)}`);
    if (!quick) report(name, section, page);
    secondsLeft -= (performance.now() - started) / 1000;
  }
  if (quick) console.log('\nNothing was written: only a run without --quick is exact enough for the page.');
}

/** A part that could not be measured leaves what is there. */
function report(name: PartName, section: Section, page: string): void {
  if (section.rows.length === 0) return;
  const written = writeToPage(page, name, section, machineLine());
  console.log(typeof written === 'string' ? `\n${written}` : `\nWritten: ${written.join(', ')}`);
}

/** Of the time that is left for these parts. */
function shareOf(name: PartName, left: readonly PartName[]): number {
  const share = (of: PartName) => parts[of].share ?? 1;
  return share(name) / left.reduce((sum, each) => sum + share(each), 0);
}

type Choice = {
  readonly help: boolean;
  readonly quick: boolean;
  readonly page: string;
  readonly names: readonly PartName[];
};

/** From the command line; or what is wrong with it. */
function choose(): Choice | string {
  const options = {
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    page: { type: 'string', default: page },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.filter((name) => !isPart(name));
    if (unknown.length > 0) return `There is no part ${unknown.join(', ')}.`;
    // Now, and not after minutes of measuring.
    if (!values.quick && !existsSync(values.page)) return `There is no page ${values.page}.`;
    const names = positionals.filter(isPart);
    return { ...values, names: names.length > 0 ? names : usualParts() };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function usualParts(): readonly PartName[] {
  return Object.keys(parts)
    .filter(isPart)
    .filter((name) => parts[name].share !== undefined);
}

function isPart(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}

/** On a line of its own that the next one overwrites; only where someone looks at it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
