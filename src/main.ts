#!/usr/bin/env node
import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { captureProblem, describeCapture } from './app/capture-plan.ts';
import { checkReport } from './app/check.ts';
import { wantsColour } from './app/colour.ts';
import { Logger } from './app/logger.ts';
import { memoryLimit } from './app/memory-limit.ts';
import { runFile } from './app/run-file.ts';
import { runLive } from './app/run-live.ts';
import { hasHostNetwork, readSurroundings } from './app/surroundings.ts';
import { visibleLines, visibleText } from './bytes/visible-text.ts';
import { isRegularFile } from './capture/file/open-byte-source.ts';
import { presentInterfaces } from './capture/live/interfaces.ts';
import { checkFilter } from './capture/live/packet-filter.ts';
import { type Command, parseArguments } from './config/arguments.ts';
import { helpText } from './config/help.ts';
import { filterRefusal, loadSettings, type Settings } from './config/settings.ts';
import { demoEnvironment } from './demo/demo-environment.ts';
import type { BodyReader } from './record/body/body.ts';
import type { ClientIpOptions } from './record/privacy/privacy.ts';
import type { Pretty } from './sink/sink-context.ts';
import { SpoolInUseError } from './sink/spool/spool-lock.ts';
import { loadLibc } from './system/libc.ts';
import { createLog, type Log } from './telemetry/log.ts';

const exitCodes = { finished: 0, failed: 1, usage: 2 } as const;
/** With the exit code, as shells count it, of a process that has nothing to clean up yet. */
const stopSignals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof stopSignals;
const version = process.env['npm_package_version'];

/** Beside the bundle in `dist/`, and beside the sources. */
const demoCapture = fileURLToPath(new URL('../demo/demo.pcap', import.meta.url));

type RunCommand = Extract<Command, { kind: 'run' }>;

// A reader that has left the diagnostics can do without them.
process.stderr.on('error', () => {});
process.on('uncaughtException', crash);
/** From the very start: the first process of a container gets the signal to end only once, even while it starts. */
let stop = (signal: StopSignal): void => endNow(stopSignals[signal]);
for (const signal of Object.keys(stopSignals) as StopSignal[]) process.on(signal, () => stop(signal));
main().then((exitCode) => {
  process.exitCode = exitCode;
  // All that can still hold the process now is a write to a reader that has stopped reading, which cannot be cancelled.
  setTimeout(() => endNow(exitCode), 1000).unref();
}, crash);

