#!/usr/bin/env node
import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { captureProblem, describeCapture } from './app/capture-plan.ts';
import { checkReport } from './app/check.ts';
import { Logger } from './app/logger.ts';
import { memoryLimit } from './app/memory-limit.ts';
import { runLive } from './app/run-live.ts';
import { createCaptureFileSource } from './capture/file/capture-file.ts';
import { loadLibc } from './capture/live/libc.ts';
import { checkFilter, DEFAULT_FILTER } from './capture/live/packet-filter.ts';
import type { SourceEnd } from './capture/source.ts';
import { type Command, parseArguments } from './config/arguments.ts';
import { helpText } from './config/help.ts';
import { filterRefusal, loadSettings, type Settings } from './config/settings.ts';
import { demoEnvironment } from './demo/demo-environment.ts';
import { hasHostNetwork, readSurroundings } from './metrics/listen-host.ts';
import { SpoolInUseError } from './sink/spool/spool-lock.ts';
import type { Pretty } from './sinks.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { Progress } from './telemetry/progress.ts';

const exitCodes = { finished: 0, failed: 1, usage: 2 } as const;
/** With the exit code of a process that had nothing to end in an orderly way yet, as shells count it. */
const stopSignals = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof stopSignals;
const version = process.env['npm_package_version'];

/** Beside the bundle in `dist/`, and beside the sources. */
const demoCapture = fileURLToPath(new URL('../demo/demo.pcap', import.meta.url));

type RunCommand = Extract<Command, { kind: 'run' }>;

// Who does not read the diagnostics any more can do without them.
process.stderr.on('error', () => {});
process.on('uncaughtException', crash);
/** From the very start: the first process of a container that is asked to end while it starts would not be asked again. */
let stop = (signal: StopSignal): void => endNow(stopSignals[signal]);
for (const signal of Object.keys(stopSignals) as StopSignal[]) process.on(signal, () => stop(signal));
main().then((exitCode) => {
  process.exitCode = exitCode;
  // All that can still hold the process now is a write to somebody who has stopped reading, and that cannot be called off.
  setTimeout(() => endNow(exitCode), 1000).unref();
}, crash);

async function main(): Promise<number> {
  const command = parseArguments(process.argv.slice(2));
  if (command.kind === 'help') return print(helpText());
  if (command.kind === 'version') return print(`${version}\n`);
  const isDemo = command.kind === 'run' && command.demo;
  const loaded = loadSettings(isDemo ? demoEnvironment(process.env['MODE']) : process.env, memoryLimit());
  const log = createStderrLog(loaded.kind === 'ok' && loaded.settings.mode === 'debug');
  for (const warning of loaded.warnings) log.warn(warning);
  const problems = [
    ...(command.kind === 'invalid' ? command.problems : []),
    ...(loaded.kind === 'invalid' ? loaded.problems : []),
    ...(await filterProblems(loaded.filter, command)),
  ];
  if (command.kind === 'invalid' || loaded.kind === 'invalid' || problems.length > 0) {
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    return exitCodes.usage;
  }
  return command.check ? check(command, loaded.settings, log) : run(command, loaded.settings, log);
}

/** What the table of variables cannot tell: whether libpcap is there and understands the filter. */
async function filterProblems(filter: string, command: Command): Promise<readonly string[]> {
  const isUnused = command.kind === 'run' && command.read !== undefined;
  const because = isUnused ? undefined : await checkFilter(filter);
  return because === undefined ? [] : [filterRefusal(filter, because)];
}

async function check(command: RunCommand, settings: Settings, log: Log): Promise<number> {
  const report = await checkReport(settings, { path: command.read, isPretty: isPretty(command, settings) }, log);
  process.stderr.write(`${report.lines.join('\n')}\n`);
  return report.isFine ? exitCodes.finished : exitCodes.usage;
}

