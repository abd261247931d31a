import type { NameTest } from '../secret-names.ts';

/** What the redactors of all formats need: which names are secret, and what becomes of everything else. */
export type Rules = {
  readonly isSecretName: NameTest;
  /** Redacts a value of no secret name, which may hold text of any format; `cut` says that its end is missing. */
  readonly redactValue: (text: string, cut: boolean) => string;
};

/** A body, or what a value holds. */
export type Content = {
  readonly text: string;
  /** Its end is missing. */
  readonly cut: boolean;
};
