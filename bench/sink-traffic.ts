import { setTimeout as sleep } from 'node:timers/promises';
import { RunningCommand } from './command.ts';
import { Drain } from './drain.ts';
import type { LiveBench } from './live.ts';
import { playerWords } from './player-words.ts';
import type { Receiver } from './receiver.ts';
import { smallExchanges } from './replay-workloads.ts';
import type { LiveSituation } from './sink-situations.ts';

/** How far the traffic may be behind on a machine that is too busy. */
const lateMs = 15_000;

/**
 * Sends the packets of a situation to the logger, and freezes the server meanwhile if that belongs to it. Returns how
 * long it took.
 */
export async function playTraffic(
  { folder, network }: LiveBench,
  { rate, rampSeconds, exchanges, frozen }: LiveSituation,
  receiver: Receiver | undefined,
): Promise<number> {
  const workload = { ...smallExchanges, exchanges };
  const words = network.onClient(playerWords({ workload, rate, rampSeconds }));
  const traffic = new RunningCommand({ name: 'traffic', words }, new Drain(folder));
  await traffic.saysOnStderr('playing');
  const started = performance.now();
  const freezing = frozen && receiver && freeze(receiver, frozen);
  const limit = setTimeout(() => traffic.stop('SIGKILL'), (exchanges / rate + rampSeconds / 2) * 1000 + lateMs);
  const code = await traffic.ended;
  clearTimeout(limit);
  if (code !== 0) throw new Error(`the traffic failed: ${traffic.errors}`);
  const seconds = (performance.now() - started) / 1000;
  await freezing;
  return seconds;
}

async function freeze(receiver: Receiver, { from, until }: NonNullable<LiveSituation['frozen']>): Promise<void> {
  await sleep(from * 1000);
  receiver.freeze();
  if (!Number.isFinite(until)) return;
  await sleep((until - from) * 1000);
  receiver.goOn();
}
