import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReceiverProtocol } from './receiver-protocols.ts';
import type { Arrived } from './receiver-tally.ts';

const program = fileURLToPath(new URL('receiver-child.ts', import.meta.url));
const startLimitMs = 10_000;
/** It reports more often than this while records arrive, and may be held up longer while some are missing. */
const quietMs = 250;
const missingMs = 2000;
const limitMs = 20_000;
/** Who gets records that are younger than this has caught up. */
const caughtUpMs = 1000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Puts words in front of a command, to run it elsewhere. */
export type Under = (words: readonly string[]) => readonly string[];

/** A log server of ours in a process of its own, which can be stopped and continued. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly #reports: Arrived[] = [];
  readonly #started: Promise<number | undefined>;
  #continued: number | undefined;

  private constructor(words: readonly string[]) {
    const [command = '', ...rest] = words;
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    running.add(child);
    child.once('close', () => running.delete(child));
    const lines = createInterface({ input: child.stdout });
    this.#started = new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('a receiver does not start')), startLimitMs);
      lines.once('line', (line) => {
        clearTimeout(limit);
        resolve(JSON.parse(line).port ?? undefined);
        lines.on('line', (report) => this.#reports.push(JSON.parse(report)));
      });
    });
  }

  /** Resolves when it takes records: at `port`, or from the path. */
  static async start(
    protocol: ReceiverProtocol,
    path = '',
    under: Under = (words) => words,
  ): Promise<{ readonly receiver: Receiver; readonly port: number | undefined }> {
    const receiver = new Receiver(under([process.execPath, '--import', 'tsx', program, protocol, path]));
    return { receiver, port: await receiver.#started };
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#continued = Date.now();
    this.#child.kill('SIGCONT');
  }

  /** What has arrived, once nothing more does: where nobody waits for an answer, some may still be on the way. */
  async arrived(expected: number): Promise<Pick<Arrived, 'records' | 'distinct'>> {
    const started = Date.now();
    const last = () => this.#reports.at(-1) ?? { records: 0, distinct: 0, at: started };
    const patienceMs = () => (last().distinct < expected ? missingMs : quietMs);
    const quietSince = () => Math.max(last().at, started);
    while (Date.now() - quietSince() < patienceMs() && Date.now() - started < limitMs) await sleep(quietMs / 5);
    return last();
  }

  /** From when it was continued until records were no older than usual again. */
  get catchUpSeconds(): number | undefined {
    const continued = this.#continued;
    if (continued === undefined) return undefined;
    const caughtUp = this.#reports.find(({ at, newest }) => at >= continued && at - newest < caughtUpMs);
    return caughtUp && (caughtUp.at - continued) / 1000;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }
}
