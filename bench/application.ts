import { shown, times } from './format.ts';
import { type LiveBench, sendTraffic, startCapture } from './live.ts';
import { type LiveLoad, liveLoads } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { type LiveTool, liveTools } from './live-tools.ts';
import { median } from './median.ts';
import { type Bench, outOfTimeNotes, type Section, skipped } from './part.ts';
import { left, right } from './table.ts';

const title = 'Application: what a capture beside it costs';

const columns = [
  ...[left('load'), left('beside the server'), right('exchanges/s'), right('to nothing'), right('p99 ms')],
  ...[right('to nothing'), right('runs')],
];

/** How fast nginx answers with each tool beside it and with none, in turn. */
export async function application(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip', 'nginx', 'wrk');
  if (missing !== undefined) return skipped(title, missing);
  const network = new LiveNetwork(bench.folder);
  const rows: string[][] = [];
  const leftOut: string[] = [];
  const loads = liveLoads(bench.quick).slice(-2);
  try {
    const nginx = await network.startNginx();
    for (const [index, load] of loads.entries()) {
      const seconds = bench.secondsLeft() / (loads.length - index);
      if (seconds <= 0) leftOut.push(load.name);
      else rows.push(...(await measureLoad({ ...bench, network }, load, seconds)));
    }
    await nginx.stop();
  } finally {
    network.remove();
  }
  const notes = [
    'Client, server and capture share the cores of this machine. Medians of the runs, in turn; ratios are taken ' +
      'within a round. At a fixed rate latency is counted from when a request was due; as fast as it goes the ' +
      'capture takes CPU from the other two, which in a cluster are limited by themselves.',
  ];
  return { title, columns, rows, notes: [...notes, ...outOfTimeNotes(leftOut)] };
}

type Run = { readonly rate: number; readonly slowMs: number };
type ToolRuns = { readonly tool: LiveTool | undefined; readonly runs: Run[] };

async function measureLoad(bench: LiveBench, load: LiveLoad, secondsAtMost: number): Promise<readonly string[][]> {
  const all = [undefined, ...liveTools()].map((tool): ToolRuns => ({ tool, runs: [] }));
  const started = performance.now();
  for (let round = 1; round <= (bench.quick ? 1 : 3); round++) {
    const secondsPerRound = (performance.now() - started) / 1000 / (round - 1);
    if (round > 1 && secondsPerRound * round > secondsAtMost) break;
    for (const { tool, runs } of all) {
      bench.progress(`application: ${load.name}: round ${round}, ${nameOf(tool)}`);
      runs.push(await measureOne(bench, load, tool));
    }
  }
  const alone = all[0]?.runs ?? [];
  return all.map(({ tool, runs }) => [
    load.name,
    nameOf(tool),
    shown(median(runs.map(({ rate }) => rate))),
    times(median(runs.map(({ rate }, round) => rate / (alone[round]?.rate ?? Number.NaN)))),
    shown(median(runs.map(({ slowMs }) => slowMs))),
    times(median(runs.map(({ slowMs }, round) => slowMs / (alone[round]?.slowMs ?? Number.NaN)))),
    String(runs.length),
  ]);
}

function nameOf(tool: LiveTool | undefined): string {
  return tool?.name ?? 'nothing';
}

async function measureOne(bench: LiveBench, load: LiveLoad, tool: LiveTool | undefined): Promise<Run> {
  const capture = tool && (await startCapture(bench, tool));
  await sendTraffic(bench, load.words(2, 0));
  const said = await sendTraffic(bench, load.words(load.seconds, 0));
  await capture?.stop('SIGINT');
  const rate = Number(/Requests\/sec:\s*([\d.]+)/.exec(said)?.[1]);
  const [, slow, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(said) ?? [];
  return { rate, slowMs: Number(slow) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1) };
}
