import type { Settings } from '../config/settings.ts';
import { listenHost } from '../metrics/listen-host.ts';
import { hasPodNetwork, readSurroundings } from './surroundings.ts';

/** The host that metrics and health are shown on here; `undefined` is all addresses. */
export function metricsHost({ metrics, record }: Settings): string | undefined {
  return listenHost(metrics.host, hasPodNetwork(readSurroundings(record.identity.pod)));
}
