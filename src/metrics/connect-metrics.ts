import type { FailedConnection } from '../exchange/failed-connection.ts';
import { LabelledCounts } from './labelled-counts.ts';
import type { Metric } from './metric.ts';

/** Servers that are shown by address and port; later ones come under `{other}`. */
const maxServers = 100;
const other = '{other}';

/** Outgoing connections that never came up, by server: calls that fail before there is a request. */
export class ConnectMetrics {
  readonly #counts = new LabelledCounts();
  readonly #servers = new Set<string>();

  observe({ endpoints: { serverIp, serverPort }, outcome }: FailedConnection): void {
    const server = this.#shownServer(
      serverIp.includes(':') ? `[${serverIp}]:${serverPort}` : `${serverIp}:${serverPort}`,
    );
    this.#counts.count({ server, outcome });
  }

  metric(): Metric {
    return {
      name: 'http_logger_failed_connections',
      type: 'counter',
      help: 'Outgoing connections that never came up, by server (100 at most) and outcome (`refused`, `timeout`).',
      samples: this.#counts.samples(),
    };
  }

  #shownServer(server: string): string {
    if (this.#servers.has(server)) return server;
    if (this.#servers.size >= maxServers) return other;
    this.#servers.add(server);
    return server;
  }
}
