import { ConnectMetrics } from '../../../src/metrics/connect-metrics.ts';
import type { Metric } from '../../../src/metrics/metric.ts';
import { PeerTable } from '../../../src/metrics/peer-table.ts';
import { RequestMetrics, type RequestMetricsLimits } from '../../../src/metrics/request-metrics.ts';

/** Metrics of requests and of connections that never came up, as a logger has them. */
export function makeRequestMetrics(
  limits: Partial<RequestMetricsLimits> = {},
  warn: (sentence: string) => void = () => {},
) {
  const { maxRoutes = 10, maxPeers = 10, maxSeries = 100 } = limits;
  const peers = new PeerTable({ maxPeers, warn, forgotten: (name) => requests.forgetPeer(name) });
  const requests = new RequestMetrics({ maxRoutes, maxSeries }, peers, { warn });
  const connects = new ConnectMetrics(peers);
  const metrics = (): readonly Metric[] => [...requests.metrics(), connects.metric()];
  return { requests, connects, metrics };
}
