import type { Exchange } from '../exchange/exchange.ts';
import { targetPath } from '../record/target.ts';
import { sayOnce } from '../telemetry/say-once.ts';
import { DirectionCounts } from './direction-counts.ts';
import { directionMetrics, type KnownDirection } from './direction-metrics.ts';
import type { Metric } from './metric.ts';
import type { PeerTable } from './peer-table.ts';
import { otherRoute } from './route.ts';
import { RouteTable } from './route-table.ts';

/** Of gRPC. */
const unimplemented = 12;

export type RequestMetricsLimits = {
  /** Different routes; the requests of more come under `{other}`. */
  readonly maxRoutes: number;
  /** Different servers that are asked; more come under `{other}`. */
  readonly maxPeers: number;
  /** Different sets of labels, in each direction; more come under `{other}`, and then are counted only. */
  readonly maxSeries: number;
};

export type RequestMetricsSources = {
  /** Told once, in a sentence, when there is more than a limit allows. */
  readonly warn: (sentence: string) => void;
  /** As much of the path of a target as may be shown: all of it if it is left out. */
  readonly pathOf?: typeof targetPath | undefined;
};

/**
 * Rate, errors and duration of requests in both directions. Whatever clients ask for, there is a limit to what is
 * kept, and what it leaves out is counted.
 */
export class RequestMetrics {
  readonly #pathOf: typeof targetPath;
  readonly #routes: RouteTable;
  readonly #peers: PeerTable;
  readonly #directions: { readonly [D in KnownDirection]: DirectionCounts };

  constructor(
    { maxRoutes, maxSeries }: Omit<RequestMetricsLimits, 'maxPeers'>,
    peers: PeerTable,
    { warn, pathOf = targetPath }: RequestMetricsSources,
  ) {
    this.#pathOf = pathOf;
    const limit = `METRICS_MAX_SERIES=${maxSeries}`;
    const sentence = `there are too many sets of method, status and route for ${limit}: some come under ${otherRoute}`;
    const tell = sayOnce(warn, sentence);
    this.#routes = new RouteTable(maxRoutes, warn);
    this.#peers = peers;
    this.#directions = {
      incoming: new DirectionCounts(maxSeries, tell),
      outgoing: new DirectionCounts(maxSeries, tell),
    };
  }

  /** Every exchange of which the request was seen, in a direction that is known, once. */
  observe(exchange: Exchange): void {
    const { endpoints, request } = exchange;
    const { direction } = endpoints;
    if (request === undefined || direction === 'unknown') return;
    const { target } = request.head;
    const path = target === undefined ? undefined : this.#pathOf(target);
    const route = path === undefined ? otherRoute : this.#routes.shownRoute(path, answerOf(exchange));
    const isOutgoing = direction === 'outgoing';
    const peer = isOutgoing ? this.#peers.asked(exchange, request.head, request.firstByteTime).name : undefined;
    this.#directions[direction].observe(exchange, request, { route, peer });
  }

  /** A peer whose place was given to another one. */
  forgetPeer(name: string): void {
    this.#directions.outgoing.groups.forgetPeer(name);
  }

  metrics(): readonly Metric[] {
    const { incoming, outgoing } = this.#directions;
    const overflow = (name: string, help: string, value: number): Metric => {
      return { name: `http_logger_metrics_overflowing_${name}`, type: 'counter', help, samples: [{ value }] };
    };
    return [
      ...directionMetrics(this.#directions),
      overflow(
        'routes',
        'Requests under the route {other} for want of room (METRICS_MAX_ROUTES, METRICS_MAX_SERIES).',
        this.#routes.overflowing + incoming.groups.underOther + outgoing.groups.underOther,
      ),
      overflow(
        'peers',
        'Requests and failed connections under the server_address {other} for want of room (METRICS_MAX_PEERS, ' +
          'METRICS_MAX_SERIES).',
        this.#peers.overflowing + outgoing.groups.underOtherPeers,
      ),
      overflow(
        'series',
        'Requests that are only in the counters without a route, because there are more sets of labels than ' +
          'METRICS_MAX_SERIES.',
        incoming.overflowing + outgoing.overflowing,
      ),
    ];
  }
}

/** What says whether anybody would get that answer: a server of gRPC answers 200 where there is no such method. */
function answerOf({ call, response }: Exchange): number | undefined {
  return call?.end.status === unimplemented ? 501 : response?.head.status;
}
