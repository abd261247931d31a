import type { CaptureCoverage, Source, SourceEnd } from '../capture/source.ts';
import type { Settings } from '../config/settings.ts';
import type { MetricsEndpoint } from '../metrics/metrics-endpoint.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { createRecordBuilder, type RecordOptions } from '../record/build.ts';
import { createConnectRecordBuilder } from '../record/build-connect.ts';
import { createProgressRecordBuilder } from '../record/build-progress.ts';
import { createSessionRecordBuilder } from '../record/build-session.ts';
import { createTargetFilter } from '../record/ignore-urls.ts';
import { createPathReader } from '../record/privacy/path-reader.ts';
import type { ClientIpOptions } from '../record/privacy/privacy.ts';
import { schemas } from '../record/schema/schemas.ts';
import { OwnTraffic } from '../sink/own-traffic.ts';
import type { Sink } from '../sink/sink.ts';
import type { Pretty } from '../sink/sink-context.ts';
import { type Counters, createCounters } from '../telemetry/counters.ts';
import type { Log } from '../telemetry/log.ts';
import { exchangesSeen } from '../telemetry/summary.ts';
import { openSinks } from './chosen-sinks.ts';
import { createFailureLog } from './failure-log.ts';
import { LocalAddresses } from './local-addresses.ts';
import { type CaptureKind, pipelineSettings } from './pipeline-settings.ts';
import { Report } from './report.ts';
import { Shutdown } from './shutdown.ts';
import { SinkGroup } from './sink-group.ts';

/** How often own addresses are read again and hints are looked for, milliseconds. */
const lookMs = 10_000;

export type LoggerOptions = CaptureKind & {
  readonly settings: Settings;
  /** What is captured, for the diagnostics. */
  readonly where: string;
  /** How many capture files are read. */
  readonly captureFiles: number;
  readonly localIps: readonly string[];
  readonly pretty: Pretty | undefined;
  readonly hostname: string;
  readonly version: string;
  readonly readBody: RecordOptions['readBody'];
  readonly nameOf: RecordOptions['nameOf'];
  /** What is to be hidden of clients, beyond the settings. */
  readonly clientIp: ClientIpOptions;
  readonly log: Log;
};

/** The whole logger but for its source: pipeline, records, sinks and the account of all that. */
export class Logger {
  readonly options: LoggerOptions;
  readonly counters: Counters = createCounters();
  readonly #pipeline: Pipeline;
  readonly #sinks: SinkGroup;
  readonly #report: Report;
  readonly #shutdown: Shutdown;
  readonly #local: LocalAddresses;
  readonly #tellFailure: ReturnType<typeof createFailureLog>;
  /** Undefined when there is no port for it. */
  #metrics: MetricsEndpoint | undefined;
  #source: Source | undefined;
  #isClosing = false;
  /** Why no sink takes records any more. */
  #closedBy: NodeJS.ErrnoException | undefined;

