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
};

/** Takes secrets out of the parts of a message. A part without any is returned as it is. */
export type Redactor = {
  /** A request target of any form. */
  readonly target: (target: string) => string;
  /** The value of a header, by its lower-case name; URLs in it are treated like the request target. */
  readonly header: (name: string, value: string) => string;
  /** Whether the values of a header are secrets, by its lower-case name. */
  readonly isSecretHeader: NameTest;
};

export function createRedactor(options: RedactOptions): Redactor {
  if (!options.enabled) return unchanged;
  const isSecretHeader = createSecretNameTest(options.headers);
  const isSecretParam = createSecretNameTest(options.params);
  const target = (text: string) => redactValues(mayHoldParam(text) ? redactTarget(text, isSecretParam) : text, false);
  return {
    target,
    isSecretHeader,
    header: (name, value) => {
      if (isSecretHeader(name)) return redactionMark;
      // `host`, `x-forwarded-host`: an authority, like the target of CONNECT.
      if (name.endsWith('host')) return target(value);
      return redactValues(
        mayHoldParam(value) ? redactParams(redactUserInfo(value), isSecretParam, 'text') : value,
        false,
      );
    },
  };
}

const unchanged: Redactor = {
  target: (target) => target,
  header: (_, value) => value,
  isSecretHeader: () => false,
};

/**
 * Every parameter and every user-info has one of these beside it (`ordinary-text.ts` knows them, too); most parts of a
 * message have none.
 */
function mayHoldParam(text: string): boolean {
  return text.includes('=') || text.includes('@') || text.includes('%');
}

function redactTarget(target: string, isSecretParam: NameTest): string {
  const hasAuthorityForm = target.charCodeAt(0) !== 0x2f && !target.includes('://');
  return redactParams(redactUserInfo(hasAuthorityForm ? redactAuthorityForm(target) : target), isSecretParam, 'url');
}
