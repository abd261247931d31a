import type { Field } from './field.ts';

/** The fields that a record has in one vocabulary, in the order in which they are written. */
export type Schema = {
  /** Whether a dot in a name opens an object; else all fields stand on one level. */
  readonly isNested: boolean;
  /** It also shows the referrer, the request's id and its content type, which are not looked up for the others. */
  readonly readsAllOfHead?: true;
  /** It has no words for other records: they are not made. */
  readonly onlyExchanges?: true;
  readonly fields: readonly Field[];
};
