import type { FailedConnection } from '../exchange/failed-connection.ts';
import type { Metric, Sample } from './metric.ts';
import type { PeerTable } from './peer-table.ts';

/** Outgoing connections that never came up, by server: calls that fail before there is a request. */
export class ConnectMetrics {
  readonly #peers: PeerTable;

  constructor(peers: PeerTable) {
    this.#peers = peers;
  }

  observe(failed: FailedConnection): void {
    this.#peers.called(failed).failedConnections.count(failed.outcome);
  }

  metric(): Metric {
    return {
      name: 'http_logger_failed_connections',
      type: 'counter',
      help: 'Outgoing connections that never came up, by server and outcome (`refused`, `timeout`).',
      samples: { [Symbol.iterator]: () => this.#samples() },
    };
  }

  *#samples(): Generator<Sample> {
    for (const peer of this.#peers.peers()) yield* peer.failedConnections.samples({ server_address: peer.name });
  }
}
