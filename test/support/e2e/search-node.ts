// Real nodes of OpenSearch and Elasticsearch, as Maven Central has them (for integration tests: without a JVM and
// without optional modules). Run this file to fetch them (`node --import tsx test/support/e2e/search-node.ts`): needs
// Maven and a Java 17, and some 150 MB of disk.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ownPort } from '../program/own-port.ts';
import { startProgram } from '../program/start-program.ts';

export type Product = 'opensearch' | 'elasticsearch';

const distributions = {
  opensearch: {
    group: 'org.opensearch.distribution.integ-test-zip',
    version: '2.19.1',
    prefix: 'OPENSEARCH',
    settings: [],
  },
  elasticsearch: {
    group: 'org.elasticsearch.distribution.integ-test-zip',
    version: '8.17.0',
    prefix: 'ES',
    settings: ['-Expack.security.enabled=false'],
  },
} as const;

const unpackGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack';
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'k8s-internal-http-logger');
/** Neither program runs as root. */
const nobody = 65_534;
/** More than enough on a slow and busy machine. */
const startMs = 300_000;
const isRoot = process.getuid?.() === 0;

function folderName(product: Product): string {
  return `${product}-${distributions[product].version}`;
}

/** Why there can be no node of this product here; undefined if there can. */
export function missingNode(product: Product): string | undefined {
  if (findJava() === undefined) return 'no java';
  if (existsSync(join(cacheFolder, folderName(product)))) return undefined;
  return `no ${product}; \`node --import tsx test/support/e2e/search-node.ts\` fetches it with Maven`;
}

/** One node on loopback, in a folder of its own, which outlives its process. */
export class SearchNode {
  readonly baseUrl: string;
  readonly #product: Product;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(product: Product, folder: string, port: number) {
    this.#product = product;
    this.#folder = folder;
    this.#port = port;
    this.baseUrl = `http://127.0.0.1:${port}`;
  }

  /** A node that answers, and that is gone when the test is over. */
  static async start(t: TestContext, product: Product): Promise<SearchNode> {
    const folder = mkdtempSync(join(tmpdir(), `${product}-`));
    const node = new SearchNode(product, folder, await ownPort());
    t.after(() => node.#remove());
    mkdirSync(join(folder, 'temporary'));
    cpSync(join(cacheFolder, folderName(product)), join(folder, 'node'), { recursive: true });
    if (isRoot) spawnSync('chown', ['-R', `${nobody}:${nobody}`, folder]);
    await node.run();
    return node;
  }

  /** Starts the process, also again after its end. */
  async run(): Promise<void> {
    const { prefix, settings } = distributions[this.#product];
    const home = join(this.#folder, 'node');
    const local = ['network.host=127.0.0.1', `http.port=${this.#port}`, 'transport.port=0'];
    const args = [...settings, ...['discovery.type=single-node', ...local].map((setting) => `-E${setting}`)];
    this.#process = startProgram('bash', [join(home, 'bin', this.#product), ...args], {
      cwd: home,
      // In a group of its own, so that what it starts ends with it.
      detached: true,
      stdio: 'ignore',
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
      env: {
        PATH: process.env['PATH'],
        HOME: this.#folder,
        [`${prefix}_JAVA_HOME`]: findJava(),
        [`${prefix}_TMPDIR`]: join(this.#folder, 'temporary'),
        [`${prefix}_JAVA_OPTS`]: '-Xms512m -Xmx512m',
      },
    });
    for (const deadline = Date.now() + startMs; Date.now() < deadline; ) {
      if (this.#process.exitCode !== null) break;
      if (await this.#isReady()) return;
      await sleep(200);
    }
    await this.kill();
    throw new Error(`${this.#product} did not start:\n${this.#lastWords()}`);
  }

  /** Ends the process at once, as a power cut would. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process ?? {};
    if (this.#process === undefined || pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    process.kill(-pid, 'SIGKILL');
    await ended;
  }

  /** Stands still, with all that it had begun, until it goes on. */
  freeze(): void {
    process.kill(-(this.#process?.pid ?? 0), 'SIGSTOP');
  }

  goOn(): void {
    process.kill(-(this.#process?.pid ?? 0), 'SIGCONT');
  }

  async #remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A request in JSON; throws unless it succeeds. */
  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async #isReady(): Promise<boolean> {
    try {
      const { status } = await this.ask<{ status: string }>(
        'GET',
        '/_cluster/health?wait_for_status=yellow&timeout=1s',
      );
      return status !== 'red';
    } catch {
      return false;
    }
  }

  #lastWords(): string {
    try {
      return readFileSync(join(this.#folder, 'node', 'logs', `${this.#product}.log`), 'utf8').slice(-4000);
    } catch {
      return 'it wrote no log';
    }
  }
}

function findJava(): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v java'], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : dirname(dirname(realpathSync(found)));
}

function fetchNode(product: Product): void {
  const { group, version } = distributions[product];
  const folder = join(cacheFolder, folderName(product));
  if (existsSync(folder)) return;
  mkdirSync(cacheFolder, { recursive: true });
  // Within the cache's own file system, so that nobody ever sees half a node.
  const unfinished = mkdtempSync(join(cacheFolder, 'unfinished-'));
  const artifact = `${group}:${product}:${version}:zip`;
  const run = spawnSync('mvn', ['-q', '-B', unpackGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${unfinished}`], {
    stdio: ['ignore', 2, 2],
    cwd: unfinished,
  });
  if (run.status === 0) renameSync(join(unfinished, folderName(product)), folder);
  rmSync(unfinished, { recursive: true });
  if (run.status !== 0) throw run.error ?? new Error(`mvn ended with ${run.status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const product of ['opensearch', 'elasticsearch'] as const) fetchNode(product);
}
