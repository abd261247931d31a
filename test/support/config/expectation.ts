import type { Settings } from '../../../src/config/settings.ts';

/** What one variable is expected to do. */
export type Expectation = {
  readonly read: (settings: Settings) => unknown;
  readonly unset: unknown;
  /** Other variables without which the value would have no effect. */
  readonly with?: { readonly [name: string]: string };
  readonly accepted: readonly (readonly [text: string, value: unknown])[];
  readonly wrong: readonly string[];
};

/** One for each variable of a table: without it, that does not compile. */
export type Expectations<Table> = { readonly [Name in keyof Table]: Expectation };
