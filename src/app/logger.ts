import { ownAddresses } from '../capture/live/interfaces.ts';
import type { Source, SourceEnd } from '../capture/source.ts';
import type { Settings } from '../config/settings.ts';
import type { MetricsEndpoint } from '../metrics/metrics-endpoint.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import type { RecordOptions } from '../record/build.ts';
import { createTargetFilter } from '../record/ignore-urls.ts';
import { OwnTraffic } from '../sink/own-traffic.ts';
import type { Sink } from '../sink/sink.ts';
import { createSinks, type Pretty } from '../sinks.ts';
import { type Counters, createCounters } from '../telemetry/counters.ts';
import type { Log } from '../telemetry/log.ts';
import { exchangesSeen } from '../telemetry/summary.ts';
import { createFailureLog } from './failure-log.ts';
import { createRecorder } from './recorder.ts';
import { Report } from './report.ts';
import { Shutdown } from './shutdown.ts';

/** How often own addresses are read again and hints are looked for, milliseconds. */
const lookMs = 10_000;

export type LoggerOptions = {
  readonly settings: Settings;
  /** A capture file knows no addresses of its own; a live capture does. */
  readonly isLive: boolean;
  /** What is captured, for the diagnostics. */
  readonly where: string;
  readonly localIps: readonly string[];
  readonly pretty: Pretty | undefined;
  readonly hostname: string;
  readonly version: string;
  readonly decompress: RecordOptions['decompress'];
  readonly nameOf: RecordOptions['nameOf'];
  readonly log: Log;
};

/** The whole logger but for its source: pipeline, records, sinks and the account of all that. */
export class Logger {
  readonly counters: Counters = createCounters();
  readonly #options: LoggerOptions;
  readonly #pipeline: Pipeline;
  readonly #sinks: readonly Sink[];
  readonly #report: Report;
  readonly #shutdown: Shutdown;
  readonly #tellFailure: ReturnType<typeof createFailureLog>;
  /** Undefined when nobody is to look. */
  #metrics: MetricsEndpoint | undefined;
  /** From here on packets are refused; what was captured until then is still read. */
  #stopTime: Date | undefined;
  #isClosing = false;
  /** Lets a source go on that waits for the sinks. */
  #wake = () => {};
  #local: ReadonlySet<string>;
  #source: Source | undefined;
  /** Why no sink takes records any more. */
  #closedBy: NodeJS.ErrnoException | undefined;

