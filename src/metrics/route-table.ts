import { Places } from './places.ts';
import { isRefusal } from './refusal.ts';
import { otherRoute, routeOf } from './route.ts';

/**
 * The routes that metrics show by name. An answer that refuses the request gives its route no place, and no place is
 * ever taken back.
 */
export class RouteTable {
  readonly #places: Places<string>;
  /** Exchanges whose route has no place, or none yet, though their answer was no refusal. */
  overflowing = 0;

  constructor(maxRoutes: number, warn: (sentence: string) => void) {
    const sentence = `there are too many routes for METRICS_MAX_ROUTES=${maxRoutes}: some come under ${otherRoute}`;
    this.#places = new Places({ max: maxRoutes, warn, sentence });
  }

  /** The route that an exchange is counted under: its own one, or that of all others. */
  shownRoute(path: string, status: number | undefined): string {
    const route = routeOf(path);
    if (route === otherRoute) return route;
    const known = this.#places.get(route);
    if (known !== undefined) return known;
    if (isRefusal(status)) return otherRoute;
    const admitted = this.#places.admit(route, 0, (own) => own);
    if (admitted === undefined) this.overflowing++;
    return admitted ?? otherRoute;
  }
}
