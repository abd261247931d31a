import { setTimeout as sleep } from 'node:timers/promises';
import { hasForeignSockets } from '../system/foreign-sockets.ts';
import type { Log } from '../telemetry/log.ts';
import { type DrainOptions, drained, longestDrainMs } from './drain.ts';

/** How a run ends in time: SHUTDOWN_GRACE_MS begins with the first signal, whether that drains or stops. */
export class Shutdown {
  /** When the capture was stopped. */
  stopTime: Date | undefined;
  readonly #graceMs: number;
  readonly #log: Log;
  readonly #hurry = new AbortController();
  /** By `performance.now()`. */
  #endsBy: number | undefined;

  constructor(graceMs: number, log: Log) {
    this.#graceMs = graceMs;
    this.#log = log;
  }

  get hasBegun(): boolean {
    return this.#endsBy !== undefined;
  }

  /** The first call counts. */
  begin(): void {
    this.#endsBy ??= performance.now() + this.#graceMs;
  }

  /** What is left, milliseconds: all of it before the shutdown has begun. */
  get leftMs(): number {
    return this.#endsBy === undefined ? this.#graceMs : Math.max(0, this.#endsBy - performance.now());
  }

  /** Resolves when the pod has nothing more to say, or there is no time to listen any longer. */
  async drain(exchanges: DrainOptions['exchanges']): Promise<void> {
    this.begin();
    const graceMs = this.leftMs;
    const longest = `at the latest for ${Math.round(longestDrainMs(graceMs)) / 1000} s`;
    this.#log.info(`SIGTERM: the capture goes on while the pod still serves, ${longest} (DRAIN)`);
    const { signal } = this.#hurry;
    const clock = {
      now: () => performance.now(),
      wait: (ms: number) => sleep(ms, undefined, { signal }).catch(() => {}),
    };
    const why = await drained({ graceMs, exchanges, hasForeignSockets, signal, clock });
    this.#log.info(`the capture ends: ${why}`);
  }

  /** The capture ends now, whatever the pod still has to say. The first call counts. */
  stop(): void {
    this.stopTime ??= new Date();
    this.begin();
    this.#hurry.abort();
  }
}
