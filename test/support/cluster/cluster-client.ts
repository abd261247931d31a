import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { startProgram } from '../program/start-program.ts';
import { programPath } from './go-programs.ts';

/** Where a cluster's API is: all that a program needs that speaks to it. */
export type ClusterAccess = { readonly networkNamespace: string; readonly kubeconfig: string };

/** In front of a command: in a network namespace, but with the machine's own files, cgroups among them. */
export function inNetwork(namespace: string): readonly string[] {
  return ['nsenter', `--net=/run/netns/${namespace}`, '--'];
}

/** Runs kubectl, helm and others as a user at a terminal would, in the folder of the checkout. */
export class ClusterClient {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** Runs kubectl to its end and returns what it prints; throws with what it says when it fails. */
  kubectl(words: readonly string[], input = ''): string {
    return this.execute(['kubectl', ...words], input);
  }

  execute(command: readonly string[], input = ''): string {
    const [first = '', ...rest] = this.command(command);
    const { status, error, stdout, stderr } = spawnSync(first, rest, { ...this.#options, input });
    if (status !== 0) throw error ?? new Error(`${command.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    return stdout;
  }

  /** Like `kubectl`, but it may fail. */
  try(words: readonly string[], input = ''): SpawnSyncReturns<string> {
    const [first = '', ...rest] = this.command(['kubectl', ...words]);
    return spawnSync(first, rest, { ...this.#options, input });
  }

  /** Starts a program that speaks to the API; it does not outlive the test file. */
  start(command: readonly string[]) {
    const [first = '', ...rest] = this.command(command);
    return startProgram(first, rest, { env: this.environment });
  }

  /** What runs a command in the cluster's network, in `environment`. */
  command(command: readonly string[]): readonly string[] {
    return [...inNetwork(this.#access.networkNamespace), ...command];
  }

  get environment(): NodeJS.ProcessEnv {
    const { kubeconfig } = this.#access;
    const path = [dirname(programPath('kubectl')), process.env['PATH']].join(delimiter);
    return { ...process.env, PATH: path, KUBECONFIG: kubeconfig, HOME: join(dirname(kubeconfig), 'home') };
  }

  get #options() {
    const maxBuffer = 256 * 1024 * 1024;
    return { encoding: 'utf8', stdio: 'pipe', env: this.environment, timeout: 300_000, maxBuffer } as const;
  }
}
