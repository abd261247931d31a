import type { Direction } from '../exchange/exchange.ts';
import type { DirectionCounts } from './direction-counts.ts';
import type { Histogram } from './histogram.ts';
import type { Labels, Metric, Sample } from './metric.ts';
import type { RequestGroup } from './request-group.ts';

export type KnownDirection = Exclude<Direction, 'unknown'>;

type Directions = { readonly [D in KnownDirection]: DirectionCounts };
type Read = (counts: DirectionCounts, labels: { readonly direction: KnownDirection }) => Iterable<Sample>;

/**
 * What is shown of the requests of both directions. The counters without a route are there from the beginning, so that
 * they show the first failure of all; those with a route begin with its first request.
 */
export function directionMetrics(directions: Directions): readonly Metric[] {
  const counter = (name: string, help: string, read: Read): Metric => {
    return { name: `http_logger_${name}`, type: 'counter', help, samples: inTurn(directions, read) };
  };
  return [
    durations('http_server_request_duration_seconds', 'incoming', directions),
    durations('http_client_request_duration_seconds', 'outgoing', directions),
    callDurations('rpc_server_call_duration_seconds', 'incoming', directions),
    callDurations('rpc_client_call_duration_seconds', 'outgoing', directions),
    counter('requests', 'Requests, each once, when it was answered or given up.', ({ requests }, labels) => [
      { labels, value: requests },
    ]),
    counter(
      'requests_failed',
      'Requests that failed: a status of 500 or above (`5xx`), an error of gRPC (`grpc`), or no whole response ' +
        '(`timeout`, `reset`, `closed`).',
      ({ failed }, labels) => failed.samples(labels),
    ),
    counter('route_requests', 'The same, by method, route and, if they are outgoing, server.', (counts, labels) =>
      ofGroups(counts, labels, ({ requests }, ofGroup) => [{ labels: ofGroup, value: requests }]),
    ),
    counter('route_requests_failed', 'Those of them that failed.', (counts, labels) =>
      ofGroups(counts, labels, ({ failed }, ofGroup) => failed.samples(ofGroup)),
    ),
    counter(
      'unanswered_requests',
      'Requests without a response, by why there is none (`timeout`, `reset`, `closed`, `unknown`).',
      unanswered,
    ),
    counter(
      'requests_answered_late',
      'Responses to requests that had been counted as unanswered: in the duration histograms as well.',
      ({ late }, labels) => late.samples(labels),
    ),
  ];
}

/** Read when it is asked for, again each time. */
function inTurn(directions: Directions, read: Read): Iterable<Sample> {
  return {
    *[Symbol.iterator]() {
      for (const direction of ['incoming', 'outgoing'] as const) yield* read(directions[direction], { direction });
    },
  };
}

function* ofGroups(
  { groups }: DirectionCounts,
  labels: Labels,
  read: (group: RequestGroup, labels: Labels) => Iterable<Sample>,
): Generator<Sample> {
  for (const group of groups) yield* read(group, { ...labels, ...group.labels });
}

function* unanswered(counts: DirectionCounts, labels: Labels): Generator<Sample> {
  for (const [method, outcomes] of counts.unanswered)
    yield* outcomes.samples({ ...labels, http_request_method: method });
}

function durations(name: string, direction: KnownDirection, directions: Directions): Metric {
  return {
    name,
    type: 'histogram',
    help: `From the first byte of an answered ${direction} request to the last byte of its response.`,
    samples: { [Symbol.iterator]: () => histogramSamples(directions[direction], (group) => group.durations) },
  };
}

function callDurations(name: string, direction: KnownDirection, directions: Directions): Metric {
  return {
    name,
    type: 'histogram',
    help: `The same of answered ${direction} calls of gRPC, gRPC-Web and Connect.`,
    samples: { [Symbol.iterator]: () => histogramSamples(directions[direction], (group) => group.callDurations) },
  };
}

/** The numbers of one series are of one moment. */
function* histogramSamples(
  { groups }: DirectionCounts,
  of: (group: RequestGroup) => ReadonlyMap<unknown, Histogram>,
): Generator<Sample> {
  for (const group of groups) for (const one of of(group).values()) yield* one.samples();
}
