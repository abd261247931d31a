import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, NetworkNamespace, namespacesMissing } from '../test/support/capture/network-namespace.ts';
import { RunningCommand } from './command.ts';
import { Drain } from './drain.ts';
import { receiverMac } from './packet-writer.ts';
import { findProgram, type ProgramName } from './programs.ts';

export const serverInterface = 'eth0';
export const clientInterface = 'eth0';
export const serverAddress = '10.77.0.1';
export const serverPort = 8080;
/** On the server's loopback, where nobody captures. */
const statusPort = 8081;

/** Why live measurements cannot be made here, or `undefined`. */
export function liveMissing(...programs: readonly ProgramName[]): string | undefined {
  if (namespacesMissing !== false) return namespacesMissing;
  const missing = programs.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/**
 * A server's and a client's network namespace, connected, of unique names, and removed at the latest when this process
 * ends.
 */
export class LiveNetwork {
  readonly #server = new NetworkNamespace();
  readonly #client = new NetworkNamespace();
  readonly #folder: string;
  readonly #removing = () => {
    for (const { name } of [this.#server, this.#client])
      execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
  };

  constructor(folder: string) {
    this.#folder = folder;
    process.once('exit', this.#removing);
    connect(this.#server, this.#client);
    // Or generated packets would be those of another host.
    this.#server.ip(`link set ${serverInterface} address ${receiverMac}`);
  }

  onServer(words: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.#server.name, ...words];
  }

  onClient(words: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.#client.name, ...words];
  }

  /** A server that answers every request with the same small JSON document, in one process of its own. */
  async startNginx(): Promise<RunningCommand> {
    const folder = `${this.#folder}/nginx`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/nginx.conf`, nginxConfiguration(folder));
    const words = [findProgram('nginx') ?? 'nginx', '-p', folder, '-c', `${folder}/nginx.conf`];
    const nginx = new RunningCommand({ name: 'nginx', words: this.onServer(words) }, new Drain(this.#folder));
    for (let tries = 0; tries < 20; tries++) {
      try {
        this.requestsServed();
        return nginx;
      } catch {
        // Not listening yet.
      }
    }
    await nginx.stop();
    throw new Error(`nginx does not answer: ${nginx.errors}`);
  }

  /** How many requests nginx has read since its start, by its own count. */
  requestsServed(): number {
    const url = `http://127.0.0.1:${statusPort}/`;
    const script = `fetch('${url}').then((answer) => answer.text()).then((text) => console.log(text))`;
    const [program = '', ...words] = this.onServer([process.execPath, '-e', script]);
    const status = execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [, , , requests] = status.match(/\d+/g) ?? [];
    return Number(requests) - ++this.#asked;
  }

  /** Requests for the count are counted too. */
  #asked = 0;

  remove(): void {
    process.off('exit', this.#removing);
    this.#removing();
  }
}

function nginxConfiguration(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
    events { worker_connections 1024; }
    http {
      access_log off; keepalive_requests 1000000000; default_type application/json;
      ${temporary.map((name) => `${name}_temp_path ${folder};`).join(' ')}
      server {
        listen ${serverAddress}:${serverPort};
        add_header Cache-Control no-store;
        add_header X-Request-Id $request_id;
        location / { return 200 '${JSON.stringify({ id: 4711, name: 'tea', tags: Array(20).fill('in stock') })}'; }
      }
      server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }
    }`;
}
