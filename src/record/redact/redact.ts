import { redactionMark, redactParams } from './redact-params.ts';
import { redactAuthorityForm, redactUserInfo } from './redact-user-info.ts';
import { createSecretNameTest, type NameTest } from './secret-names.ts';
import { redactValues } from './values/redact-values.ts';

export type RedactOptions = {
  readonly enabled: boolean;
  /** Names of headers beside the well-known ones. */
  readonly headers: readonly string[];
  /** Names of query parameters and body fields beside the well-known ones. */
  readonly params: readonly string[];
  /** Names of headers, query parameters and body fields that are no secret, whatever they are made of. */
  readonly except?: readonly string[];
};

/** Takes secrets out of the parts of a message. A part without any is returned as it is. */
export type Redactor = {
  readonly isOn: boolean;
  /** A request target of any form. */
  readonly target: (target: string) => string;
  /** What redacts the values of a header, by its lower-case name; URLs in them are treated like the request target. */
  readonly header: (name: string) => ValueRedactor;
  /** Whether the values of a header are secrets, by its lower-case name. */
  readonly isSecretHeader: NameTest;
};

export type ValueRedactor = (value: string) => string;

export function createRedactor(options: RedactOptions): Redactor {
  if (!options.enabled) return unchanged;
  const isSecretHeader = createSecretNameTest(options.headers, options.except);
  const isSecretParam = createSecretNameTest(options.params, options.except);
  const target = (text: string) => redactValues(redactTarget(text, isSecretParam), false);
  const value = (text: string) => redactValues(redactParams(redactUserInfo(text), isSecretParam, 'text'), false);
  return {
    isOn: true,
    target,
    isSecretHeader,
    header: (name) => {
      if (isSecretHeader(name)) return () => redactionMark;
      // `host`, `x-forwarded-host`, `:authority`: an authority, like the target of CONNECT.
      return name.endsWith('host') || name.endsWith('authority') ? target : value;
    },
  };
}

const unchanged: Redactor = {
  isOn: false,
  target: (target) => target,
  header: () => (value) => value,
  isSecretHeader: () => false,
};

function redactTarget(target: string, isSecretParam: NameTest): string {
  const hasAuthorityForm = target.charCodeAt(0) !== 0x2f && !target.includes('://');
  return redactParams(redactUserInfo(hasAuthorityForm ? redactAuthorityForm(target) : target), isSecretParam, 'url');
}
