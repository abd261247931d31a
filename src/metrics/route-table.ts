import { otherRoute, routeOf } from './route.ts';

/** What a server answers when there is nothing, or before it looks at the path: what guesses are answered with. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 413, 414, 421, 431, 501, 505]);
/** So many exchanges earn a place when places have become scarce: who guesses seldom asks twice. */
const exchangesForPlace = 5;
/** Routes on their way to a place, for each place; of more, the one that was asked for longest ago begins anew. */
const candidatesPerPlace = 10;
/** Paths whose route is remembered; then all are forgotten at once. */
const maxKnownPaths = 2000;
const maxKnownPathLength = 200;

/**
 * The routes that metrics show by name. There are few places for them, and none is ever taken back, because a counter
 * must not begin anew. So not every path that a client makes up may have one:
 *  - an answer that refuses the request does not make its route known;
 *  - half of the places go to the routes that come first, the others to those that are asked for again and again. A
 *    server that answers everything alike (one page, a login, an outage) gives a scanner only the first half.
 */
export class RouteTable {
  readonly #maxRoutes: number;
  readonly #warn: (sentence: string) => void;
  readonly #routes = new Set<string>();
  /** Exchanges so far; the route that was asked for longest ago comes first. */
  readonly #candidates = new Map<string, number>();
  /** Stands behind those that were forgotten. To begin at the first each time would be to step over all of their holes. */
  readonly #oldest = this.#candidates.keys();
  readonly #routeOfPath = new Map<string, string>();
  #isWarned = false;
  /** Exchanges whose route has no place, or none yet, though their answer was no refusal. */
  overflowing = 0;

  constructor(maxRoutes: number, warn: (sentence: string) => void) {
    this.#maxRoutes = maxRoutes;
    this.#warn = warn;
  }

  /** The route that an exchange is counted under: its own one, or that of all others. */
  shownRoute(path: string, status: number): string {
    const known = this.#routeOfPath.get(path);
    if (known !== undefined) return known;
    const route = routeOf(path);
    if (route === otherRoute || !(this.#routes.has(route) || this.#admits(route, status))) return otherRoute;
    if (this.#routeOfPath.size >= maxKnownPaths) this.#routeOfPath.clear();
    if (path.length <= maxKnownPathLength) this.#routeOfPath.set(ownCopy(path), route);
    return route;
  }

  #admits(route: string, status: number): boolean {
    if (refusals.has(status)) return false;
    const isScarce = this.#routes.size >= this.#maxRoutes / 2;
    if (this.#routes.size < this.#maxRoutes && (!isScarce || this.#hasEarned(route))) {
      this.#routes.add(ownCopy(route));
      return true;
    }
    this.overflowing++;
    if (this.#routes.size >= this.#maxRoutes) this.#close();
    return false;
  }

  /** All places are taken for good. */
  #close(): void {
    this.#candidates.clear();
    this.#warnOnce();
  }

  #hasEarned(route: string): boolean {
    const exchanges = (this.#candidates.get(route) ?? 0) + 1;
    this.#candidates.delete(route);
    if (exchanges >= exchangesForPlace) return true;
    this.#candidates.set(ownCopy(route), exchanges);
    if (this.#candidates.size > this.#maxRoutes * candidatesPerPlace) this.#forgetOldest();
    return false;
  }

  #forgetOldest(): void {
    this.#warnOnce();
    const { value } = this.#oldest.next();
    if (value !== undefined) this.#candidates.delete(value);
  }

  #warnOnce(): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#warn(`there are too many routes for METRICS_MAX_ROUTES=${this.#maxRoutes}: some come under ${otherRoute}`);
  }
}

/** A path is a slice of the head that it came in, and would keep all of it in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
