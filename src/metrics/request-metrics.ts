import type { Exchange } from '../exchange/exchange.ts';
import { knownMethods } from '../record/known-methods.ts';
import { targetPath } from '../record/target.ts';
import { Histogram } from './histogram.ts';
import type { Labels, Metric, Sample } from './metric.ts';
import { routeOf } from './route.ts';

/** Seconds, as the semantic conventions of OpenTelemetry advise (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/). */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const otherRoute = '{other}';
/** Paths whose route is remembered; then all are forgotten at once. */
const maxKnownPaths = 2000;
const maxKnownPathLength = 200;

export type RequestMetricsLimits = {
  /** Different routes; the requests of more come under `{other}`. */
  readonly maxRoutes: number;
  /** Different sets of labels, in each direction; more are counted only. */
  readonly maxSeries: number;
};

type Direction = 'incoming' | 'outgoing';

/**
 * Rate, errors and duration of requests in both directions. Whatever clients ask for, there is a limit to what is kept, and what it leaves
 * out is counted.
 */
export class RequestMetrics {
  readonly #limits: RequestMetricsLimits;
  readonly #warn: (sentence: string) => void;
  readonly #routes = new Set<string>();
  readonly #routeOfPath = new Map<string, string>();
  readonly #durations = { incoming: new Map<string, Histogram>(), outgoing: new Map<string, Histogram>() };
  readonly #unanswered = new Map<string, { readonly labels: Labels; count: number }>();
  #overflowingRoutes = 0;
  #overflowingSeries = 0;

  /** `warn` is told once, in a sentence, when there is more than a limit allows. */
  constructor(limits: RequestMetricsLimits, warn: (sentence: string) => void) {
    this.#limits = limits;
    this.#warn = warn;
  }

  /** Every exchange of which the request was seen, in a direction that is known. */
  observe(exchange: Exchange): void {
    const { endpoints, request, response, outcome } = exchange;
    const { direction } = endpoints;
    if (request === undefined || direction === 'unknown') return;
    const { method } = request.head;
    const shownMethod = knownMethods.has(method) ? method : '_OTHER';
    if (response === undefined) return this.#countUnanswered(direction, shownMethod, outcome);
    const seconds = Math.max(0, response.lastByteTime - request.firstByteTime) / 1e6;
    const route = this.#routeOf(targetPath(request.head.target) ?? otherRoute);
    this.#series(direction, shownMethod, response.head.status, route)?.observe(seconds);
  }

  metrics(): readonly Metric[] {
    return [
      durations('http_server_request_duration_seconds', 'incoming', this.#durations.incoming),
      durations('http_client_request_duration_seconds', 'outgoing', this.#durations.outgoing),
      {
        name: 'http_logger_unanswered_requests',
        type: 'counter',
        help: 'Requests without a response, by why there is none (`timeout`, `reset`, `closed`, `unknown`).',
        samples: [...this.#unanswered.values()].map(({ labels, count }) => ({ labels, value: count })),
      },
      {
        name: 'http_logger_metrics_overflowing_routes',
        type: 'counter',
        help: 'Requests counted under the route {other}, because there are more routes than METRICS_MAX_ROUTES.',
        samples: [{ value: this.#overflowingRoutes }],
      },
      {
        name: 'http_logger_metrics_overflowing_series',
        type: 'counter',
        help: 'Requests in no duration histogram, because there are more sets of labels than METRICS_MAX_SERIES.',
        samples: [{ value: this.#overflowingSeries }],
      },
    ];
  }

  #series(direction: Direction, method: string, status: number, route: string): Histogram | undefined {
    const all = this.#durations[direction];
    const key = `${method} ${status} ${route}`;
    const known = all.get(key);
    if (known !== undefined) return known;
    if (all.size >= this.#limits.maxSeries) {
      if (this.#overflowingSeries++ === 0) {
        this.#warn(
          `metrics have more than ${all.size} sets of method, status and route (METRICS_MAX_SERIES): others are only counted`,
        );
      }
      return undefined;
    }
    const labels = { http_request_method: method, http_response_status_code: String(status), http_route: route };
    const series = new Histogram(labels, durationBounds);
    all.set(key, series);
    return series;
  }

  #countUnanswered(direction: Direction, method: string, outcome: string): void {
    const key = `${direction} ${method} ${outcome}`;
    const known = this.#unanswered.get(key);
    if (known !== undefined) known.count++;
    else this.#unanswered.set(key, { labels: { direction, http_request_method: method, outcome }, count: 1 });
  }

  #routeOf(path: string): string {
    const known = this.#routeOfPath.get(path);
    if (known !== undefined && known !== otherRoute) return known;
    const route = this.#admit(routeOf(path));
    if (this.#routeOfPath.size >= maxKnownPaths) this.#routeOfPath.clear();
    if (path.length <= maxKnownPathLength) this.#routeOfPath.set(ownCopy(path), route);
    return route;
  }

  #admit(route: string): string {
    if (this.#routes.has(route)) return route;
    if (this.#routes.size >= this.#limits.maxRoutes) {
      if (this.#overflowingRoutes++ === 0) {
        this.#warn(
          `metrics have more than ${this.#routes.size} routes (METRICS_MAX_ROUTES): others come under ${otherRoute}`,
        );
      }
      return otherRoute;
    }
    this.#routes.add(route);
    return route;
  }
}

/** A path is a slice of the head that it came in, and would keep all of it in memory. */
function ownCopy(path: string): string {
  return Buffer.from(path, 'latin1').toString('latin1');
}

function durations(name: string, direction: Direction, series: ReadonlyMap<string, Histogram>): Metric {
  return {
    name,
    type: 'histogram',
    help: `From the first byte of an answered ${direction} request to the last byte of its response.`,
    samples: { [Symbol.iterator]: () => samplesOf(series.values()) },
  };
}

/** The numbers of one series are of one moment. */
function* samplesOf(series: Iterable<Histogram>): Generator<Sample> {
  for (const one of series) yield* one.samples();
}