  private constructor(options: LoggerOptions, sinks: readonly Sink[], ownTraffic: OwnTraffic) {
    this.#options = options;
    this.#sinks = sinks;
    this.#local = this.#ownAddresses();
    const { settings, log } = options;
    this.#shutdown = new Shutdown(settings.delivery.shutdownGraceMs, log);
    this.#tellFailure = createFailureLog(log);
    const isIgnored = createTargetFilter(settings.record.ignoreUrls);
    const record = createRecorder(options, this.counters, sinks, isIgnored);
    this.#pipeline = createPipeline(
      {
        tcp: settings.tcp,
        http: settings.http,
        exchange: {
          ...settings.exchange,
          bodyLimitBytes: settings.record.bodies.kind === 'none' ? 0 : settings.record.bodyLimitBytes,
        },
      },
      this.counters,
      (address) => this.#local.has(address),
      (exchange) => {
        if (ownTraffic.isOwnExchange(exchange)) {
          this.counters.exchanges_own_traffic++;
          return;
        }
        this.#metrics?.observe(exchange);
        record(exchange);
      },
      this.#tellFailure,
      (ends) => ownTraffic.isOwn(ends.address(0), ends.port(0), ends.address(1), ends.port(1)),
      isIgnored,
    );
    this.#report = new Report(options, this.counters, this.#pipeline, sinks);
  }

  /** Throws `SpoolInUseError` when another process uses a spool. */
  static async create(options: LoggerOptions): Promise<Logger> {
    const ownTraffic = new OwnTraffic();
    const sinks = await createSinks({ ...options, ownTraffic, onClosed: (error) => logger.#sinkClosed(error) });
    const logger = new Logger(options, sinks, ownTraffic);
    if (options.isLive && options.settings.metrics.port !== 0) await logger.#openMetrics(ownTraffic);
    return logger;
  }

  get exchanges(): number {
    return exchangesSeen(this.counters);
  }

  /** Resolves when the sinks can take more, or a stop is wanted: for sources that can wait. */
  ready(): Promise<void> | undefined {
    return this.#crowded().length === 0 ? undefined : this.#untilReady();
  }

  /** Ends the capture when the pod has nothing more to say, in time to deliver; at once when it is asked a second time. */
  async drain(): Promise<void> {
    if (!this.#shutdown.hasBegun && this.#source !== undefined) {
      await this.#shutdown.drain(this.#pipeline.openExchanges);
    }
    this.stop();
  }

  /** An error of our own that nobody caught: a pod is better off with a logger that goes on than with a container that restarts. */
  failed(error: unknown): void {
    this.counters.internal_errors++;
    this.#tellFailure(error, 'the logger goes on');
  }

  stop(): void {
    this.#stopTime ??= new Date();
    this.#shutdown.begin();
    this.#shutdown.hurry();
    this.#wake();
    this.#source?.stop();
    if (this.#isClosing) void this.#closeSinks();
  }

  /** Runs the source to its end, hands over everything, and says what came of it. */
  async run(source: Source, beforeSummary = () => {}): Promise<SourceEnd> {
    this.#source = source;
    if (this.#isStopped) source.stop();
    const timers = this.#options.isLive ? this.#startTimers() : [];
    const end = await source.run(this.#pipeline);
    const endTime = this.#stopTime ?? new Date();
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

  /** A capture file is worth waiting for until somebody asks to stop; a pod is not. */
  async #closeSinks(): Promise<void> {
    const { isLive } = this.#options;
    this.#isClosing = true;
    const patienceMs = isLive || this.#isStopped ? this.#shutdown.leftMs : Number.POSITIVE_INFINITY;
    await Promise.all(this.#sinks.map((sink) => sink.close(patienceMs)));
  }

  get #isStopped(): boolean {
    return this.#stopTime !== undefined;
  }

  async #untilReady(): Promise<void> {
    for (let waits = this.#crowded(); waits.length > 0 && !this.#isStopped; waits = this.#crowded()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        for (const wait of waits) void wait.then(resolve);
      });
    }
  }

  /** What a source should wait for: a sink that fails, only when no other works. */
  #crowded(): readonly Promise<void>[] {
    const working = this.#sinks.filter(({ account }) => account.state === 'working');
    return (working.length > 0 ? working : this.#sinks).flatMap((sink) => sink.ready() ?? []);
  }

  #conclude(end: SourceEnd, endTime: Date): void {
    const { isLive } = this.#options;
    // A file of which only a part was read is not the whole picture.
    this.#report.hint(isLive || end.kind !== 'stopped');
    this.#report.sumUp({ isInputCut: end.kind === 'failed', ...(isLive ? { captureEnd: endTime } : {}) });
  }

  /** The logger works without its metrics, so a port that cannot be opened is no reason to end. */
  async #openMetrics(ownTraffic: OwnTraffic): Promise<void> {
    const { settings, version, log } = this.#options;
    const { listenHost, readSurroundings } = await import('../metrics/listen-host.ts');
    const { MetricsEndpoint } = await import('../metrics/metrics-endpoint.ts');
    const host = listenHost(settings.metrics.host, readSurroundings(settings.record.identity.pod));
    const metrics = new MetricsEndpoint(
      { ...settings.metrics, host },
      {
        version,
        counters: this.counters,
        sinks: this.#sinks,
        gauges: () => this.#pipeline,
        unready: () =>
          this.#source?.unready?.() ?? (this.#source === undefined ? 'the capture has not begun' : undefined),
        warn: (sentence) => log.warn(sentence),
        ownTraffic,
      },
    );
    const opened = await metrics.listen();
    if (typeof opened === 'string') {
      log.warn(`no metrics and health on METRICS_PORT=${settings.metrics.port}: ${opened}; everything else goes on`);
      return;
    }
    this.#metrics = metrics;
    log.debug(`metrics and health on port ${opened} of ${host ?? 'all addresses'}`);
  }

  #startTimers(): readonly NodeJS.Timeout[] {
    const { log, settings } = this.#options;
    log.debug(`addresses of this pod: ${[...this.#local].join(', ')}`);
    const look = setInterval(() => {
      try {
        this.#local = this.#ownAddresses();
        this.#report.hint(false);
      } catch (error) {
        this.failed(error);
      }
    }, lookMs);
    const { summaryIntervalMs } = settings.telemetry;
    if (summaryIntervalMs === 0) return [look];
    return [look, setInterval(() => this.#report.sumUp(), summaryIntervalMs)];
  }

  #ownAddresses(): ReadonlySet<string> {
    const { isLive, localIps, settings } = this.#options;
    return new Set([...(isLive ? ownAddresses() : []), ...settings.capture.localIps, ...localIps]);
  }

  #sinkClosed(error: NodeJS.ErrnoException): void {
    if (this.#sinks.length > 1) {
      this.#options.log.warn(`standard output is not written to any more: ${error.message}; the other sinks go on`);
      return;
    }
    this.#closedBy = error;
    this.stop();
  }
}
