import type { Exchange } from '../exchange/exchange.ts';
import type { FailedConnection } from '../exchange/failed-connection.ts';
import type { targetPath } from '../record/target.ts';
import type { OwnTraffic } from '../sink/own-traffic.ts';
import type { Sink } from '../sink/sink.ts';
import type { Counters } from '../telemetry/counters.ts';
import { AdminServer } from './admin-server.ts';
import { ConnectMetrics } from './connect-metrics.ts';
import { counterMetrics } from './counter-metrics.ts';
import type { ListenAddress } from './listen.ts';
import type { Metric } from './metric.ts';
import { PeerTable } from './peer-table.ts';
import { processMetrics } from './process-metrics.ts';
import { RequestMetrics, type RequestMetricsLimits } from './request-metrics.ts';
import { sinkMetrics } from './sink-metrics.ts';

export type MetricsSettings = ListenAddress & {
  readonly limits: RequestMetricsLimits;
};

/** What there is to tell, read when it is asked for. */
export type MetricsSources = {
  readonly version: string;
  readonly counters: Counters;
  readonly sinks: readonly Sink[];
  readonly gauges: () => {
    readonly openConnections: number;
    readonly openRequests: number;
    readonly bufferedBytes: number;
  };
  readonly unready: () => string | undefined;
  readonly warn: (sentence: string) => void;
  /** As much of the path of a target as may be shown: all of it if it is left out. */
  readonly pathOf?: typeof targetPath;
  readonly ownTraffic: OwnTraffic;
};

/** Metrics of the requests seen and of the logger itself, with the server that shows them. */
export class MetricsEndpoint {
  readonly #sources: MetricsSources;
  readonly #requests: RequestMetrics;
  readonly #connects: ConnectMetrics;
  readonly #server: AdminServer;

  constructor({ port, host, limits }: MetricsSettings, sources: MetricsSources) {
    this.#sources = sources;
    const { warn, pathOf } = sources;
    const peers = new PeerTable({
      maxPeers: limits.maxPeers,
      warn,
      forgotten: (name) => this.#requests.forgetPeer(name),
    });
    this.#requests = new RequestMetrics(limits, peers, { warn, pathOf });
    this.#connects = new ConnectMetrics(peers);
    this.#server = new AdminServer({
      host,
      port,
      metrics: () => this.metrics(),
      unready: sources.unready,
      ownTraffic: sources.ownTraffic,
    });
  }

  observe(exchange: Exchange): void {
    this.#requests.observe(exchange);
  }

  observeConnect(failed: FailedConnection): void {
    this.#connects.observe(failed);
  }

  /** Resolves with the port, or with why there is no server. */
  listen(): Promise<number | string> {
    return this.#server.listen();
  }

  close(): void {
    this.#server.close();
  }

  metrics(): readonly Metric[] {
    const { version, counters, sinks } = this.#sources;
    return [
      ...this.#requests.metrics(),
      this.#connects.metric(),
      ...counterMetrics(counters),
      ...this.#gauges(),
      ...sinkMetrics(sinks),
      ...processMetrics(version),
    ];
  }

  #gauges(): readonly Metric[] {
    const { openConnections, openRequests, bufferedBytes } = this.#sources.gauges();
    const gauge = (name: string, help: string, value: number): Metric => {
      return { name: `http_logger_${name}`, type: 'gauge', help, samples: [{ value }] };
    };
    return [
      gauge('open_connections', 'TCP connections that are followed.', openConnections),
      gauge('open_requests', 'Requests that wait for their response.', openRequests),
      gauge('buffered_bytes', 'Bytes held back until what comes before them is there.', bufferedBytes),
    ];
  }
}
