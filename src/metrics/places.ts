import { RecencyMap } from '../bytes/recency-map.ts';
import { sayOnce } from '../telemetry/say-once.ts';

/** How many exchanges earn a place once places are scarce: guesses are seldom made twice. */
const exchangesForPlace = 5;
/** Names on their way to a place, for each place; beyond that, the one asked for longest ago starts again. */
const candidatesPerPlace = 10;

export type PlacesOptions = {
  readonly max: number;
  /** Told once, when there are more names than places. */
  readonly warn: (sentence: string) => void;
  readonly sentence: string;
  /** Gives a place back that nobody needs any more, if there is one. Left out where places are for good. */
  readonly makeRoom?: (now: number) => boolean;
};

/**
 * The names that metrics show of something that others may make up. There are few places for them, so not every name
 * may have one: half of the places go to the names that come first, the others to those that come again and again. Who
 * makes up names gets only the first half.
 */
export class Places<Value> {
  readonly #options: PlacesOptions;
  readonly #warn: () => void;
  readonly #values = new Map<string, Value>();
  /** Exchanges so far; the name that came longest ago is first. None once all places are taken for good. */
  #candidates = new RecencyMap<string, number>();

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.#warn = sayOnce(options.warn, options.sentence);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  values(): Iterable<Value> {
    return this.#values.values();
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  /**
   * A place for a name that has none, if it may have one: what `make` makes of the name, which is no longer a slice of
   * the head that it came in.
   */
  admit(name: string, now: number, make: (name: string) => Value): Value | undefined {
    if (!this.#mayHavePlace(name, now)) return undefined;
    const own = ownCopy(name);
    const value = make(own);
    this.#values.set(own, value);
    return value;
  }

  #mayHavePlace(name: string, now: number): boolean {
    const { max, makeRoom } = this.#options;
    if (this.#values.size < max / 2) return true;
    if (this.#values.size < max) return this.#hasEarned(name);
    this.#warn();
    if (makeRoom !== undefined) return this.#hasEarned(name) && makeRoom(now);
    if (this.#candidates.size > 0) this.#candidates = new RecencyMap();
    return false;
  }

  #hasEarned(name: string): boolean {
    const exchanges = (this.#candidates.get(name) ?? 0) + 1;
    if (exchanges >= exchangesForPlace) {
      this.#candidates.delete(name);
      return true;
    }
    this.#candidates.set(ownCopy(name), exchanges);
    if (this.#candidates.size > this.#options.max * candidatesPerPlace) this.#forgetOldest();
    return false;
  }

  #forgetOldest(): void {
    this.#warn();
    const { oldest } = this.#candidates;
    if (oldest !== undefined) this.#candidates.delete(oldest.key);
  }
}

function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
