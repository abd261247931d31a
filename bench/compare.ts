import { openSync, rmSync } from 'node:fs';
import { type BuildCost, type BuildPair, measurePairs, pairRows } from './build-pairs.ts';
import { writeCapture } from './capture-file.ts';
import { measure } from './command.ts';
import { Drain } from './drain.ts';
import { percent, whole } from './format.ts';
import { cost, loggedShare, measureOne } from './live.ts';
import { playedLoad } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { buildTool } from './live-tools.ts';
import { buildCommand, ownProgram } from './logger-command.ts';
import type { Bench, Section } from './part.ts';
import { aFifth, freshHeads, identicalHeads, type NamedWorkload, smallExchanges } from './replay-workloads.ts';
import { left, right } from './table.ts';

/** How a workload reaches the logger: as a capture file, or out of the other end of a pair of interfaces. */
export const ways = ['replay', 'live'] as const;

export type Way = (typeof ways)[number];

const limitSeconds = 120;
const liveRate = 2000;
/** To be logged at least: others may have the CPU meanwhile, and the cost is that of what was logged. */
const liveShare = 0.99;

const columns = [
  ...[left('workload'), left('pair'), right('old CPU µs/exchange'), right('new CPU µs/exchange'), right('new / old')],
];

/** Another build of the logger, old, beside this one, new: what an exchange costs each, with all headers. */
export async function compare(bench: Bench, oldProgram: string, chosen: readonly Way[]): Promise<Section> {
  const rows: string[][] = [];
  const notes = [
    `Old: ${oldProgram}; new: ${ownProgram}. CPU is user and system time of all threads: from a file, that of the ` +
      `whole process with its start; live (${whole(liveRate)}/s), from before the traffic to after it, without the ` +
      'start and the first exchanges. The two run in turn, each pair in the other order. A claim is the median ratio ' +
      'of at least ten pairs.',
  ];
  for (const way of chosen) {
    const missing = way === 'live' ? liveMissing('ip') : undefined;
    if (missing !== undefined) notes.push(`Skipped: live: ${missing}.`);
    else rows.push(...(await compareWay[way]({ bench, programs: { old: oldProgram, new: ownProgram } })));
  }
  return { title: 'Compare: two builds', columns, rows, notes };
}

type Comparison = { readonly bench: Bench; readonly programs: { readonly [Build in keyof BuildPair]: string } };

const compareWay: Readonly<Record<Way, (comparison: Comparison) => Promise<string[][]>>> = {
  replay: compareReplay,
  live: compareLive,
};

function workloads(quick: boolean): readonly NamedWorkload[] {
  const all = [smallExchanges, freshHeads, identicalHeads];
  return quick ? all.map(aFifth) : all;
}

async function compareReplay(comparison: Comparison): Promise<string[][]> {
  const { quick, folder } = comparison.bench;
  const path = `${folder}/compare.pcap`;
  const rows: string[][] = [];
  for (const workload of workloads(quick)) {
    const { exchanges } = workload;
    writeCapture(openSync(path, 'w'), workload);
    const run = async (program: string): Promise<BuildCost> => {
      const command = buildCommand(program, ['--read', path], { LOG_HEADERS: 'true' });
      const { cpuSeconds, lines, failure } = await measure(command, new Drain(folder), limitSeconds);
      const isWhole = lines === exchanges;
      const wrong = isWhole ? undefined : `${whole(lines)} of ${whole(exchanges)}`;
      return { microseconds: (cpuSeconds * 1e6) / exchanges, failure: failure ?? wrong };
    };
    rows.push(...(await comparePairs(comparison, `replay: ${workload.name}`, run)));
  }
  rmSync(path);
  return rows;
}

async function compareLive(comparison: Comparison): Promise<string[][]> {
  const { bench } = comparison;
  const network = new LiveNetwork(bench.folder);
  const rows: string[][] = [];
  try {
    for (const workload of workloads(bench.quick)) {
      const load = playedLoad(workload, liveRate, bench.quick);
      const run = async (program: string): Promise<BuildCost> => {
        const measured = await measureOne({ ...bench, network }, load, buildTool(program));
        const share = loggedShare(measured);
        const failure = share >= liveShare && share <= 1 ? undefined : `${percent(share)} logged`;
        return { microseconds: cost(measured) * 1e6, failure };
      };
      rows.push(...(await comparePairs(comparison, `live: ${workload.name}`, run)));
    }
  } finally {
    network.remove();
  }
  return rows;
}

async function comparePairs(
  { bench, programs }: Comparison,
  name: string,
  run: (program: string) => Promise<BuildCost>,
): Promise<string[][]> {
  const pairs = await measurePairs(bench.quick ? 3 : 10, (build, pair) => {
    bench.progress(`compare: ${name}: pair ${pair}, ${build}`);
    return run(programs[build]);
  });
  const rows = pairRows(name, pairs);
  // All of it takes long, and must not be lost with its end.
  console.error(rows.map((row) => row.join('  ')).join('\n'));
  return rows;
}
