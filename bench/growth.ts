import { closeSync, constants, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { writeCapture } from './capture-file.ts';
import type { Generated, Workload } from './capture-generator.ts';
import { type Measurement, measure } from './command.ts';
import { Drain, makePipe } from './drain.ts';
import { megabytes, shown, times, whole } from './format.ts';
import { loggerCommand, summaryCount } from './logger-command.ts';
import { download, longHeads, usualExchanges } from './message-templates.ts';
import { type Bench, outOfTimeNotes, type Section } from './part.ts';
import type { Plot } from './plot.ts';
import { left, right } from './table.ts';

const limitSeconds = 25;

type Growth = {
  readonly grows: string;
  readonly step: string;
  /** The same as a number, for the plots. */
  readonly size: number;
  readonly workload: Workload;
  /** Too large for a file: made while it is read, through a pipe. */
  readonly isStreamed?: true;
  /** What it is meant to show, and whether it does. */
  readonly target?: (result: Result, first: Result) => string;
};

const columns = [
  ...[left('what grows'), right('to'), right('exchanges'), right('CPU µs/exchange'), right('CPU µs/packet')],
  ...[right('CPU ms/MB'), right('peak RSS MB'), right('records'), left('target')],
];

/** What more connections, larger heads and larger bodies cost, with all headers logged. */
export async function growth(bench: Bench): Promise<Section> {
  const connections = connectionSteps(bench.quick);
  const steps = [...connections, ...headSteps(bench.quick), ...bodySteps(bench.quick)];
  const notes = [
    'One run each, of connections the median of three rounds where there is time; `LOG_HEADERS=true`, read ' +
      'with `--read`; body sizes through a pipe while they are generated, the rest from a file. Starting node is ' +
      'part of the CPU time. The more connections, the more of the packets are their handshakes.',
  ];
  const runs: Result[] = [];
  const leftOut: string[] = [];
  // The speed of a machine changes within minutes, and the cost of connections is to be compared.
  for (const step of [...steps, ...(bench.quick ? [] : [...connections, ...connections])]) {
    if (bench.secondsLeft() > 0) {
      bench.progress(`growth: ${step.grows} ${step.step}`);
      runs.push(await run(bench, step));
    } else if (!runs.some((earlier) => earlier.step === step)) leftOut.push(`${step.grows} ${step.step}`);
  }
  const results = steps.flatMap((step) => middleRun(runs.filter((one) => one.step === step)) ?? []);
  const rows = results.map((result) => row(result, firstOf(results, result) ?? result));
  return { title: 'Growth', columns, rows, notes: [...notes, ...outOfTimeNotes(leftOut)], plots: growthPlots(results) };
}

function connectionSteps(quick: boolean): readonly Growth[] {
  const exchanges = quick ? 30_000 : 200_000;
  const sizes = quick ? [1, 100, 10_000] : [1, 10, 100, 1000, 10_000, 100_000];
  return sizes.map((connections) => ({
    grows: 'concurrent connections',
    step: whole(connections),
    size: connections,
    target: flatCost,
    workload: {
      exchanges,
      connections,
      exchangesPerConnection: Number.POSITIVE_INFINITY,
      exchangeTemplates: usualExchanges(),
    },
  }));
}

function headSteps(quick: boolean): readonly Growth[] {
  const sizes = quick ? [5, 20, 80, 320] : [5, 10, 20, 40, 80, 160, 320];
  // The more fields, the fewer exchanges: about the same work in each step.
  const fieldsInAll = quick ? 100_000 : 400_000;
  return sizes.map((fields) => ({
    grows: 'header fields each way',
    step: whole(fields),
    size: fields,
    workload: { ...persistent, exchanges: fieldsInAll / fields, exchangeTemplates: longHeads(fields, 60) },
  }));
}

function bodySteps(quick: boolean): readonly Growth[] {
  const largest = quick ? 100_000_000 : 1_000_000_000;
  const sizes = quick ? [1e3, 1e6, 1e8] : [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
  return sizes.map((bodyBytes) => ({
    grows: 'body size',
    step: bodyBytes >= 1e9 ? '1 GB' : bodyBytes >= 1e6 ? `${bodyBytes / 1e6} MB` : `${bodyBytes / 1e3} kB`,
    size: bodyBytes,
    isStreamed: true,
    target: sameMemory,
    workload: {
      ...persistent,
      exchanges: Math.min(Math.ceil(largest / bodyBytes), 100_000),
      exchangeTemplates: download(bodyBytes),
    },
  }));
}

const persistent = { connections: 10, exchangesPerConnection: Number.POSITIVE_INFINITY };

type Result = Measurement & { readonly step: Growth; readonly capture: Generated };

async function run(bench: Bench, step: Growth): Promise<Result> {
  const path = step.isStreamed ? makePipe(bench.folder) : `${bench.folder}/growth.pcap`;
  const running = () => measure(loggerCommand(true, ['--read', path]), new Drain(bench.folder), limitSeconds);
  if (!step.isStreamed) {
    const capture = writeCapture(openSync(path, 'w'), step.workload);
    return { ...(await running()), step, capture };
  }
  // A second reader lets the writer begin before the first one is there; once neither is left, it gets an error instead
  // of waiting.
  const guard = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const written = streamCapture(openSync(path, 'w'), step.workload);
  const measurement = await running();
  closeSync(guard);
  return { ...measurement, step, capture: await written };
}

/** Resolves to nothing written when the reader went away. */
function streamCapture(descriptor: number, workload: Workload): Promise<Generated> {
  const writer = new Worker(new URL('./capture-stream.mjs', import.meta.url), {
    workerData: { descriptor, workload },
    trackUnmanagedFds: false,
  });
  return new Promise((resolve) => {
    writer.once('message', resolve);
    writer.once('error', () => resolve({ packets: 0, bytes: 0 }));
  });
}

/** That of the median cost. */
function middleRun(runs: readonly Result[]): Result | undefined {
  return [...runs].sort((a, b) => a.cpuSeconds - b.cpuSeconds)[(runs.length - 1) >> 1];
}

/** The smallest step of the same kind. */
function firstOf(results: readonly Result[], { step }: Result): Result | undefined {
  return results.find((result) => result.step.grows === step.grows);
}

/** Cost and memory over each thing that grows. */
function growthPlots(results: readonly Result[]): readonly Plot[] {
  const costOf: Readonly<Record<string, readonly [title: string, value: (result: Result) => number]>> = {
    'body size': ['CPU ms/MB', ({ cpuSeconds, capture }) => (cpuSeconds * 1e3) / (capture.bytes / 1e6)],
  };
  const kinds = [...new Set(results.map(({ step }) => step.grows))];
  return kinds.flatMap((grows) => {
    const own = results.filter(({ step, failure }) => step.grows === grows && failure === undefined);
    const curve = (what: string, yTitle: string, value: (result: Result) => number): Plot => ({
      name: `growth-${grows.replaceAll(' ', '-')}-${what}`,
      title: `${what === 'cost' ? 'CPU' : 'Peak memory'}: ${grows}`,
      xTitle: grows,
      yTitle,
      isLogX: true,
      series: [{ name: 'this, headers on', points: own.map((result) => [result.step.size, value(result)]) }],
    });
    const [unit, cost] = costOf[grows] ?? ['CPU µs/exchange', microsecondsPerExchange];
    return [curve('cost', unit, cost), curve('memory', 'peak RSS MB', ({ peakBytes }) => peakBytes / 1e6)];
  });
}

function microsecondsPerExchange({ cpuSeconds, step }: Result): number {
  return (cpuSeconds / step.workload.exchanges) * 1e6;
}

function row(result: Result, first: Result): string[] {
  const { step, cpuSeconds, capture } = result;
  const { exchanges } = step.workload;
  return [
    step.grows,
    step.step,
    whole(exchanges),
    shown(microsecondsPerExchange(result)),
    shown((cpuSeconds / capture.packets) * 1e6),
    shown((cpuSeconds * 1e3) / (capture.bytes / 1e6)),
    megabytes(result.peakBytes),
    recordsCell(result),
    result.failure === undefined ? (step.target?.(result, first) ?? '') : '',
  ];
}

function flatCost(result: Result, first: Result): string {
  return `the same cost per exchange: ${times(result.cpuSeconds / first.cpuSeconds)}`;
}

function sameMemory({ peakBytes }: Result, first: Result): string {
  const more = peakBytes - first.peakBytes;
  return `no more memory: ${more > 0 ? '+' : ''}${megabytes(more)} MB`;
}

function recordsCell({ failure, lines, errors, step }: Result): string {
  if (failure !== undefined) return `**FAILED: ${failure}**`;
  const answered = summaryCount(errors, 'answered');
  if (lines === step.workload.exchanges && answered === lines) return whole(lines);
  return `**WRONG: ${whole(lines)}, of which ${whole(answered)} answered**`;
}
