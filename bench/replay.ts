import { openSync, rmSync } from 'node:fs';
import { writeCapture } from './capture-file.ts';
import { type Measurement, measure } from './command.ts';
import { Drain } from './drain.ts';
import { megabytes, shown, times, whole } from './format.ts';
import { writeHttp2Capture } from './http2-capture.ts';
import { median } from './median.ts';
import { type Bench, outOfTimeNotes, type Section } from './part.ts';
import { type ReplayTool, replayTools } from './replay-tools.ts';
import { type NamedWorkload, replayWorkloads } from './replay-workloads.ts';
import { left, right } from './table.ts';

const limitSeconds = 25;
const slowShare = 0.05;
const reference = 'httpry';

const columns = [
  ...[left('workload'), left('tool'), right('exchanges/s'), right('to httpry'), right('MB/s')],
  ...[
    right('CPU µs/exchange'),
    right('to httpry'),
    right('peak RSS MB'),
    right('runs'),
    right('lines'),
    left('target: exchanges/s'),
  ],
];

/** Capture files read from beginning to end by this program and its peers, in turn. */
export async function replay(bench: Bench): Promise<Section> {
  const rounds = bench.quick ? 1 : 3;
  const rows: string[][] = [];
  const leftOut: string[] = [];
  const notes = [
    'Medians of the runs, of which there are fewer when time runs out; tools in turn; ratios are taken within a ' +
      'round. Time and CPU are those of the whole process with its start; every byte of output goes through a pipe.',
    'httpry writes a line for each message (two an exchange) and tcpdump for each packet; neither reassembles ' +
      'nor pairs, and of pipelined messages httpry sees the first in a packet. tshark reads a file of ' +
      `${slowShare * 100} % of the size, once, and is compared with httpry on the whole.`,
    'HTTP/2 and gRPC: what node says to itself, eight streams at a time; httpry cannot read it. An exchange is meant ' +
      'to cost at most twice what the same one does in HTTP/1.',
  ];
  const workloads = replayWorkloads(bench.quick);
  for (const [index, workload] of workloads.entries()) {
    const share = bench.secondsLeft() / (workloads.length - index);
    if (share <= 0) {
      leftOut.push(workload.name);
      continue;
    }
    const tools = replayTools().filter(({ readsHttp2 }) => !workload.isHttp2 || readsHttp2 !== false);
    const runs = await measureAll({ ...bench, workload, rounds, seconds: share }, tools);
    const httpry = runs.find(({ tool }) => tool.name === reference)?.runs ?? [];
    for (const each of runs) rows.push(row(workload, each, httpry));
  }
  return { title: 'Replay: capture files', columns, rows, notes: [...notes, ...outOfTimeNotes(leftOut)] };
}

type Run = Measurement & { readonly exchanges: number; readonly bytes: number };
/** Rounds are fewer when there is no time for them. */
type Replay = Bench & { readonly workload: NamedWorkload; readonly rounds: number; readonly seconds: number };
/** A tool with its measurement in each round. */
type ToolRuns = { readonly tool: ReplayTool; readonly runs: Run[] };

async function measureAll(replay: Replay, tools: readonly ReplayTool[]): Promise<readonly ToolRuns[]> {
  const { workload } = replay;
  const all = tools.map((tool): ToolRuns => ({ tool, runs: [] }));
  const smaller = { ...workload, exchanges: Math.ceil(workload.exchanges * slowShare) };
  const fast = all.filter(({ tool }) => !tool.isSlow);
  const slow = all.filter(({ tool }) => tool.isSlow);
  await measureInTurn({ ...replay, workload: smaller, rounds: 1 }, slow);
  await measureInTurn(replay, fast);
  return all;
}

async function measureInTurn(replay: Replay, tools: readonly ToolRuns[]): Promise<void> {
  const { folder, progress, workload, rounds, seconds } = replay;
  const { name, exchanges } = workload;
  const started = performance.now();
  const path = `${folder}/replay.pcap`;
  progress(`replay: ${name}: writing the file`);
  const write = workload.isHttp2 ? writeHttp2Capture : writeCapture;
  const { bytes } = await write(openSync(path, 'w'), workload);
  for (let round = 1; round <= rounds; round++) {
    const secondsPerRound = (performance.now() - started) / 1000 / (round - 1);
    if (round > 1 && secondsPerRound * round > seconds) break;
    for (const { tool, runs } of tools) {
      progress(`replay: ${name}: round ${round}, ${tool.name}`);
      const drain = new Drain(folder, !tool.isUncounted);
      runs.push({ ...(await measure(tool.command(path), drain, limitSeconds)), exchanges, bytes });
    }
  }
  rmSync(path);
}

function row(workload: NamedWorkload, { tool, runs }: ToolRuns, httpry: readonly Run[]): string[] {
  const speedRatio = pairedRatio(runs, httpry, exchangesPerSecond);
  return [
    workload.name,
    tool.name,
    shown(median(runs.map(exchangesPerSecond))),
    times(speedRatio),
    shown(median(runs.map(({ bytes, seconds }) => bytes / 1e6 / seconds))),
    shown(median(runs.map(cpuMicroseconds))),
    times(pairedRatio(runs, httpry, cpuMicroseconds)),
    megabytes(median(runs.map(({ peakBytes }) => peakBytes))),
    whole(runs.length),
    linesCell(tool, runs),
    runs.some(({ failure }) => failure !== undefined) ? '' : targetCell(tool, speedRatio),
  ];
}

function exchangesPerSecond({ exchanges, seconds }: Run): number {
  return exchanges / seconds;
}

function cpuMicroseconds({ exchanges, cpuSeconds }: Run): number {
  return (cpuSeconds * 1e6) / exchanges;
}

/** Each round is compared with its own, so that what slows both down does not count. */
function pairedRatio(runs: readonly Run[], others: readonly Run[], value: (run: Run) => number): number | undefined {
  return median(
    runs.flatMap((run, index) => {
      const other = others[index];
      return other === undefined ? [] : [value(run) / value(other)];
    }),
  );
}

/** Ours must be complete; of the others it is said what they leave out. */
function linesCell({ linesPerExchange, mustBeComplete, isUncounted }: ReplayTool, runs: readonly Run[]): string {
  const failure = runs.find((run) => run.failure !== undefined)?.failure;
  if (failure !== undefined) return `**FAILED: ${failure}**`;
  const wanted = (run: Run) => (linesPerExchange === undefined ? run.lines : run.exchanges * linesPerExchange);
  const run = runs.find((each) => each.lines !== wanted(each)) ?? runs[0];
  if (run === undefined || isUncounted) return '-';
  if (run.lines === wanted(run)) return whole(run.lines);
  const partly = `${whole(run.lines)} of ${whole(wanted(run))}`;
  return mustBeComplete ? `**WRONG: ${partly}**` : partly;
}

function targetCell(tool: ReplayTool, speedRatio: number | undefined): string {
  if (tool.target === undefined) return '';
  const wanted = `at least ${tool.target} x httpry`;
  return speedRatio === undefined ? wanted : `${wanted}: ${speedRatio >= tool.target ? 'met' : 'missed'}`;
}
