/** What a kind makes of a text. `because` is a clause to add when there is more to say than what is allowed. */
export type Parsed<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'refused'; readonly because: string | undefined };

/** A kind of value: what is allowed (Markdown, for messages and docs) and how its text is read. The text is trimmed. */
export type Kind<T> = {
  readonly allowed: string;
  readonly parse: (text: string) => Parsed<T>;
};

export function accept<T>(value: T): Parsed<T> {
  return { kind: 'value', value };
}

export function refuse(because?: string): Parsed<never> {
  return { kind: 'refused', because };
}

/** One of a few words, in any case. */
export function choice<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    allowed: words.map((word) => `\`${word}\``).join(', '),
    parse: (text) => {
      const word = words.find((candidate) => candidate === text.toLowerCase());
      return word === undefined ? refuse() : accept(word);
    },
  };
}

const booleanWords: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

/** `true` or `false` and the usual other words for them. */
export const boolean: Kind<boolean> = {
  allowed: '`true`, `false`',
  parse: (text) => {
    const value = booleanWords.get(text.toLowerCase());
    return value === undefined ? refuse() : accept(value);
  },
};

/** Text that only its user can check. */
export function anyText(allowed: string): Kind<string> {
  return { allowed, parse: accept };
}

/** Text that must match a pattern. */
export function matching(allowed: string, pattern: RegExp, because?: string): Kind<string> {
  return { allowed, parse: (text) => (pattern.test(text) ? accept(text) : refuse(because)) };
}

/** The same kind, its value put into another form. */
export function map<From, To>(kind: Kind<From>, change: (value: From) => To): Kind<To> {
  return {
    allowed: kind.allowed,
    parse: (text) => {
      const parsed = kind.parse(text);
      return parsed.kind === 'value' ? accept(change(parsed.value)) : parsed;
    },
  };
}
