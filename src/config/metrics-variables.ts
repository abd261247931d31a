import { host } from './address-kinds.ts';
import { integer } from './number-kinds.ts';
import { optional, type Values, variable } from './variable.ts';

export const metricsVariables = {
  METRICS_PORT: variable(integer(0, 65_535), {
    default: '19464',
    meaning:
      'port of `/metrics`, `/healthz` and `/readyz` while capturing live; `0` turns it off, a port that is taken ' +
      'is a warning',
  }),
  METRICS_HOST: optional(host, {
    unset: 'all addresses of a pod; `127.0.0.1` on a host and with `hostNetwork`',
    meaning: 'the address that this port is opened on; `::` stands for all of them',
  }),
  METRICS_MAX_ROUTES: variable(integer(1, 10_000), {
    default: '100',
    meaning:
      'most routes (paths with `{id}` for what looks like an id) with metrics of their own; the others share ' +
      '`{other}`, as do paths that nobody has found (404)',
  }),
  METRICS_MAX_PEERS: variable(integer(1, 1000), {
    default: '50',
    meaning:
      'most servers that this pod asks with metrics of their own (`server_address`: the name that they are asked by, ' +
      'else the address); the others share `{other}`',
  }),
  METRICS_MAX_SERIES: variable(integer(1, 100_000), {
    default: '1000',
    meaning:
      'most sets of method, status, route and server with a histogram of their own, in each direction, and as many ' +
      'without the status with counters: together up to 8 kB of text for each scrape; the others share `{other}` or ' +
      'are only in the counters without a route',
  }),
};

/** The section of the settings that the metrics take. */
export function arrangeMetrics(values: Values<typeof metricsVariables>) {
  return {
    port: values.METRICS_PORT,
    host: values.METRICS_HOST,
    limits: {
      maxRoutes: values.METRICS_MAX_ROUTES,
      maxPeers: values.METRICS_MAX_PEERS,
      maxSeries: values.METRICS_MAX_SERIES,
    },
  };
}
