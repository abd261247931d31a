import { setTimeout as sleep } from 'node:timers/promises';
import { RunningCommand } from './command.ts';
import { Drain } from './drain.ts';
import { megabytes, percent, shown, times, whole } from './format.ts';
import { freshLoads, type LiveLoad, liveLoads } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { bareTool, type LiveTool, liveTools, reference } from './live-tools.ts';
import { type Bench, outOfTimeNotes, type Section, skipped } from './part.ts';
import type { Plot } from './plot.ts';
import { cpuSeconds, type Memory } from './process-usage.ts';
import { left, right } from './table.ts';

const title = "Live: nginx, captured on the server's interface";
/**
 * Between the start of a capture and that of the traffic, and between the end of the traffic and reading the meters.
 */
const settleMs = 500;
/** Longer than any client runs. */
const limitSeconds = 60;

const columns = [
  ...[left('load'), left('tool'), right('exchanges'), right('exchanges/s'), right('logged'), right('kernel drops')],
  ...[right('CPU µs/logged'), right('to httpry'), right('peak RSS MB'), right('private MB'), left('targets')],
];

/** Live capture at rising rates by this program and httpry, in turn. */
export async function live(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip', 'nginx', 'wrk');
  if (missing !== undefined) return skipped(title, missing);
  const network = new LiveNetwork(bench.folder);
  const runs: LiveRun[][] = [];
  const leftOut: string[] = [];
  const notes = [
    'One run after the other, over a pair of virtual interfaces. CPU is that of the capturing process from ' +
      'before the traffic to after it, for each exchange that it logged, after 20,000 or more of the same load ' +
      '(few with --quick): a sidecar runs for days, and `start` has what its first second costs. Exchanges are ' +
      'counted by nginx, or generated and played packet by packet where headers are fresh; their rate includes the ' +
      'start of the client. Memory is that of the whole run, with its start and the capture ring; private memory ' +
      'is RssAnon. What only reads packets throws them away: it is the limit.',
    'Targets: no more CPU per exchange than httpry, all exchanges logged, no drops, 64 MB at 500/s.',
  ];
  try {
    const nginx = await network.startNginx();
    for (const load of [...liveLoads(bench.quick), ...freshLoads(bench.quick)]) {
      if (bench.secondsLeft() <= 0) leftOut.push(load.name);
      else runs.push(await measureLoad({ ...bench, network }, load));
    }
    await nginx.stop();
  } finally {
    network.remove();
  }
  const rows = runs.flatMap((ofLoad) => ofLoad.map((run) => row(run, httpryOf(ofLoad))));
  return {
    title,
    columns,
    rows,
    notes: [...notes, ...outOfTimeNotes(leftOut)],
    plots: [costPlot(runs.flat().filter(({ load }) => load.played === undefined))],
  };
}

/** A benchmark with the network that its tools capture on. */
export type LiveBench = Bench & { readonly network: LiveNetwork };

export type LiveRun = {
  readonly tool: LiveTool | undefined;
  readonly load: LiveLoad;
  /** While it was measured, and those of warming up, too. */
  readonly exchanges: number;
  readonly allExchanges: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memory: Memory;
  readonly lines: number;
  readonly drops: number;
};

async function measureLoad(bench: LiveBench, load: LiveLoad): Promise<LiveRun[]> {
  const runs: LiveRun[] = [];
  for (const tool of [...(load.isUnlimited ? [undefined] : []), ...liveTools(), bareTool()]) {
    bench.progress(`live: ${load.name}: ${tool?.name ?? 'nothing'}`);
    runs.push(await measureOne(bench, load, tool));
  }
  return runs;
}

function httpryOf(runs: readonly LiveRun[]): LiveRun | undefined {
  return runs.find(({ tool }) => tool?.name === reference);
}

function costPlot(runs: readonly LiveRun[]): Plot {
  const names = [...new Set(runs.flatMap(({ tool }) => tool?.name ?? []))];
  return {
    name: 'live-cost',
    title: 'CPU of a captured exchange',
    xTitle: 'exchanges/s',
    yTitle: 'CPU µs/exchange',
    isLogX: true,
    series: names.map((name) => ({
      name,
      points: runs
        .filter(({ tool }) => tool?.name === name)
        .map((run) => [run.exchanges / run.seconds, cost(run) * 1e6] as const),
    })),
  };
}

