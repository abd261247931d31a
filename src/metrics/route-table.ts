import { RecencyMap } from '../bytes/recency-map.ts';
import { sayOnce } from '../telemetry/say-once.ts';
import { otherRoute, routeOf } from './route.ts';

/** What a server answers when there is nothing, or before it looks at the path: what guesses are answered with. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 413, 414, 421, 431, 501, 505]);
/** How many exchanges earn a place once places are scarce: guesses are seldom made twice. */
const exchangesForPlace = 5;
/** Routes on their way to a place, for each place; beyond that, the one asked for longest ago starts again. */
const candidatesPerPlace = 10;

/**
 * The routes that metrics show by name. There are few places for them, and none is ever taken back, because a counter
 * must not start again. So not every path that a client makes up may have one:
 *  - an answer that refuses the request does not make its route known;
 *  - half of the places go to the routes that come first, the others to those that are asked for again and again. A
 *    server that answers everything alike (one page, a login, an outage) gives a scanner only the first half.
 */
export class RouteTable {
  readonly #maxRoutes: number;
  readonly #warn: () => void;
  /** By itself: what is given out is never a slice of a head. */
  readonly #routes = new Map<string, string>();
  /** Exchanges so far; the route that was asked for longest ago comes first. None once all places are taken. */
  #candidates = new RecencyMap<string, number>();
  /** Exchanges whose route has no place, or none yet, though their answer was no refusal. */
  overflowing = 0;

  constructor(maxRoutes: number, warn: (sentence: string) => void) {
    this.#maxRoutes = maxRoutes;
    const sentence = `there are too many routes for METRICS_MAX_ROUTES=${maxRoutes}: some come under ${otherRoute}`;
    this.#warn = sayOnce(warn, sentence);
  }

  /** The route that an exchange is counted under: its own one, or that of all others. */
  shownRoute(path: string, status: number | undefined): string {
    const route = routeOf(path);
    if (route === otherRoute) return route;
    return this.#routes.get(route) ?? (this.#admits(route, status) ? this.#add(route) : otherRoute);
  }

  #add(route: string): string {
    const own = ownCopy(route);
    this.#routes.set(own, own);
    return own;
  }

  #admits(route: string, status: number | undefined): boolean {
    if (status !== undefined && refusals.has(status)) return false;
    const isScarce = this.#routes.size >= this.#maxRoutes / 2;
    if (this.#routes.size < this.#maxRoutes && (!isScarce || this.#hasEarned(route))) return true;
    this.overflowing++;
    if (this.#routes.size >= this.#maxRoutes) this.#close();
    return false;
  }

  /** All places are taken for good. */
  #close(): void {
    if (this.#candidates.size > 0) this.#candidates = new RecencyMap();
    this.#warn();
  }

  #hasEarned(route: string): boolean {
    const exchanges = (this.#candidates.get(route) ?? 0) + 1;
    if (exchanges >= exchangesForPlace) {
      this.#candidates.delete(route);
      return true;
    }
    this.#candidates.set(ownCopy(route), exchanges);
    if (this.#candidates.size > this.#maxRoutes * candidatesPerPlace) this.#forgetOldest();
    return false;
  }

  #forgetOldest(): void {
    this.#warn();
    const { oldest } = this.#candidates;
    if (oldest !== undefined) this.#candidates.delete(oldest.key);
  }
}

/** A path is a slice of the head that it came in, and would keep all of it in memory. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
