/** What is wrong with values that are fine alone. */
export type Conflict<Name extends string> =
  /** Two variables that contradict each other, and the rule that they break. */
  | { readonly kind: 'pair'; readonly names: readonly [Name, Name]; readonly rule: string }
  | { readonly kind: 'sentence'; readonly sentence: string };

/** What a sink needs to know of its variables to find conflicts. */
export type GivenValues<Values> = {
  readonly values: Values;
  /** Whether a variable was set. */
  readonly isGiven: (name: keyof Values & string) => boolean;
  /** Whether SEND_LOGS_TO names the sink. */
  readonly isChosen: boolean;
};

/** Collects the conflicts among the variables of one sink. */
export class ConflictList<Name extends string> {
  readonly found: Conflict<Name>[] = [];
  readonly #isGiven: (name: Name) => boolean;

  constructor(isGiven: (name: Name) => boolean) {
    this.#isGiven = isGiven;
  }

  /** A variable that was set has no effect without the other thing. */
  needs(name: Name, other: string, isThere: boolean): void {
    if (this.#isGiven(name) && !isThere) this.add(`${name} has no effect without ${other}.`);
  }

  /** Two variables that are only of use together. */
  needEachOther(one: Name, other: Name): void {
    this.needs(one, other, this.#isGiven(other));
    this.needs(other, one, this.#isGiven(one));
  }

  add(sentence: string): void {
    this.found.push({ kind: 'sentence', sentence });
  }

  contradict(names: readonly [Name, Name], rule: string): void {
    this.found.push({ kind: 'pair', names, rule });
  }
}