/** One tool under one load, from its start to its end. */
export async function measureOne(bench: LiveBench, load: LiveLoad, tool: LiveTool | undefined): Promise<LiveRun> {
  const capture = tool && (await startCapture(bench, tool));
  const warm = await sendLoad(bench, load, { seconds: load.warmSeconds, before: 0 });
  const cpuBefore = capture === undefined ? 0 : cpuSeconds(capture.pid);
  const { exchanges, seconds } = await sendLoad(bench, load, { seconds: load.seconds, before: warm.exchanges });
  const cpuAfter = capture === undefined ? 0 : cpuSeconds(capture.pid);
  const memory = capture?.memory() ?? { peakBytes: 0, privateBytes: 0 };
  await capture?.stop('SIGINT');
  return {
    ...{ tool, load, seconds, memory, exchanges },
    allExchanges: warm.exchanges + exchanges,
    cpuSeconds: cpuAfter - cpuBefore,
    lines: capture?.output.lines ?? 0,
    drops: tool?.drops(capture?.errors ?? '') ?? 0,
  };
}

/**
 * Returns how many exchanges that was, and how long it took, without the time for the capture to settle. `before`: how
 * many were sent before.
 */
async function sendLoad(
  bench: LiveBench,
  load: LiveLoad,
  { seconds, before }: { readonly seconds: number; readonly before: number },
): Promise<{ readonly exchanges: number; readonly seconds: number }> {
  const { network } = bench;
  const servedBefore = load.played === undefined ? network.requestsServed() : 0;
  const started = performance.now();
  await sendTraffic(bench, load.words(seconds, before));
  const taken = (performance.now() - started) / 1000;
  await sleep(settleMs);
  return { exchanges: load.played?.(seconds) ?? network.requestsServed() - servedBefore, seconds: taken };
}

/** Runs a client to its end; returns what it said on stderr. */
export async function sendTraffic(
  { folder, network }: LiveBench,
  words: readonly string[],
  seconds = limitSeconds,
): Promise<string> {
  const traffic = new RunningCommand({ name: 'client', words: network.onClient(words) }, new Drain(folder));
  const limit = setTimeout(() => traffic.stop('SIGKILL'), seconds * 1000);
  const code = await traffic.ended;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`the client failed: ${traffic.errors}`);
  return traffic.errors;
}

/** Starts a tool on the server's side and gives it time to settle. */
export async function startCapture({ folder, network }: LiveBench, tool: LiveTool): Promise<RunningCommand> {
  const command = { ...tool.command, words: network.onServer(tool.command.words) };
  const capture = new RunningCommand(command, new Drain(folder));
  await capture.saysOnStderr(tool.readyText);
  await sleep(settleMs);
  return capture;
}

function row(run: LiveRun, httpry: LiveRun | undefined): string[] {
  const { load, tool, exchanges, seconds, memory } = run;
  const common = [load.name, tool?.name ?? 'nothing', whole(exchanges), whole(exchanges / seconds)];
  if (tool === undefined) return common;
  return [
    ...common,
    tool.linesPerExchange === undefined ? '' : percent(loggedShare(run)),
    whole(run.drops),
    shown(cost(run) * 1e6),
    times(httpry && cost(run) / cost(httpry)),
    megabytes(memory.peakBytes),
    megabytes(memory.privateBytes),
    tool.isOurs ? targets(run, httpry) : '',
  ];
}

/** Of an exchange that was logged, seconds: what was dropped cost little. */
export function cost(run: LiveRun): number {
  return run.cpuSeconds / (run.exchanges * loggedShare(run));
}

export function loggedShare({ tool, lines, allExchanges }: LiveRun): number {
  return tool?.linesPerExchange === undefined ? 1 : lines / tool.linesPerExchange / allExchanges;
}

function targets(run: LiveRun, httpry: LiveRun | undefined): string {
  const { memoryTarget } = run.load;
  const misses = [
    ...(httpry && cost(run) > cost(httpry) ? ['CPU'] : []),
    ...(loggedShare(run) < 1 ? ['logged'] : []),
    ...(run.drops > 0 ? ['drops'] : []),
    ...(memoryTarget !== undefined && run.memory.peakBytes > memoryTarget ? ['memory'] : []),
  ];
  return misses.length === 0 ? 'met' : `missed: ${misses.join(', ')}`;
}