async function run(command: RunCommand, settings: Settings, log: Log): Promise<number> {
  log.debug(`version ${version}, node ${process.version}, ${process.platform} ${process.arch}, process ${process.pid}`);
  const problem = command.read === undefined ? await captureProblem(settings.capture) : undefined;
  const path = problem !== undefined && command.demo ? demoCapture : command.read;
  if (command.demo) await introduce(problem, path);
  else if (problem !== undefined) {
    log.error(problem);
    return exitCodes.failed;
  }
  const logger = await Logger.create({
    settings,
    isLive: path === undefined,
    where: path === undefined ? `capturing ${describeCapture(settings.capture)}` : `reading ${path}`,
    localIps: command.demo && path !== undefined ? ['127.0.0.1'] : command.localIps,
    pretty: isPretty(command, settings) ? terminal() : undefined,
    hostname: hostname(),
    version: version ?? 'unknown',
    decompress: settings.record.bodies.kind === 'none' ? undefined : (await import('./app/decompress.ts')).decompress,
    nameOf: path === undefined && settings.record.peerNames === 'dns' ? await dnsNames() : undefined,
    log,
  }).catch(spoolInUse);
  if (logger instanceof SpoolInUseError) {
    log.error(logger.message);
    return exitCodes.failed;
  }
  if (path === undefined) {
    process.off('uncaughtException', crash);
    process.on('uncaughtException', (error) => logger.failed(error));
  }
  const drains = path === undefined && isDraining(settings);
  stop = (signal) => {
    log.debug(`stopping: ${signal}`);
    if (signal === 'SIGTERM' && drains) void logger.drain();
    else logger.stop();
  };
  const end = await (path === undefined
    ? runLive(logger, settings, command.demo, log)
    : runFile(logger, path, settings, log));
  if (end.kind !== 'failed') return exitCodes.finished;
  log.error(end.message);
  return exitCodes.failed;
}

async function runFile(logger: Logger, path: string, settings: Settings, log: Log): Promise<SourceEnd> {
  if (settings.capture.filter !== DEFAULT_FILTER) {
    log.warn('CAP_FILTER is for live capture only: every packet of the capture file is read.');
  }
  const progress = new Progress((text) => process.stderr.write(text), Date.now);
  const onProgress = (bytes: number, total: number | undefined) => progress.update(bytes, total, logger.exchanges);
  // Records on the same terminal would be mixed up with it.
  const isShown = isatty(2) && !isatty(1);
  log.debug(`reading ${path}`);
  const options = { path, ready: () => logger.ready(), ...(isShown ? { onProgress } : {}) };
  return logger.run(createCaptureFileSource(options, logger.counters), () => progress.end());
}

/** The addresses of a capture file are of another place or time. */
async function dnsNames(): Promise<(ip: string) => string | undefined> {
  const { PeerNames } = await import('./app/peer-names.ts');
  const names = PeerNames.fromDns();
  return (ip) => names.name(ip);
}

async function introduce(problem: string | undefined, path: string | undefined): Promise<void> {
  const { introduction } = await import('./demo/introduction.ts');
  process.stderr.write(introduction(problem, path));
}

/** Kubernetes describes its API server to every container. In a host's network others talk on for ever. */
function isDraining({ capture: { drain }, mode, record }: Settings): boolean {
  const isInPod =
    process.env['KUBERNETES_SERVICE_HOST'] !== undefined && !hasHostNetwork(readSurroundings(record.identity.pod));
  return drain === 'always' || (drain === 'auto' && isInPod && mode !== 'development');
}

function isPretty({ pretty, demo }: RunCommand, { mode }: Settings): boolean {
  return pretty || demo || mode === 'development';
}

function terminal(): Pretty {
  // Only a terminal has a width; to look at `process.stdout` would make a pipe non-blocking, which slows down writing to it.
  if (!isatty(1)) return { colour: false, width: undefined };
  return { colour: process.env['NO_COLOR'] === undefined, width: process.stdout.columns };
}

function createStderrLog(verbose: boolean): Log {
  return createLog(
    (line) => process.stderr.write(line),
    verbose,
    () => new Date(),
  );
}

/** What the user asked to see. A reader that leaves early has seen enough. */
function print(text: string): Promise<number> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => {});
    process.stdout.write(text, (error: NodeJS.ErrnoException | null | undefined) => {
      if (!error || error.code === 'EPIPE') return resolve(exitCodes.finished);
      process.stderr.write(`Standard output cannot be written to: ${error.message}.\n`);
      resolve(exitCodes.failed);
    });
  });
}

/** Two processes on one spool are a mistake of the operator; any other error is ours. */
function spoolInUse(error: unknown): SpoolInUseError {
  if (error instanceof SpoolInUseError) return error;
  throw error;
}

/** Where the C library cannot be called, the exit code is lost. */
function endNow(exitCode: number): void {
  try {
    loadLibc().exit(exitCode);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** An error of our own that nobody caught, and nothing is being captured that would be lost. */
function crash(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`internal error, the logger ends (please report this): ${text}\n`);
  process.exit(exitCodes.failed);
}
