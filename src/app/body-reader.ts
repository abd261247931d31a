import { type BodyOptions, type BodyReader, createBodyReader } from '../record/body/body.ts';
import { createBodyRedactor } from '../record/redact/body/redact-body.ts';
import type { RedactOptions } from '../record/redact/redact.ts';
import { createSecretNameTest } from '../record/redact/secret-names.ts';
import { decompress } from './decompress.ts';

/** Reads bodies with everything that there is to decode and redact them: a tenth of the program, for few users. */
export function bodyReaderOf({ redact, ...options }: BodyOptions & { readonly redact: RedactOptions }): BodyReader {
  const redactBody = redact.enabled
    ? createBodyRedactor(createSecretNameTest(redact.params, redact.except))
    : undefined;
  return createBodyReader({ decompress, ...options }, redactBody);
}
