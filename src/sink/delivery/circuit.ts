import type { Log } from '../../telemetry/log.ts';
import type { DeliveryState, SinkAccount } from '../account.ts';
import type { Reporting } from '../reporting.ts';
import { Backoff } from './backoff.ts';

/** A server that asks for a longer wait than this is tried anyway. */
const maxRetryAfterMs = 300_000;
/** No attempt takes more off the wait behind it than leaves this part. */
const leastPart = 0.6;
/** The longest wait while the process is ending. */
const hurriedRetryMs = 1000;
/** A server that fails again this soon after it came back counts as working later the next time. */
const relapseMs = 60_000;
const firstCalmMs = 1000;

export type RetryLimits = { readonly retryMinMs: number; readonly retryMaxMs: number };

type FailureState = Exclude<DeliveryState, 'working'>;
type Failure = { readonly reason: string; readonly afterMs?: number };

/**
 * Decides when a server may be tried. After a failure nothing is sent for a while; then one attempt finds out whether
 * it is back, and only its success lets the others go. Says each change of state in one line.
 */
export class Circuit {
  readonly #name: string;
  readonly #account: SinkAccount;
  readonly #log: Log;
  readonly #backoff: Backoff;
  readonly #retryMaxMs: number;
  readonly #onRetry: () => void;
  #gate: 'open' | 'one' | 'shut' = 'open';
  #timer: NodeJS.Timeout | undefined;
  /** Attempts that began before the last failure say nothing about now. */
  #generation = 0;
  #isHurried = false;
  #isStopped = false;
  #failingSince = 0;
  #beganAt = 0;
  #failedAt = 0;
  #recoveredAt = Number.NEGATIVE_INFINITY;
  /** How long there must have been no failure before the server counts as working. */
  #calmMs = 0;

  /** `onRetry` is called when something may be sent again. */
  constructor({ name, account, log }: Reporting, limits: RetryLimits, onRetry: () => void) {
    this.#name = name;
    this.#account = account;
    this.#log = log;
    this.#backoff = new Backoff(limits.retryMinMs, limits.retryMaxMs);
    this.#retryMaxMs = limits.retryMaxMs;
    this.#onRetry = onRetry;
  }

  /** How many of `most` batches may be under way. */
  allows(most: number): number {
    if (this.#gate === 'shut') return 0;
    return this.#gate === 'one' ? 1 : most;
  }

  /** The next attempt only finds out whether the server is back. */
  get isProbing(): boolean {
    return this.#gate === 'one';
  }

  /** To be handed to `succeeded` or `failed` with what became of the attempt. */
  begin(): number {
    this.#beganAt = performance.now();
    return this.#generation;
  }

  /** Whether it began after the last failure. */
  isCurrent(attempt: number): boolean {
    return attempt === this.#generation;
  }

  succeeded(attempt: number): void {
    if (attempt !== this.#generation) return;
    this.#gate = 'open';
    this.#backoff.reset();
    const now = performance.now();
    if (this.#account.state === 'working' || now - this.#failedAt < this.#calmMs) return;
    this.#account.state = 'working';
    this.#recoveredAt = now;
    const seconds = Math.round((now - this.#failingSince) / 1000);
    const waiting = this.#account.queued + this.#account.spooled;
    this.#log.info(
      `${this.#name} takes records again after ${seconds} s; ${waiting} ${waiting === 1 ? 'is' : 'are'} waiting`,
    );
  }

  failed(attempt: number, state: FailureState, failure: Failure): void {
    this.#account.lastError = failure.reason;
    this.#log.debug(`${this.#name}: an attempt failed: ${failure.reason}`);
    if (attempt !== this.#generation) return;
    this.#generation++;
    this.#enter(state, failure.reason);
    this.#wait(failure.afterMs ?? 0);
  }

  /** The process is ending: tries at once, and waits only shortly from now on. */
  hurry(): void {
    this.#isHurried = true;
    if (this.#gate === 'shut' && !this.#isStopped) this.#retry();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#gate = 'shut';
  }

  #enter(state: FailureState, reason: string): void {
    const { state: before } = this.#account;
    const now = performance.now();
    this.#failedAt = now;
    if (before === 'working') {
      this.#failingSince = now;
      const isRelapse = now - this.#recoveredAt < relapseMs;
      this.#calmMs = isRelapse ? Math.min(relapseMs, Math.max(firstCalmMs, this.#calmMs * 2)) : 0;
    }
    this.#account.state = state;
    if (state === before) return;
    if (state === 'failing') this.#log.warn(`${this.#name} does not take records: ${reason}; trying again`);
    else this.#log.error(`${this.#name} will not take records until its configuration is corrected: ${reason}`);
  }

  /**
   * A wait is shorter after an attempt that took long: a server that answers nothing would be tried too seldom
   * otherwise. All by the same part, so that they stay spread. A server may ask all its clients for the same wait:
   * that is spread, too.
   */
  #wait(afterMs: number): void {
    if (this.#isStopped) return;
    const tookMs = performance.now() - this.#beganAt;
    const ownMs = this.#backoff.next() * Math.max(leastPart, 1 - tookMs / this.#retryMaxMs);
    const askedMs = Math.min(afterMs, maxRetryAfterMs);
    const spreadMs = this.#backoff.spread(askedMs, askedMs + Math.min(askedMs, this.#retryMaxMs));
    const waitMs = Math.max(ownMs, spreadMs);
    this.#gate = 'shut';
    this.#timer = setTimeout(() => this.#retry(), this.#isHurried ? Math.min(waitMs, hurriedRetryMs) : waitMs);
  }

  #retry(): void {
    clearTimeout(this.#timer);
    this.#gate = 'one';
    this.#onRetry();
  }
}
