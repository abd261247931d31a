import type { Log } from '../../telemetry/log.ts';

const levels = ['error', 'warning', 'info', 'debug', 'trace'] as const;

/** How much the sink says about itself: each level says what the ones before it say, too. */
export type ElasticsearchLogLevel = (typeof levels)[number];

/**
 * The diagnostics of this sink, as far as they were asked for. Who asks for `debug` or `trace` gets it, however quiet
 * everything else is.
 */
export class ElasticsearchLog {
  readonly #log: Log;
  readonly #most: number;

  constructor(log: Log, most: ElasticsearchLogLevel) {
    this.#log = log;
    this.#most = levels.indexOf(most);
  }

  /** What was found and what will be done: no warning, but said without being asked for. */
  announce(message: string): void {
    this.say('warning', message, 'info');
  }

  warn(message: string): void {
    this.say('warning', message, 'warn');
  }

  say(level: ElasticsearchLogLevel, message: string, as: 'info' | 'warn' = 'info'): void {
    if (levels.indexOf(level) <= this.#most) this.#log[as](`elasticsearch: ${message}`);
  }
}
