import type { ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import type { NetworkNamespace } from '../capture/network-namespace.ts';
import { startProgram } from '../program/start-program.ts';
import { inNetwork } from './cluster-client.ts';

/** A component of a cluster: runs until it is stopped, and writes to a file. */
export class ClusterProcess {
  readonly #name: string;
  readonly #logPath: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(namespace: NetworkNamespace, logPath: string, [program = '', ...words]: readonly string[]) {
    this.#name = program;
    this.#logPath = logPath;
    const log = openSync(logPath, 'a');
    const [first = '', ...rest] = [...inNetwork(namespace.name), program, ...words];
    this.#child = startProgram(first, rest, { stdio: ['ignore', log, log] });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('close', () => resolve());
    });
  }

  /** Throws if it has ended by itself, with the end of what it has said. */
  check(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) return;
    throw new Error(`${this.#name} has ended: ${readFileSync(this.#logPath, 'utf8').slice(-2000)}`);
  }

  /** Gives it a few seconds to end by itself. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(timer);
  }
}
