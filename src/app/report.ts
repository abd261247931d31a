import type { Settings } from '../config/settings.ts';
import type { Pipeline } from '../pipeline.ts';
import { accountLine, summaryOf } from '../sink/account.ts';
import type { Sink } from '../sink/sink.ts';
import type { Counters } from '../telemetry/counters.ts';
import { Hints } from '../telemetry/hints.ts';
import type { Log } from '../telemetry/log.ts';
import { counterLine, type SummaryEnd, summaryLine } from '../telemetry/summary.ts';
import { hearsLoopback } from './capture-plan.ts';

export type ReportOptions = {
  /** What is captured. */
  readonly where: string;
  readonly isLive: boolean;
  readonly settings: Pick<Settings, 'capture'>;
  readonly log: Log;
};

/** What is reported on. */
export type ReportSubjects = {
  readonly counters: Counters;
  readonly pipeline: Pick<Pipeline, 'openConnections' | 'openRequests'>;
  readonly sinks: readonly Sink[];
};

/** Tells on stderr what happens: summaries, and hints when what is seen is suspicious. */
export class Report {
  readonly #options: ReportOptions;
  readonly #counters: Counters;
  readonly #pipeline: ReportSubjects['pipeline'];
  readonly #sinks: readonly Sink[];
  readonly #hints = new Hints();
  readonly #started = Date.now();

  constructor(options: ReportOptions, { counters, pipeline, sinks }: ReportSubjects) {
    this.#options = options;
    this.#counters = counters;
    this.#pipeline = pipeline;
    this.#sinks = sinks;
  }

  /** `isOver`: nothing more will come. `unready`: why nothing can be captured at the moment. */
  hint(isOver: boolean, unready?: string): void {
    const { where, isLive, settings, log } = this.#options;
    const look = {
      where,
      seconds: (Date.now() - this.#started) / 1000,
      isOver,
      isLive,
      hearsLoopback: isLive && hearsLoopback(settings.capture),
      unready,
    };
    for (const hint of this.#hints.look(this.#counters, look)) log.warn(hint);
  }

  sumUp(end: SummaryEnd = {}): void {
    const { log } = this.#options;
    const { openConnections, openRequests } = this.#pipeline;
    const sinks = this.#sinks.map(({ name, account }) => summaryOf(name, account));
    log.info(`summary: ${summaryLine(this.#counters, { openConnections, openRequests, ...end }, sinks)}`);
    const accounts = this.#sinks.map(({ name, account }) => accountLine(name, account));
    log.debug(`counters: ${[counterLine(this.#counters), ...accounts].join(' ')}`);
  }
}
