import { type Stats, statSync } from 'node:fs';
import { createCaptureFileSource } from '../capture/file/capture-file-source.ts';
import { awaitedInterfaces } from '../capture/live/live-source.ts';
import type { Settings } from '../config/settings.ts';
import { listenProblem } from '../metrics/listen.ts';
import { OwnTraffic } from '../sink/own-traffic.ts';
import { amount } from '../telemetry/amount.ts';
import { createCounters } from '../telemetry/counters.ts';
import type { Log } from '../telemetry/log.ts';
import { captureProblem, describeCapture, interfaceNames } from './capture-plan.ts';
import { checkSinks } from './chosen-sinks.ts';
import { metricsHost } from './metrics-host.ts';
import { describeRedaction } from './redaction-plan.ts';
import { describeSpool } from './spool-plan.ts';

export type CheckReport = {
  readonly isFine: boolean;
  readonly lines: readonly string[];
};

export type CheckOptions = {
  /** Capture files to read instead of capturing. */
  readonly paths: readonly string[] | undefined;
  /** Lines for people instead of JSON, on stdout. */
  readonly isPretty: boolean;
};

/**
 * What a valid configuration would do here, and what stands in its way: each sink is tried for real, without a record.
 * Changes nothing.
 */
export async function checkReport(
  settings: Settings,
  { paths, isPretty }: CheckOptions,
  log: Log,
): Promise<CheckReport> {
  const input = paths === undefined ? await checkCapture(settings.capture) : await checkFiles(paths);
  const context = { settings, isLive: false, pretty: undefined, ownTraffic: new OwnTraffic(), log, onClosed: () => {} };
  const sinks = (await checkSinks(context)).filter(({ name }) => name !== 'stdout');
  const lines = [
    'configuration: valid',
    ...input.lines,
    `records go to: ${describeSinks(settings, isPretty)}`,
    `headers:       ${describeHeaders(settings)}; bodies: ${describeBodies(settings)}`,
    ...describeRedaction(settings),
    ...describePrivacy(settings),
    ...sinks.map(({ name, sentence }) => `${`${name}:`.padEnd(15)}${sentence}`),
    ...describeMemory(settings),
    ...describeSpool(settings),
    paths === undefined ? await describeMetrics(settings) : 'metrics:       none: they are of a live capture',
  ];
  const failing = [
    ...(input.isFine ? [] : [paths === undefined ? 'capture' : 'input']),
    ...sinks.flatMap(({ name, isFine }) => (isFine ? [] : [name])),
  ];
  return { isFine: failing.length === 0, lines: [...lines, describeResult(failing, input.awaited)] };
}

/** The last line: what the exit code says. */
function describeResult(failing: readonly string[], awaited: readonly string[]): string {
  if (failing.length > 0) return `result:        not ready, see above: ${failing.join(', ')} (exit code 2)`;
  return `result:        ready${awaited.length === 0 ? '' : ` as soon as there is ${awaited.join(' and ')}`}`;
}

/** What would be read. */
type InputReport = CheckReport & {
  /** Interfaces that would be waited for. */
  readonly awaited: readonly string[];
};

/** Waiting for an interface is not wrong: in a pod it may come later. But here it may be a typing mistake. */
async function checkCapture(capture: Settings['capture']): Promise<InputReport> {
  const problem = await captureProblem(capture);
  const awaited = problem === undefined ? awaitedInterfaces(interfaceNames(capture)) : [];
  const wanted = Math.max(1, interfaceNames(capture).length);
  const possible = awaited.length === 0 ? 'yes' : awaited.length < wanted ? 'in part' : 'not now';
  return {
    isFine: problem === undefined,
    awaited: awaited.map(({ name }) => name),
    lines: [
      `captures:      ${describeCapture(capture)}`,
      `possible here: ${problem === undefined ? possible : `no: ${problem}`}`,
      ...awaited.map(({ name, reason }) => `warning:       interface ${name} ${reason}; the logger would wait for it`),
    ],
  };
}

