import type { ServerEndpoint } from '../client/server-socket.ts';
import { misconfigured, retry } from '../client/socket-failure.ts';
import { Backoff } from '../delivery/backoff.ts';
import type { Failure } from '../transport.ts';
import { type ConnectionSettings, FluentdConnection } from './fluentd-connection.ts';

const closing = 'the process is ending';

/** Servers in order of preference, of which one is in use. */
export class FluentdServers {
  readonly #servers: readonly ServerEndpoint[];
  readonly #settings: ConnectionSettings;
  readonly #backoffs: readonly Backoff[];
  /** For each server, until when others are tried before it. */
  readonly #avoidUntil: number[];
  readonly #connections = new Set<FluentdConnection>();
  #current: FluentdConnection | undefined;
  #rank = 0;
  #opening: Promise<FluentdConnection | Failure> | undefined;
  #isClosed = false;

  /** `comeBackMs`: how long a server that failed is left alone at most while another one works. */
  constructor(servers: readonly ServerEndpoint[], settings: ConnectionSettings, comeBackMs: number) {
    this.#servers = servers;
    this.#settings = settings;
    // The first wait is as random as can be: a server that fails, fails for all its clients.
    this.#backoffs = servers.map(() => new Backoff(comeBackMs / 5, comeBackMs));
    this.#avoidUntil = servers.map(() => 0);
  }

  /** The open connection, else a new one to the first server that answers, else why none does. */
  async connection(): Promise<FluentdConnection | Failure> {
    if (this.#current?.isOpen !== true) return this.#shared(this.#servers.length);
    if (this.#rank > 0 && this.#avoidUntil.slice(0, this.#rank).some((until) => until <= Date.now())) {
      void this.#shared(this.#rank);
    }
    return this.#current;
  }

  /** Something went wrong on the connection after it was open: the next one had better go elsewhere. */
  failed(connection: FluentdConnection): void {
    if (connection === this.#current) this.#avoid(this.#rank);
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.close(closing);
  }

  /** Opens one connection at a time, to the best of the first `count` servers. */
  #shared(count: number): Promise<FluentdConnection | Failure> {
    this.#opening ??= this.#openBest(count).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openBest(count: number): Promise<FluentdConnection | Failure> {
    const failures: Failure[] = [];
    const isAvoided = (rank: number) => Number((this.#avoidUntil[rank] ?? 0) > Date.now());
    const ranks = Array.from({ length: count }, (_, rank) => rank).sort((a, b) => isAvoided(a) - isAvoided(b) || a - b);
    for (const rank of ranks) {
      const opened = await this.#open(rank);
      if (!('kind' in opened)) return this.#use(opened, rank);
      failures.push(opened);
      this.#avoid(rank);
      if (this.#isClosed) break;
    }
    return merge(failures);
  }

  async #open(rank: number): Promise<FluentdConnection | Failure> {
    const server = this.#servers[rank];
    if (server === undefined || this.#isClosed) return retry(closing);
    const connection = new FluentdConnection(server, this.#settings);
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    return (await connection.opened) ?? connection;
  }

  #use(connection: FluentdConnection, rank: number): FluentdConnection {
    const previous = this.#current;
    this.#backoffs[rank]?.reset();
    this.#current = connection;
    this.#rank = rank;
    // Later, because a caller may have been given the previous one just now.
    setImmediate(() => previous?.retire());
    return connection;
  }

  #avoid(rank: number): void {
    this.#avoidUntil[rank] = Date.now() + (this.#backoffs[rank]?.next() ?? 0);
  }
}

/** It is a matter of configuration only when no server can be reached without a change of it. */
function merge(failures: readonly Failure[]): Failure {
  const reason = failures.map((failure) => failure.reason).join('; ');
  return failures.every((failure) => failure.kind === 'misconfigured') ? misconfigured(reason) : retry(reason);
}
