import { anyText, type Kind } from './kind.ts';

/** One environment variable; its name is its key in the table. Texts are Markdown. */
export type Variable<T> = {
  readonly aliases: readonly string[];
  /** Those of the aliases that were its name in an earlier release, and will not be accepted for ever. */
  readonly formerly: readonly string[];
  readonly kind: Kind<T>;
  /** The value when it is not set, and how the docs show it. */
  readonly fallback: T;
  readonly shownFallback: string;
  readonly meaning: string;
  /** May be given by a file instead, and is never shown. */
  readonly isSecret: boolean;
};

export type VariableTable = { readonly [name: string]: Variable<unknown> };

type Row = {
  readonly meaning: string;
  readonly aliases?: readonly string[];
  readonly formerly?: readonly string[];
};

/** The values of a table by variable name. */
export type Values<Table extends VariableTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Variable<infer T> ? T : never;
};

/**
 * A variable with a default, written as a user would write it, so that the docs cannot differ from the code. Empty is
 * an empty list.
 */
export function variable<T>(kind: Kind<T>, row: Row & { readonly default: string }): Variable<T> {
  const parsed = kind.parse(row.default);
  if (parsed.kind === 'refused') throw new Error(`the default "${row.default}" is not allowed: ${parsed.because}`);
  return {
    ...otherNames(row),
    kind,
    fallback: parsed.value,
    shownFallback: row.default === '' ? '(none)' : `\`${row.default}\``,
    meaning: row.meaning,
    isSecret: false,
  };
}

/** A variable that stays undefined when it is not set; `unset` says what happens then. */
export function optional<T>(kind: Kind<T>, row: Row & { readonly unset: string }): Variable<T | undefined> {
  const { unset, meaning } = row;
  return { ...otherNames(row), kind, fallback: undefined, shownFallback: unset, meaning, isSecret: false };
}

/** A password, key or the like. It may be in a file: see `readSecret`. */
export function secret(meaning: string): Variable<string | undefined> {
  return { ...optional(anyText('text'), { unset: '(none)', meaning }), isSecret: true };
}

function otherNames({ aliases = [], formerly = [] }: Row): Pick<Variable<unknown>, 'aliases' | 'formerly'> {
  return { aliases: [...aliases, ...formerly], formerly };
}
