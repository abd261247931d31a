import { setTimeout as sleep } from 'node:timers/promises';
import { measure, RunningCommand } from './command.ts';
import type { LiveBench } from './live.ts';
import { serverInterface } from './live-network.ts';
import { loggerCommand } from './logger-command.ts';
import type { MeasuredSink } from './measured-sinks.ts';
import type { Bench } from './part.ts';
import { cpuSeconds, waitedSeconds } from './process-usage.ts';
import { readSinkAccount, type SinkAccount } from './sink-account.ts';
import { type Destination, openDestination } from './sink-destination.ts';
import type { LiveSituation, Situation } from './sink-situations.ts';
import { playTraffic } from './sink-traffic.ts';

/** What came of one sink in one situation. */
export type SinkRun = {
  readonly sink: MeasuredSink;
  readonly situation: Situation;
  readonly account: SinkAccount;
  /** Of the traffic, or of reading the file. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Share of the time in which the logger could not run because something else did. */
  readonly waitedShare: number | undefined;
  readonly peakBytes: number;
  /** At the server. */
  readonly arrived: { readonly records: number; readonly distinct: number };
  /** Until the server had caught up; or from SIGTERM to the end, when it only came back then. */
  readonly settleSeconds: number | undefined;
  /** For the reader of the table. */
  readonly failure: string | undefined;
};

type Measured = Pick<SinkRun, 'seconds' | 'cpuSeconds' | 'waitedShare' | 'peakBytes' | 'settleSeconds' | 'failure'> & {
  readonly errors: string;
};

const fileLimitSeconds = 60;
/**
 * Between the start of a capture and the traffic, and between its end and reading the meters: longer than a batch
 * waits.
 */
const settleMs = 700;

/** Reads a capture file into a sink, whose server answers. */
export async function runFromFile(
  { folder, path }: Bench & { readonly path: string },
  sink: MeasuredSink,
  situation: Situation,
): Promise<SinkRun> {
  const under = (words: readonly string[]) => words;
  const destination = await openDestination(sink, { folder, isAway: false, under });
  return conclude({ sink, situation }, destination, async () => {
    const command = loggerCommand(true, ['--read', path], destination.env);
    const measurement = await measure(command, destination.output, fileLimitSeconds);
    const { failure } = measurement;
    const problem = failure === undefined ? undefined : `**FAILED: ${failure}**`;
    return { ...measurement, failure: problem, waitedShare: undefined, settleSeconds: undefined };
  });
}

/** Captures traffic of a steady rate into a sink, whatever its server does meanwhile. */
export async function runLive(bench: LiveBench, sink: MeasuredSink, situation: LiveSituation): Promise<SinkRun> {
  const { folder, network } = bench;
  const under = (words: readonly string[]) => network.onServer(words);
  const { isAway = false, env } = situation;
  const destination = await openDestination(sink, { folder, isAway, under });
  return conclude({ sink, situation }, destination, async () => {
    const variables = { IFACE: serverInterface, SUMMARY_INTERVAL_S: '0', ...env, ...destination.env };
    const command = loggerCommand(true, [], variables);
    const logger = new RunningCommand({ ...command, words: under(command.words) }, destination.output);
    try {
      await logger.saysOnStderr('capturing');
      await sleep(settleMs);
      const before = usageOf(logger.pid);
      const seconds = await playTraffic(bench, situation, destination.receiver);
      await sleep(settleMs);
      const usage = usageSince(before, logger.pid);
      return { seconds, ...usage, ...(await end(logger, situation, destination)) };
    } catch (error) {
      await logger.stop('SIGKILL');
      throw error;
    }
  });
}

type Usage = { readonly at: number; readonly cpu: number; readonly waited: number | undefined };

function usageOf(pid: number): Usage {
  return { at: performance.now() / 1000, cpu: cpuSeconds(pid), waited: waitedSeconds(pid) };
}

function usageSince(before: Usage, pid: number): Pick<Measured, 'cpuSeconds' | 'waitedShare'> {
  const { at, cpu, waited } = usageOf(pid);
  const isKnown = waited !== undefined && before.waited !== undefined;
  return {
    cpuSeconds: cpu - before.cpu,
    waitedShare: isKnown ? (waited - before.waited) / (at - before.at) : undefined,
  };
}

/** SIGTERM; a server that was still frozen continues at the same moment. */
async function end(
  logger: RunningCommand,
  { frozen }: Situation,
  { receiver }: Destination,
): Promise<Pick<Measured, 'peakBytes' | 'settleSeconds' | 'failure' | 'errors'>> {
  const isBack = frozen !== undefined && !Number.isFinite(frozen.until);
  const started = performance.now();
  if (isBack) receiver?.goOn();
  await logger.stop();
  const seconds = (performance.now() - started) / 1000;
  const code = await logger.ended;
  return {
    peakBytes: logger.memory().peakBytes,
    settleSeconds: isBack ? seconds : receiver?.catchUpSeconds,
    failure: code === 0 ? undefined : `exit code 0: missed (${code === null ? 'a signal ended it' : code})`,
    errors: logger.errors,
  };
}

/** Whatever happens, the destination is closed. */
async function conclude(
  about: Pick<SinkRun, 'sink' | 'situation'>,
  destination: Destination,
  run: () => Promise<Measured>,
): Promise<SinkRun> {
  try {
    const { errors, ...measured } = await run();
    const account = readSinkAccount(errors);
    return { ...about, ...measured, account, arrived: await destination.arrived(account.delivered) };
  } finally {
    await destination.close();
  }
}
