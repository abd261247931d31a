import type { Exchange } from '../exchange/exchange.ts';
import { knownMethods } from '../record/known-methods.ts';
import { targetPath } from '../record/target.ts';
import { sayOnce } from '../telemetry/say-once.ts';
import { Histogram } from './histogram.ts';
import { LabelledCounts } from './labelled-counts.ts';
import type { Metric, Sample } from './metric.ts';
import { otherRoute } from './route.ts';
import { RouteTable } from './route-table.ts';

/** Seconds, as OpenTelemetry advises (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/). */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** The share of the series that is kept for `{other}`, so that errors are seen when all others are taken. */
const shareOfOther = 0.1;

export type RequestMetricsLimits = {
  /** Different routes; the requests of more come under `{other}`. */
  readonly maxRoutes: number;
  /** Different sets of labels, in each direction; more come under `{other}`, and then are counted only. */
  readonly maxSeries: number;
};

type Direction = 'incoming' | 'outgoing';

type SeriesKey = { readonly method: string; readonly status: number | undefined; readonly route: string };

/**
 * Rate, errors and duration of requests in both directions. Whatever clients ask for, there is a limit to what is
 * kept, and what it leaves out is counted.
 */
export class RequestMetrics {
  readonly #maxSeries: number;
  readonly #warn: () => void;
  readonly #pathOf: typeof targetPath;
  readonly #routes: RouteTable;
  readonly #durations = { incoming: new Map<string, Histogram>(), outgoing: new Map<string, Histogram>() };
  readonly #unanswered = new LabelledCounts();
  readonly #late = new LabelledCounts();
  #seriesUnderOther = 0;
  #overflowingSeries = 0;

  /**
   * `warn` is told once, in a sentence, when there is more than a limit allows. `pathOf`: as much of the path of a
   * target as may be shown.
   */
  constructor(
    { maxRoutes, maxSeries }: RequestMetricsLimits,
    warn: (sentence: string) => void,
    pathOf: typeof targetPath = targetPath,
  ) {
    this.#pathOf = pathOf;
    this.#maxSeries = maxSeries;
    const limit = `METRICS_MAX_SERIES=${maxSeries}`;
    const sentence = `there are too many sets of method, status and route for ${limit}: some come under ${otherRoute}`;
    this.#warn = sayOnce(warn, sentence);
    this.#routes = new RouteTable(maxRoutes, warn);
  }

  /**
   * Every exchange of which the request was seen, in a direction that is known. One with a late response comes twice:
   * the second time only its duration and that it was late are counted.
   */
  observe(exchange: Exchange): void {
    const { endpoints, request, response, outcome, late } = exchange;
    const { direction } = endpoints;
    if (request === undefined || direction === 'unknown') return;
    const { method } = request.head;
    const shownMethod = knownMethods.has(method) ? method : '_OTHER';
    if (response === undefined) {
      return this.#unanswered.count({ direction, http_request_method: shownMethod, outcome });
    }
    const seconds = Math.max(0, response.lastByteTime - request.firstByteTime) / 1e6;
    const { status } = response.head;
    if (late) this.#late.count({ direction, http_response_status_class: statusClass(status) });
    const path = this.#pathOf(request.head.target);
    const route = path === undefined ? otherRoute : this.#routes.shownRoute(path, status);
    this.#series(direction, { method: shownMethod, status, route })?.observe(seconds);
  }

  metrics(): readonly Metric[] {
    return [
      durations('http_server_request_duration_seconds', 'incoming', this.#durations.incoming),
      durations('http_client_request_duration_seconds', 'outgoing', this.#durations.outgoing),
      {
        name: 'http_logger_unanswered_requests',
        type: 'counter',
        help: 'Requests without a response, by why there is none (`timeout`, `reset`, `closed`, `unknown`).',
        samples: this.#unanswered.samples(),
      },
      {
        name: 'http_logger_requests_answered_late',
        type: 'counter',
        help: 'Responses to requests that had been counted as unanswered: in the duration histograms as well.',
        samples: this.#late.samples(),
      },
      {
        name: 'http_logger_metrics_overflowing_routes',
        type: 'counter',
        help: 'Requests under the route {other} for want of room (METRICS_MAX_ROUTES, METRICS_MAX_SERIES).',
        samples: [{ value: this.#routes.overflowing + this.#seriesUnderOther }],
      },
      {
        name: 'http_logger_metrics_overflowing_series',
        type: 'counter',
        help: 'Requests in no duration histogram, because there are more sets of labels than METRICS_MAX_SERIES.',
        samples: [{ value: this.#overflowingSeries }],
      },
    ];
  }

  #series(direction: Direction, { method, status, route }: SeriesKey): Histogram | undefined {
    const all = this.#durations[direction];
    const key = `${method} ${status} ${route}`;
    const known = all.get(key);
    if (known !== undefined) return known;
    if (!this.#hasPlace(all.size, route)) {
      this.#warn();
      if (route !== otherRoute) {
        this.#seriesUnderOther++;
        return this.#series(direction, { method, status, route: otherRoute });
      }
      this.#overflowingSeries++;
      return undefined;
    }
    const code = status === undefined ? {} : { http_response_status_code: String(status) };
    const labels = { http_request_method: method, ...code, http_route: route };
    const series = new Histogram(labels, durationBounds);
    all.set(key, series);
    return series;
  }

  #hasPlace(taken: number, route: string): boolean {
    const kept = route === otherRoute ? 0 : Math.floor(this.#maxSeries * shareOfOther);
    return taken < this.#maxSeries - kept;
  }
}

/** `5xx`; whatever is no class of HTTP (RFC 9110, section 15) is `other`. */
function statusClass(status: number | undefined): string {
  return status !== undefined && status >= 100 && status < 600 ? `${Math.trunc(status / 100)}xx` : 'other';
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