async function main(): Promise<number> {
  const command = parseArguments(process.argv.slice(2), Date.now());
  if (command.kind === 'help') return print(helpText());
  if (command.kind === 'version') return print(`${version}\n`);
  const isDemo = command.kind === 'run' && command.demo;
  const loaded = loadSettings(isDemo ? demoEnvironment(process.env['MODE']) : process.env, {
    memoryLimitBytes: memoryLimit(),
    interfaces: presentInterfaces,
  });
  const log = createStderrLog(loaded.kind === 'ok' && loaded.settings.mode === 'debug');
  for (const warning of loaded.warnings) log.warn(warning);
  const problems = [
    ...(command.kind === 'invalid' ? command.problems : []),
    ...(loaded.kind === 'invalid' ? loaded.problems : []),
    ...(await filterProblems(loaded.filter, command)),
  ];
  if (command.kind === 'invalid' || loaded.kind === 'invalid' || problems.length > 0) {
    tell(problems);
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
  const report = await checkReport(settings, { paths: command.read, isPretty: isPretty(command, settings) }, log);
  tell(report.lines);
  return report.isFine ? exitCodes.finished : exitCodes.usage;
}

async function run(command: RunCommand, settings: Settings, log: Log): Promise<number> {
  log.debug(`version ${version}, node ${process.version}, ${process.platform} ${process.arch}, process ${process.pid}`);
  const problem = command.read === undefined ? await captureProblem(settings.capture) : undefined;
  const paths = problem !== undefined && command.demo ? [demoCapture] : command.read;
  if (command.demo) await introduce(problem, paths?.[0]);
  else if (problem !== undefined) {
    log.error(problem);
    return exitCodes.failed;
  }
  const logger = await Logger.create({
    settings,
    isLive: paths === undefined,
    readsToEnd: paths !== undefined && (await Promise.all(paths.map(isRegularFile))).every((isRegular) => isRegular),
    where: paths === undefined ? `capturing ${describeCapture(settings.capture)}` : describeFiles(paths),
    captureFiles: paths?.length ?? 0,
    localIps: command.demo && paths !== undefined ? ['127.0.0.1'] : command.localIps,
    pretty: isPretty(command, settings) ? terminal() : undefined,
    hostname: hostname(),
    version: version ?? 'unknown',
    readBody: await bodyReader(settings),
    clientIp: await clientIp(settings),
    nameOf: paths === undefined && settings.record.peerNames === 'dns' ? await dnsNames() : undefined,
    log,
  }).catch(spoolInUse);
  if (logger instanceof SpoolInUseError) {
    log.error(logger.message);
    return exitCodes.failed;
  }
  if (paths === undefined) {
    process.off('uncaughtException', crash);
    process.on('uncaughtException', (error) => logger.failed(error));
  }
  const drains = paths === undefined && isDraining(settings);
  stop = (signal) => {
    log.debug(`stopping: ${signal}`);
    if (signal === 'SIGTERM' && drains) void logger.drain();
    else logger.stop();
  };
  if (paths === undefined && settings.stdinTimeoutMs > 0) {
    const { inputSilence } = await import('./app/input-silence.ts');
    void inputSilence(settings.stdinTimeoutMs).then((why) => {
      log.info(`the capture ends: ${why} (STDIN_TIMEOUT_S)`);
      logger.stop();
    });
  }
  const input = paths && { paths, window: command.window };
  const end = await (input === undefined ? runLive(logger, command.demo) : runFile(logger, input));
  if (end.kind !== 'failed') return exitCodes.finished;
  log.error(end.message);
  return exitCodes.failed;
}

function describeFiles([first = '', ...others]: readonly string[]): string {
  return `reading ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** The addresses of a capture file are of another place or time. */
async function dnsNames(): Promise<(ip: string) => string | undefined> {
  const { PeerNames } = await import('./app/peer-names.ts');
  const names = PeerNames.fromDns();
  return (ip) => names.name(ip);
}

/** Loaded only where it is needed, like everything that few use. */
async function bodyReader({ record }: Settings): Promise<BodyReader | undefined> {
  return record.bodies.kind === 'none' ? undefined : (await import('./app/body-reader.ts')).bodyReaderOf(record);
}

async function clientIp({ clientIp: { form, key } }: Settings): Promise<ClientIpOptions> {
  return form === 'full' ? { form } : (await import('./app/client-digests.ts')).clientIpOptions({ form, key });
}

async function introduce(problem: string | undefined, path: string | undefined): Promise<void> {
  const { introduction } = await import('./demo/introduction.ts');
  process.stderr.write(visibleLines(introduction(problem, path)));
}

/** Kubernetes describes its API server to every container. In a host's network there is always traffic. */
function isDraining({ capture: { drain }, mode, record }: Settings): boolean {
  const isInPod =
    process.env['KUBERNETES_SERVICE_HOST'] !== undefined && !hasHostNetwork(readSurroundings(record.identity.pod));
  return drain === 'always' || (drain === 'auto' && isInPod && mode !== 'development');
}

function isPretty({ pretty, demo }: RunCommand, { mode }: Settings): boolean {
  return pretty || demo || mode === 'development';
}

/** Only a terminal has a width; to look at `process.stdout` would make a pipe non-blocking: writing would be slower. */
function terminal(): Pretty {
  const isTerminal = isatty(1);
  return {
    colour: wantsColour(process.env, isTerminal),
    // Follows the size of the window; one that is not known, as in a container nobody is attached to yet, is 0.
    width: () => (isTerminal ? process.stdout.columns || undefined : undefined),
  };
}

function createStderrLog(verbose: boolean): Log {
  return createLog(
    (line) => process.stderr.write(line),
    verbose,
    () => new Date(),
  );
}

/** What is wrong with the configuration, or what it would do: as lines, whatever is in the values that they repeat. */
function tell(lines: readonly string[]): void {
  process.stderr.write(`${lines.map(visibleText).join('\n')}\n`);
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

/** An error of our own that nothing has caught, while nothing is captured that would be lost. */
function crash(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`internal error, the logger ends (please report this): ${visibleLines(text)}\n`);
  process.exit(exitCodes.failed);
}
