import type { metricsVariables } from '../../../src/config/metrics-variables.ts';
import type { Expectations } from './expectation.ts';
import { hosts, wrongHosts } from './value-forms.ts';

export const metricsExpectations: Expectations<typeof metricsVariables> = {
  METRICS_PORT: {
    read: (settings) => settings.metrics.port,
    unset: 19464,
    accepted: [
      ['0', 0],
      ['65535', 65_535],
    ],
    wrong: ['65536', '-1', '19464/tcp'],
  },
  METRICS_HOST: {
    read: (settings) => settings.metrics.host,
    unset: undefined,
    accepted: hosts,
    wrong: wrongHosts,
  },
  METRICS_MAX_ROUTES: {
    read: (settings) => settings.metrics.limits.maxRoutes,
    unset: 100,
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', 'many'],
  },
  METRICS_MAX_PEERS: {
    read: (settings) => settings.metrics.limits.maxPeers,
    unset: 50,
    accepted: [
      ['1', 1],
      ['1000', 1000],
    ],
    wrong: ['0', '1001', 'many'],
  },
  METRICS_MAX_SERIES: {
    read: (settings) => settings.metrics.limits.maxSeries,
    unset: 1000,
    accepted: [
      ['1', 1],
      ['100000', 100_000],
    ],
    wrong: ['0', '100001', 'many'],
  },
};
