import type { CallOutcome } from './call-outcome.ts';
import { Histogram } from './histogram.ts';
import type { Labels } from './metric.ts';
import { otherPeer } from './peer-table.ts';
import { RequestGroup, type RequestKind } from './request-group.ts';
import { otherRoute } from './route.ts';

/** Seconds, as OpenTelemetry advises (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/). */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** The shares that are kept for `{other}`, so that errors are seen when all others are taken. */
const keptForOtherRoutes = 0.1;
const keptForOtherPeers = 0.05;

/** One of the histograms of each group. */
type Series = {
  readonly find: (group: RequestGroup) => Histogram | undefined;
  readonly labels: (group: RequestGroup) => Labels;
  readonly add: (group: RequestGroup, histogram: Histogram) => void;
};

/**
 * The requests of one direction by peer, route and method, and their durations by status. There is a limit to the
 * groups, and the same one to the histograms; beyond it requests come under the route `{other}` of their peer, then
 * under that of all other peers, and then nowhere.
 */
export class RequestGroups {
  readonly #max: number;
  readonly #warn: () => void;
  readonly #byPeer = new Map<string | undefined, Map<string, Map<string, RequestGroup>>>();
  #groups = 0;
  #histograms = 0;
  /** Requests that came under another route, and under another peer, for want of room. */
  underOther = 0;
  underOtherPeers = 0;

  constructor(max: number, warn: () => void) {
    this.#max = max;
    this.#warn = warn;
  }

  group(kind: RequestKind): RequestGroup | undefined {
    const known = this.#byPeer.get(kind.peer)?.get(kind.route)?.get(kind.method);
    if (known !== undefined) return known;
    if (this.#hasRoom(this.#groups, kind)) return this.#add(kind);
    const wider = this.#wider(kind);
    return wider && this.group(wider);
  }

  /** How long requests of this kind took that were answered with this status. */
  durations(group: RequestGroup, status: number | undefined): Histogram | undefined {
    return (
      group.durations.get(status) ??
      this.#histogram(group, {
        find: ({ durations }) => durations.get(status),
        labels: (any) => any.durationLabels(status),
        add: ({ durations }, histogram) => durations.set(status, histogram),
      })
    );
  }

  /** How long calls of this kind took that ended like this. */
  callDurations(group: RequestGroup, call: CallOutcome): Histogram | undefined {
    const key = `${call.system} ${call.status}`;
    return (
      group.callDurations.get(key) ??
      this.#histogram(group, {
        find: ({ callDurations }) => callDurations.get(key),
        labels: (any) => any.callLabels(call),
        add: ({ callDurations }, histogram) => callDurations.set(key, histogram),
      })
    );
  }

  forgetPeer(peer: string): void {
    for (const group of groupsOf(this.#byPeer.get(peer))) {
      this.#groups--;
      this.#histograms -= group.durations.size + group.callDurations.size;
    }
    this.#byPeer.delete(peer);
  }

  *[Symbol.iterator](): Generator<RequestGroup> {
    for (const byRoute of this.#byPeer.values()) yield* groupsOf(byRoute);
  }

  #histogram(group: RequestGroup, series: Series): Histogram | undefined {
    const known = series.find(group);
    if (known !== undefined) return known;
    if (this.#hasRoom(this.#histograms, group.kind)) {
      this.#histograms++;
      const histogram = new Histogram(series.labels(group), durationBounds);
      series.add(group, histogram);
      return histogram;
    }
    const wider = this.#wider(group.kind);
    const others = wider && this.group(wider);
    return others && this.#histogram(others, series);
  }

  #add(kind: RequestKind): RequestGroup {
    this.#groups++;
    const group = new RequestGroup(kind);
    const byRoute = entryOf(this.#byPeer, kind.peer, () => new Map<string, Map<string, RequestGroup>>());
    const byMethod = entryOf(byRoute, kind.route, () => new Map<string, RequestGroup>());
    byMethod.set(kind.method, group);
    return group;
  }

  #hasRoom(taken: number, { route, peer }: RequestKind): boolean {
    const isOfOtherPeers = peer === undefined || peer === otherPeer;
    const kept = route !== otherRoute ? keptForOtherRoutes : isOfOtherPeers ? 0 : keptForOtherPeers;
    return taken < this.#max - Math.floor(this.#max * kept);
  }

  /** The kind that such requests come under when there is no room for their own. */
  #wider(kind: RequestKind): RequestKind | undefined {
    this.#warn();
    if (kind.route !== otherRoute) {
      this.underOther++;
      return { ...kind, route: otherRoute };
    }
    if (kind.peer === undefined || kind.peer === otherPeer) return undefined;
    this.underOtherPeers++;
    return { ...kind, peer: otherPeer };
  }
}

function* groupsOf(byRoute: ReadonlyMap<string, ReadonlyMap<string, RequestGroup>> | undefined) {
  for (const byMethod of byRoute?.values() ?? []) yield* byMethod.values();
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
