// `npm run bench [-- PART ...] [-- --quick]`: measures this program beside its peers, and prints one Markdown table for each part.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineLines } from './machine.ts';
import type { Section } from './part.ts';
import { type PartName, parts } from './parts.ts';
import { missingLines } from './programs.ts';
import { markdownTable } from './table.ts';

const usage = `npm run bench -- [--quick] [PART ...]

  PART     ${Object.keys(parts).join(', ')}; all but profile by default
  --quick  less of everything: below two minutes, and less exact`;

/** Time for all parts together, after which no measurement is begun any more. */
const limitSeconds = { full: 600, quick: 110 };

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

async function measureParts({ quick, names }: Choice): Promise<void> {
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
    console.log(sectionText(section));
    secondsLeft -= (performance.now() - started) / 1000;
  }
}

/** Of the time that is left for these parts. */
function shareOf(name: PartName, left: readonly PartName[]): number {
  const share = (of: PartName) => parts[of].share ?? 1;
  return share(name) / left.reduce((sum, each) => sum + share(each), 0);
}

type Choice = { readonly help: boolean; readonly quick: boolean; readonly names: readonly PartName[] };

/** From the command line; or what is wrong with it. */
function choose(): Choice | string {
  const options = { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.filter((name) => !isPart(name));
    if (unknown.length > 0) return `There is no part ${unknown.join(', ')}.`;
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

function sectionText({ title, columns, rows, notes }: Section): string {
  const table = rows.length === 0 ? [] : [markdownTable(columns, rows), ''];
  return ['', `## ${title}`, '', ...table, ...notes].join('\n');
}

/** On a line of its own that the next one overwrites; only where someone looks at it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
