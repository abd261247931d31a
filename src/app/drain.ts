/** Delivery keeps this much of the whole time for itself, but never more than half of it. */
const deliveryMs = 5000;
/** How often sockets and exchanges are looked at. */
const lookMs = 100;
/** With no exchange for this long, what still listens is not what the pod is for. */
const quietMs = 5000;
/** Once all others are gone, nothing may have been open for this long: from one look to the next. */
const settleMs = lookMs;

/** Milliseconds, and a wait that may end early. */
export type Clock = { readonly now: () => number; readonly wait: (ms: number) => Promise<void> };

export type DrainOptions = {
  /** From SIGTERM until everything has to be over. */
  readonly graceMs: number;
  /** How many exchanges are open, and how many have begun since the start. */
  readonly exchanges: { readonly size: number; readonly begun: number };
  /** Whether others in this pod still listen or talk; rejects where that cannot be known. */
  readonly hasForeignSockets: () => Promise<boolean>;
  /** Aborted when the wait must end at once. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
};

/** How long a drain may take at most: the rest is for the delivery of what was captured. */
export function longestDrainMs(graceMs: number): number {
  return graceMs - Math.min(deliveryMs, graceMs / 2);
}

/**
 * Waits until the applications of the pod have ended, or have nothing more to say: an application with a `preStop` hook
 * keeps serving after SIGTERM. Resolves to why the capture may end: the end of a sentence.
 */
export async function drained({ graceMs, exchanges, hasForeignSockets, signal, clock }: DrainOptions): Promise<string> {
  const until = clock.now() + longestDrainMs(graceMs);
  let { begun } = exchanges;
  let quietSince: number | undefined;
  for (;;) {
    const isForeign = await hasForeignSockets().catch(() => true);
    const now = clock.now();
    const isBusy = exchanges.size > 0 || exchanges.begun !== begun;
    begun = exchanges.begun;
    quietSince = isBusy ? undefined : (quietSince ?? now);
    const quiet = now - (quietSince ?? now);
    if (signal.aborted) return 'it has to end at once';
    if (!isForeign && quiet >= settleMs) return 'no other process of this pod listens or talks any more';
    if (quiet >= quietMs) return `there was no exchange for ${quietMs / 1000} s`;
    if (now >= until) return 'the rest of SHUTDOWN_GRACE_MS is for delivery';
    await clock.wait(Math.min(lookMs, until - now));
  }
}