  private constructor(options: LoggerOptions, sinks: readonly Sink[], ownTraffic: OwnTraffic) {
    this.options = options;
    this.#sinks = new SinkGroup(sinks);
    const { settings, isLive, localIps, log } = options;
    this.#local = new LocalAddresses([...settings.capture.localIps, ...localIps], isLive);
    this.#shutdown = new Shutdown(settings.delivery.shutdownGraceMs, log);
    this.#tellFailure = createFailureLog(log);
    const isIgnored = createTargetFilter(settings.record.ignoreUrls);
    const { readBody, nameOf, clientIp, hostname } = options;
    const identity = { ...settings.record.identity, hostname };
    const record = { ...settings.record, readBody, nameOf, clientIp, identity };
    const buildRecord = createRecordBuilder(record);
    const logged = loggedSessions(settings);
    this.#pipeline = createPipeline(
      pipelineSettings(settings, options),
      {
        counters: this.counters,
        seed: options.isLive ? Math.trunc(Math.random() * 0x7fffffff) : 0,
        isLocal: (address) => this.#local.has(address),
        ownTraffic,
        onFailure: this.#tellFailure,
      },
      {
        observe: (exchange) => this.#metrics?.observe(exchange),
        isIgnored,
        buildRecord,
        connects: {
          observe: (failed) => this.#metrics?.observeConnect(failed),
          buildRecord: logged.includes('connect') ? createConnectRecordBuilder(record) : undefined,
        },
        sessions: {
          types: logged.filter((kind) => kind !== 'connect'),
          buildRecord: createSessionRecordBuilder(buildRecord),
        },
        progress: { buildRecord: createProgressRecordBuilder(buildRecord) },
        sinks,
      },
    );
    this.#report = new Report(options, { counters: this.counters, pipeline: this.#pipeline, sinks });
  }

  /** Throws `SpoolInUseError` when another process uses a spool. */
  static async create(options: LoggerOptions): Promise<Logger> {
    const ownTraffic = new OwnTraffic();
    const sinks = await openSinks({ ...options, ownTraffic, onClosed: (error) => logger.#sinkClosed(error) });
    const logger = new Logger(options, sinks, ownTraffic);
    if (options.isLive && options.settings.metrics.port !== 0) await logger.#openMetrics(ownTraffic);
    return logger;
  }

  get exchanges(): number {
    return exchangesSeen(this.counters);
  }

  /** Resolves when the sinks can take more, or the logger is stopped: for sources that can wait. */
  ready(): Promise<void> | undefined {
    return this.#sinks.ready();
  }

  /** Ends the capture when the pod has nothing more to say, in time to deliver; at once when asked a second time. */
  async drain(): Promise<void> {
    if (!this.#shutdown.hasBegun && this.#source !== undefined) {
      await this.#shutdown.drain(this.#pipeline.openExchanges);
    }
    this.stop();
  }

  /**
   * An error of our own that nothing has caught: a pod is better off with a logger that carries on than with a
   * container that restarts.
   */
  failed(error: unknown): void {
    this.counters.internal_errors++;
    this.#tellFailure(error, 'the logger goes on');
  }

  /** From here on packets are refused; what was captured until then is still read. */
  stop(): void {
    this.#shutdown.stop();
    this.#sinks.hurry();
    this.#source?.stop();
    if (this.#isClosing) void this.#closeSinks();
  }

  /** Runs the source to its end, hands over everything, and says what came of it. */
  async run(source: Source, beforeSummary = () => {}): Promise<SourceEnd> {
    this.#source = source;
    if (this.#shutdown.stopTime !== undefined) source.stop();
    const timers = this.options.isLive ? this.#startTimers() : [];
    const end = await source.run(this.#pipeline);
    const endTime = this.#shutdown.stopTime ?? new Date();
    for (const timer of timers) clearInterval(timer);
    this.#pipeline.close();
    await this.#closeSinks();
    this.#metrics?.close();
    beforeSummary();
    if (end.kind !== 'failed' || this.counters.frames_received > 0) this.#conclude(end, endTime);
    return this.#closedBy === undefined || this.#closedBy.code === 'EPIPE' || end.kind === 'failed'
      ? end
      : { kind: 'failed', message: `Records cannot be written: ${this.#closedBy.message}.` };
  }

  /** The records of a capture file are worth waiting for until the logger is stopped; a pod is not kept waiting. */
  #closeSinks(): Promise<void> {
    this.#isClosing = true;
    const hasDeadline = this.options.isLive || this.#shutdown.stopTime !== undefined;
    return this.#sinks.close(hasDeadline ? this.#shutdown.leftMs : Number.POSITIVE_INFINITY);
  }

  #conclude(end: SourceEnd, endTime: Date): void {
    const { isLive, captureFiles } = this.options;
    // A file of which only a part was read is not the whole picture.
    this.#report.hint(isLive || end.kind !== 'stopped');
    this.#report.sumUp({
      captureFiles,
      isInputTruncated: end.kind === 'failed',
      ...(isLive ? { liveCapture: { end: endTime, ...(this.#source?.coverage?.() ?? wholeCoverage) } } : {}),
    });
  }

  /** Loaded only here: a capture file needs nothing of it. */
  async #openMetrics(ownTraffic: OwnTraffic): Promise<void> {
    const { settings, version, log } = this.options;
    const { openMetrics } = await import('./open-metrics.ts');
    const sources = {
      version,
      counters: this.counters,
      sinks: this.#sinks.sinks,
      gauges: () => this.#pipeline,
      unready: () =>
        this.#source?.unready?.() ?? (this.#source === undefined ? 'the capture has not begun' : undefined),
      warn: (sentence: string) => log.warn(sentence),
      pathOf: createPathReader(settings.record.redactPaths),
      ownTraffic,
    };
    this.#metrics = await openMetrics(settings, sources, log);
  }

  #startTimers(): readonly NodeJS.Timeout[] {
    const { log, settings } = this.options;
    log.debug(`addresses of this pod: ${this.#local}`);
    const look = setInterval(() => {
      try {
        this.#local.refresh();
        this.#report.hint(false, this.#source?.unready?.());
      } catch (error) {
        this.failed(error);
      }
    }, lookMs);
    const { summaryIntervalMs } = settings.telemetry;
    if (summaryIntervalMs === 0) return [look];
    return [look, setInterval(() => this.#report.sumUp(), summaryIntervalMs)];
  }

  #sinkClosed(error: NodeJS.ErrnoException): void {
    if (this.#sinks.sinks.length > 1) {
      this.options.log.warn(`standard output is not written to any more: ${error.message}; the other sinks go on`);
      return;
    }
    this.#closedBy = error;
    this.stop();
  }
}

/** Of a source that knows no interfaces. */
const wholeCoverage: CaptureCoverage = { captured: ['all'], missed: [] };

/** Which records there are beside those of exchanges. */
function loggedSessions({ sessions, record: { schema } }: Settings): Settings['sessions'] {
  return 'onlyExchanges' in schemas[schema] ? [] : sessions;
}
