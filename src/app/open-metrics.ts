import type { Settings } from '../config/settings.ts';
import { MetricsEndpoint, type MetricsSources } from '../metrics/metrics-endpoint.ts';
import type { Log } from '../telemetry/log.ts';
import { metricsHost } from './metrics-host.ts';

/** The logger works without its metrics: when their port cannot be opened, it says so and there are none. */
export async function openMetrics(
  settings: Settings,
  sources: MetricsSources,
  log: Log,
): Promise<MetricsEndpoint | undefined> {
  const host = metricsHost(settings);
  const metrics = new MetricsEndpoint({ ...settings.metrics, host }, sources);
  const opened = await metrics.listen();
  if (typeof opened === 'string') {
    log.warn(`no metrics and health on METRICS_PORT=${settings.metrics.port}: ${opened}; everything else goes on`);
    return undefined;
  }
  log.debug(`metrics and health on port ${opened} of ${host ?? 'all addresses'}`);
  return metrics;
}
