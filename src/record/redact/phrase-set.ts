/** Between the parts of a nested name. */
export const partSeparator = '.';

/** Phrases that are looked for among the words of a name (`wordsOf`). */
export class PhraseSet {
  readonly #byFirstWord: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly #plurals: boolean;

  /** `plurals`: each word may be one. A phrase may also stand in two parts of a nested name. */
  constructor(phrases: readonly string[], plurals = true) {
    this.#plurals = plurals;
    const byFirstWord = new Map<string, (readonly string[])[]>();
    for (const phrase of phrases) {
      const words = phrase.split(' ');
      const first = words[0] ?? '';
      byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), words]);
    }
    this.#byFirstWord = byFirstWord;
  }

  isIn(words: readonly string[]): boolean {
    return words.some((_, at) => this.lengthAt(words, at) > 0);
  }

  /** How many words from here on are one of the phrases, the longest one; 0 if none begins here. */
  lengthAt(words: readonly string[], at: number): number {
    const word = words[at] ?? '';
    const length = this.#longest(word, words, at);
    return this.#plurals && word.endsWith('s') ? Math.max(length, this.#longest(word.slice(0, -1), words, at)) : length;
  }

  #longest(first: string, words: readonly string[], at: number): number {
    let longest = 0;
    for (const phrase of this.#byFirstWord.get(first) ?? [])
      longest = Math.max(longest, this.#length(phrase, words, at));
    return longest;
  }

  #length(phrase: readonly string[], words: readonly string[], start: number): number {
    let at = start;
    for (const word of phrase) {
      if (at > start && words[at] === partSeparator) at++;
      const given = words[at];
      if (given !== word && !(this.#plurals && given === `${word}s`)) return 0;
      at++;
    }
    return at - start;
  }
}
