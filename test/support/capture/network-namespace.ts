// Network namespaces for the live tests: made with unique names, removed afterwards, with everything that was started
// in them.
import { type ChildProcessWithoutNullStreams, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureStart } from '../../../src/capture/live/live-source.ts';
import type { SourceEnd } from '../../../src/capture/source.ts';
import type { Counters } from '../../../src/telemetry/counters.ts';
import { startProgram } from '../program/start-program.ts';

let count = 0;
/** Nothing that is waited for without looking at anything else takes longer. */
const options = { encoding: 'utf8', stdio: 'pipe', timeout: 60_000, killSignal: 'SIGKILL' } as const;

/** Why network namespaces cannot be made here, or `false`: the value of a test's `skip`. */
export const namespacesMissing: string | false = (() => {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.geteuid?.() !== 0) return 'network namespaces need root';
  const namespace = `khl-${process.pid}-probe`;
  try {
    execFileSync('ip', ['netns', 'add', namespace], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', namespace], { stdio: 'pipe' });
    removeAbandoned();
    return false;
  } catch (error) {
    return `network namespaces cannot be made: ${error instanceof Error ? error.message : error}`;
  }
})();

/** A test file that is killed cannot remove its namespaces: the next one does it. */
function removeAbandoned(): void {
  for (const name of readdirSync('/run/netns')) {
    const [, pid] = /^khl-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      killAllIn(name);
      ip('netns', 'del', name);
    } catch {
      // Another test file was faster.
    }
  }
}

/** What the processes of the tests print. */
export type Event = {
  readonly listening?: true;
  readonly ready?: true;
  readonly log?: string;
  readonly frame?: FrameEvent;
  readonly start?: CaptureStart;
  readonly end?: SourceEnd;
  readonly counters?: Counters;
};

export type FrameEvent = {
  readonly version: 4 | 6;
  readonly protocol: number;
  readonly fromPort: number;
  readonly toPort: number;
  readonly direction: string;
  readonly linkType: number;
  readonly text?: string;
};

/** For whatever a process does, however busy the machine is. */
const patienceMs = 60_000;

/** A process in a namespace that prints JSON lines. */
export class NamespaceProcess {
  readonly events: Event[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  #hasEnded = false;
  errors = '';

  constructor(command: readonly string[]) {
    const [program = '', ...rest] = command;
    this.#child = startProgram(program, rest);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.events.push(JSON.parse(line)));
    this.#child.stderr.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        this.#hasEnded = true;
        resolve(code);
      });
    });
  }

  /** Waits until the process has printed an event that passes. */
  async event(passes: (event: Event) => boolean, what: string): Promise<Event> {
    const find = () => this.events.find(passes);
    await this.until(() => find() !== undefined, what);
    return find() as Event;
  }

  /** Waits until something holds, unless the process ends before. */
  async until(holds: () => boolean, what: string): Promise<void> {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(10)) {
      const hasEnded = this.#hasEnded;
      if (holds()) return;
      if (hasEnded) break;
    }
    throw new Error(`no ${what} among ${JSON.stringify(this.events).slice(0, 2000)} ${this.errors}`);
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

export class NetworkNamespace {
  readonly name: string;
  readonly #processes: NamespaceProcess[] = [];
  readonly #folders: string[] = [];

  constructor() {
    count++;
    this.name = `khl-${process.pid}-${count}`;
    ip('netns', 'add', this.name);
    this.ip('link set lo up');
  }

  /** Runs `ip` with these words inside of the namespace. */
  ip(words: string): string {
    return ip('-n', this.name, ...words.split(' '));
  }

  start(command: readonly string[]): NamespaceProcess {
    const started = new NamespaceProcess(['ip', 'netns', 'exec', this.name, ...command]);
    this.#processes.push(started);
    return started;
  }

  run(command: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, ...command], options);
  }

  /** Starts a TCP server that answers whatever comes with `payload-answer` and hangs up. */
  async serve(address: string, port: number): Promise<NamespaceProcess> {
    const script = `require('net')
      .createServer((c) => c.on('error', () => {}).on('data', () => c.end('payload-answer')))
      .listen(${port}, '${address}', () => console.log('{"listening":true}'))`;
    const server = this.start([process.execPath, '-e', script]);
    await server.event((event) => event.listening === true, 'server');
    return server;
  }

  /** Sends `text` to a server and waits until it hangs up; tries again while the address is not reachable yet. */
  send(address: string, port: number, text: string): void {
    const script = `let tries = 0; const go = () => require('net').connect(${port}, '${address}')
      .on('connect', function () { this.write('${text}') })
      .on('error', (e) => { if (++tries > 300) throw e; setTimeout(go, 100) })
      .resume(); go();`;
    this.run([process.execPath, '-e', script]);
  }

  /** A temporary folder for what runs in the namespace, which goes away with it. */
  makeFolder(): string {
    const folder = mkdtempSync(`${tmpdir()}/${this.name}-`);
    this.#folders.push(folder);
    return folder;
  }

  /** Ends everything that runs in it, also what others have started there. */
  async remove(): Promise<void> {
    killAllIn(this.name);
    await Promise.all(this.#processes.map((started) => started.kill()));
    ip('netns', 'del', this.name);
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Namespaces that are gone when the test is over, also when its time is up. */
export function makeNamespaces(t: TestContext, count: number): readonly NetworkNamespace[] {
  const namespaces: NetworkNamespace[] = [];
  t.after(async () => {
    const removed = await Promise.allSettled(namespaces.map((namespace) => namespace.remove()));
    for (const result of removed) if (result.status === 'rejected') throw result.reason;
  });
  for (let index = 0; index < count; index++) namespaces.push(new NetworkNamespace());
  return namespaces;
}

/** Connects two namespaces: `eth0` with 10.77.0.1 and fd77::1 in the first, 10.77.0.2 and fd77::2 in the second. */
export function connect(first: NetworkNamespace, second: NetworkNamespace): void {
  first.ip(`link add eth0 type veth peer name eth0 netns ${second.name}`);
  [first, second].forEach((namespace, index) => {
    namespace.ip(`addr add 10.77.0.${index + 1}/24 dev eth0`);
    namespace.ip(`addr add fd77::${index + 1}/64 dev eth0 nodad`);
    namespace.ip('link set eth0 up');
  });
}

/** Why the kernel does not take a rule of iptables, or `false`. */
export function ruleMissing(command: string, rule: readonly string[]): string | false {
  if (namespacesMissing) return namespacesMissing;
  const name = `khl-${process.pid}-rules`;
  ip('netns', 'add', name);
  try {
    execFileSync('ip', ['netns', 'exec', name, command, ...rule], options);
    return false;
  } catch (error) {
    return `${command}: ${error instanceof Error ? error.message : error}`;
  } finally {
    ip('netns', 'del', name);
  }
}

function killAllIn(namespace: string): void {
  for (const pid of ip('netns', 'pids', namespace).split('\n')) {
    try {
      if (pid !== '') process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function ip(...words: readonly string[]): string {
  return execFileSync('ip', words, options);
}
