// `npm run bench [-- PART ...] [-- --quick]`: measures this program beside its peers, prints one Markdown table for
// each part, and writes it with its plots into docs/performance.md. With `--compare`, beside another build of itself.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compare, type Way, ways } from './compare.ts';
import { machineLine, machineLines } from './machine.ts';
import { sectionText, writeToPage } from './page.ts';
import type { Bench, Section } from './part.ts';
import { type PartName, parts } from './parts.ts';
import { missingLines } from './programs.ts';

const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const usage = `npm run bench -- [--quick] [--page FILE] [PART ...]
npm run bench -- --compare FILE [--quick] [replay] [live]

  PART       ${Object.keys(parts).join(', ')}; all but profile and soak by default
  --quick    less of everything: about three minutes, less exact, and only printed
  --page     where the results are written, instead of docs/performance.md
  --compare  the dist/main.js of another build: ten pairs of runs of it (old) and of this build (new) for each
             workload, from a capture file and live, about 25 minutes; three short pairs with --quick; only printed`;

/** Time for all parts together, after which no measurement is begun any more. */
const limitSeconds = { full: 1800, quick: 180 };

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();

async function main(): Promise<number> {
  const choice = choose();
  if (typeof choice === 'string') {
    console.error(`${choice}\n${usage}`);
    return 2;
  }
  if (choice.help) console.log(usage);
  else if (choice.oldProgram !== undefined) await compareBuilds(choice, choice.oldProgram);
  else await measureParts(choice);
  return 0;
}

async function compareBuilds({ quick, names }: Choice, oldProgram: string): Promise<void> {
  const folder = begin();
  const bench: Bench = { quick, folder, secondsLeft: () => Number.POSITIVE_INFINITY, progress };
  const section = await compare(bench, oldProgram, names.filter(isWay));
  progress('');
  console.log(`\n## ${section.title}\n\n${sectionText(section)}`);
}

/** Returns a folder that is removed in the end. */
function begin(): string {
  const folder = mkdtempSync(join(tmpdir(), 'http-logger-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  console.log(['# Benchmark', '', ...machineLines(), ...missingLines()].join('\n'));
  return folder;
}

async function measureParts({ quick, names, page }: Choice): Promise<void> {
  const folder = begin();
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
  const written = writeToPage(page, name, { ...section, origin: machineLine() });
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
  /** To be compared with this build. */
  readonly oldProgram: string | undefined;
  readonly names: readonly PartName[];
};

/** From the command line; or what is wrong with it. */
function choose(): Choice | string {
  const options = {
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    page: { type: 'string', default: page },
    compare: { type: 'string' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.filter((name) => !isPart(name));
    if (unknown.length > 0) return `There is no part ${unknown.join(', ')}.`;
    if (values.compare !== undefined) return chooseComparison(values.compare, values, positionals);
    // Now, and not after minutes of measuring.
    if (!values.quick && !existsSync(values.page)) return `There is no page ${values.page}.`;
    const names = positionals.filter(isPart);
    return { ...values, oldProgram: undefined, names: names.length > 0 ? names : usualParts() };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function chooseComparison(
  file: string,
  values: Pick<Choice, 'help' | 'quick' | 'page'>,
  positionals: readonly string[],
): Choice | string {
  const names = positionals.length === 0 ? ways : positionals.filter(isWay);
  if (names.length < positionals.length) return `Two builds are compared by ${ways.join(' and ')} only.`;
  if (!existsSync(file)) return `There is no build ${file}.`;
  return { ...values, oldProgram: resolve(file), names };
}

function usualParts(): readonly PartName[] {
  return Object.keys(parts)
    .filter(isPart)
    .filter((name) => parts[name].share !== undefined);
}

function isPart(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}

function isWay(name: string): name is Way {
  return ways.some((way) => way === name);
}

/** On a line of its own that the next one overwrites; only where someone looks at it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