async function checkFiles(paths: readonly string[]): Promise<InputReport> {
  const reports: CheckReport[] = [];
  for (const path of paths) reports.push(await checkFile(path));
  return {
    isFine: reports.every(({ isFine }) => isFine),
    awaited: [],
    lines: reports.flatMap(({ lines }) => lines),
  };
}

/** Reads the file until its first packet. A pipe is left alone: what is read from it is gone. */
async function checkFile(path: string): Promise<CheckReport> {
  const source = createCaptureFileSource({ paths: [path] }, createCounters());
  const isPipe = path === '-' || statusOf(path)?.isFIFO() === true;
  const end = isPipe ? undefined : await source.run({ frame: () => source.stop(), tick: () => {} });
  const isFine = end?.kind !== 'failed';
  return {
    isFine,
    lines: [
      `reads:         ${path === '-' ? 'standard input' : path}`,
      `possible here: ${isFine ? 'yes' : `no: ${end.message}`}`,
    ],
  };
}

function describeMemory({ memoryLimitBytes, tcp, delivery }: Settings): readonly string[] {
  if (memoryLimitBytes === undefined) return [];
  const mebibytes = (bytes: number) => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`;
  const bounds = [
    amount(tcp.maxConnections, 'connection'),
    `${mebibytes(tcp.maxBufferedBytes)} held back`,
    `${mebibytes(delivery.queue.queueBytes)} queued for each sink`,
  ];
  return [`memory:        limit of ${mebibytes(memoryLimitBytes)}; at most ${bounds.join(', ')}`];
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The logger works without its metrics, so a port that cannot be opened is no reason to refuse either. */
async function describeMetrics(settings: Settings): Promise<string> {
  const { port } = settings.metrics;
  if (port === 0) return 'metrics:       none (METRICS_PORT=0)';
  const host = metricsHost(settings);
  const problem = await listenProblem({ host, port });
  const place = `port ${port} of ${host ?? 'all addresses'}`;
  if (problem !== undefined) return `metrics:       ${place} cannot be opened: ${problem}; the logger would do without`;
  const narrowed =
    host === settings.metrics.host
      ? ''
      : ' (only there, because this is no pod with a network of its own: METRICS_HOST)';
  return `metrics:       ${place} is free${narrowed}`;
}

function describeSinks({ sinks, record }: Settings, isPretty: boolean): string {
  const forPeople = sinks.sendLogsTo.filter((name) => isPretty && name === 'stdout');
  const others = sinks.sendLogsTo.filter((name) => !isPretty || name !== 'stdout');
  return [
    ...forPeople.map((name) => `${name}, as lines for people`),
    ...(others.length === 0 ? [] : [`${others.join(', ')}, in the ${record.schema} schema`]),
  ].join('; ');
}

function describeHeaders({ record: { headers } }: Settings): string {
  if (headers.kind === 'only') return `only ${headers.names.join(', ')}`;
  return headers.kind === 'all' ? 'all' : 'none';
}

/** Only where something is hidden that is no secret. */
function describePrivacy({ clientIp: { form, key }, record: { redactPaths } }: Settings): readonly string[] {
  const ofProcess = form === 'hash' && key === undefined ? ' (with a key of each process)' : '';
  const hidden = [
    ...(form === 'full' ? [] : [`addresses of clients: ${form}${ofProcess}`]),
    ...(redactPaths.length === 0 ? [] : [`masked in paths: ${redactPaths.join(', ')}`]),
  ];
  return hidden.length === 0 ? [] : [`privacy:       ${hidden.join('; ')}`];
}

function describeBodies({ record: { bodies, bodyLimitBytes } }: Settings): string {
  if (bodies.kind === 'none') return 'none';
  const types = bodies.kind === 'only' ? bodies.types.join(', ') : 'of text';
  return `${types}, up to ${amount(bodyLimitBytes, 'byte')} each`;
}
