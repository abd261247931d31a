import { setTimeout as sleep } from 'node:timers/promises';
import { RunningCommand } from './command.ts';
import { Drain } from './drain.ts';
import { megabytes, percent, shown, times, whole } from './format.ts';
import { type LiveLoad, liveLoads } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { type LiveTool, liveTools, reference } from './live-tools.ts';
import { type Bench, outOfTimeNotes, type Section, skipped } from './part.ts';
import { cpuSeconds, type Memory } from './process-usage.ts';
import { left, right } from './table.ts';

const title = "Live: nginx, captured on the server's interface";
/** Between the start of a capture and that of the traffic, and between the end of the traffic and reading the meters. */
const settleMs = 500;
/** For the client, which takes a fifth of it. */
const limitSeconds = 25;

const columns = [
  ...[left('load'), left('tool'), right('exchanges'), right('exchanges/s'), right('logged'), right('kernel drops')],
  ...[right('CPU µs/logged'), right('to httpry'), right('peak RSS MB'), right('private MB'), left('targets')],
];

/** Live capture at rising rates by this program and httpry, in turn. */
export async function live(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip', 'nginx', 'wrk');
  if (missing !== undefined) return skipped(title, missing);
  const network = new LiveNetwork(bench.folder);
  const rows: string[][] = [];
  const leftOut: string[] = [];
  const notes = [
    'One run after the other, over a pair of virtual interfaces. CPU is that of the capturing process from before the traffic to after ' +
      'it, without its start, for each exchange that it logged. Exchanges are counted by nginx; their rate includes the start of the ' +
      'client. Private memory is RssAnon.',
    'Targets: no more CPU per exchange than httpry, all exchanges logged, no drops, 64 MB at 500/s.',
  ];
  try {
    const nginx = await network.startNginx();
    for (const load of liveLoads(bench.quick)) {
      if (bench.secondsLeft() <= 0) leftOut.push(load.name);
      else rows.push(...(await measureLoad(bench, network, load)));
    }
    await nginx.stop();
  } finally {
    network.remove();
  }
  return { title, columns, rows, notes: [...notes, ...outOfTimeNotes(leftOut)] };
}

type Run = {
  readonly tool: LiveTool | undefined;
  readonly load: LiveLoad;
  readonly exchanges: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memory: Memory;
  readonly lines: number;
  readonly drops: number;
};

async function measureLoad(bench: Bench, network: LiveNetwork, load: LiveLoad): Promise<readonly string[][]> {
  const runs: Run[] = [];
  for (const tool of [...(load.isUnlimited ? [undefined] : []), ...liveTools()]) {
    bench.progress(`live: ${load.name}: ${tool?.name ?? 'nothing'}`);
    runs.push(await measureOne(bench, network, load, tool));
  }
  const httpry = runs.find(({ tool }) => tool?.name === reference);
  return runs.map((run) => row(run, httpry));
}

async function measureOne(
  bench: Bench,
  network: LiveNetwork,
  load: LiveLoad,
  tool: LiveTool | undefined,
): Promise<Run> {
  const capture = tool && (await startCapture(bench, network, tool));
  const servedBefore = network.requestsServed();
  const cpuBefore = capture === undefined ? 0 : cpuSeconds(capture.pid);
  const started = performance.now();
  const traffic = new RunningCommand({ name: load.name, words: network.onClient(load.words) }, new Drain(bench.folder));
  const limit = setTimeout(() => traffic.stop('SIGKILL'), limitSeconds * 1000);
  const code = await traffic.ended;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`the client failed: ${traffic.errors}`);
  const seconds = (performance.now() - started) / 1000;
  const exchanges = network.requestsServed() - servedBefore;
  await sleep(settleMs);
  const cpuAfter = capture === undefined ? 0 : cpuSeconds(capture.pid);
  const memory = capture?.memory() ?? { peakBytes: 0, privateBytes: 0 };
  await capture?.stop('SIGINT');
  return {
    ...{ tool, load, exchanges, seconds, memory },
    cpuSeconds: cpuAfter - cpuBefore,
    lines: capture?.output.lines ?? 0,
    drops: tool?.drops(capture?.errors ?? '') ?? 0,
  };
}

/** Starts a tool on the server's side and gives it time to settle. */
export async function startCapture(bench: Bench, network: LiveNetwork, tool: LiveTool): Promise<RunningCommand> {
  const command = { ...tool.command, words: network.onServer(tool.command.words) };
  const capture = new RunningCommand(command, new Drain(bench.folder));
  await capture.saysOnStderr(tool.readyText);
  await sleep(settleMs);
  return capture;
}

function row(run: Run, httpry: Run | undefined): string[] {
  const { load, tool, exchanges, seconds, memory } = run;
  const common = [load.name, tool?.name ?? 'nothing', whole(exchanges), whole(exchanges / seconds)];
  if (tool === undefined) return common;
  return [
    ...common,
    percent(loggedShare(run, tool)),
    whole(run.drops),
    shown(cost(run) * 1e6),
    times(httpry && cost(run) / cost(httpry)),
    megabytes(memory.peakBytes),
    megabytes(memory.privateBytes),
    tool.isOurs ? targets(run, tool, httpry) : '',
  ];
}

/** Of an exchange that was logged: what was dropped cost little. */
function cost({ tool, cpuSeconds, lines }: Run): number {
  return cpuSeconds / (lines / (tool?.linesPerExchange ?? 1));
}

function loggedShare({ lines, exchanges }: Run, { linesPerExchange }: LiveTool): number {
  return lines / linesPerExchange / exchanges;
}

function targets(run: Run, tool: LiveTool, httpry: Run | undefined): string {
  const { memoryTarget } = run.load;
  const misses = [
    ...(httpry && cost(run) > cost(httpry) ? ['CPU'] : []),
    ...(loggedShare(run, tool) < 1 ? ['logged'] : []),
    ...(run.drops > 0 ? ['drops'] : []),
    ...(memoryTarget !== undefined && run.memory.peakBytes > memoryTarget ? ['memory'] : []),
  ];
  return misses.length === 0 ? 'met' : `missed: ${misses.join(', ')}`;
}
