import { type ContentType, isJsonType, isMarkupType, isScriptType, isTextType } from '../body/content-type.ts';
import { redactFields } from './redact-fields.ts';
import { redactJson } from './redact-json.ts';
import { redactMarkup } from './redact-markup.ts';
import { redactMultipart } from './redact-multipart.ts';
import { REDACTED, redactParams } from './redact-params.ts';
import { redactUserInfo } from './redact-user-info.ts';
import { redactValues } from './redact-values.ts';
import type { NameTest } from './secret-names.ts';

/** Takes the secrets out of the text of a body; `cut` says that its end is missing. */
export type BodyRedactor = (text: string, contentType: ContentType, cut: boolean) => string;

/** Nobody nests parts within parts deeper than this. Each level is read once more, so what is deeper is left out. */
const MAX_NESTED_PARTS = 4;
const MULTIPART_START = /^--([^\r\n]+)\r?\n/;

export function createBodyRedactor(isSecretName: NameTest): BodyRedactor {
  const byName = (text: string, type: string, boundary: string | undefined, depth: number): string => {
    const start = firstCharacter(text);
    if (type.startsWith('multipart/')) {
      if (depth >= MAX_NESTED_PARTS) return REDACTED;
      const mark = boundary ?? MULTIPART_START.exec(text)?.[1];
      if (mark !== undefined) {
        return redactMultipart(
          text,
          mark,
          isSecretName,
          (content, part) => byName(content, part, undefined, depth + 1),
          isTextType,
        );
      }
    }
    // What a body looks like counts more than what it is called: JSON is often sent as a form or as plain text.
    if (isJsonType(type) || start === '{' || start === '[') return redactJson(text, isSecretName, inString);
    if (type === 'application/x-www-form-urlencoded') return redactParams(redactUserInfo(text), isSecretName, 'form');
    const markup = start === '<' || isMarkupType(type);
    const fields = markup ? redactMarkup(text, isSecretName) : text;
    const plain = redactFields(fields, isSecretName, markup || isScriptType(type));
    return redactParams(redactUserInfo(plain), isSecretName, 'text');
  };
  const inString = (text: string): string => {
    const plain = text.includes('"') ? redactJson(text, isSecretName, inString) : text;
    return redactParams(redactUserInfo(plain), isSecretName, 'text');
  };
  return (text, { type, boundary }, cut) => redactValues(byName(text, type, boundary, 0), cut);
}

function firstCharacter(text: string): string | undefined {
  return /\S/.exec(text)?.[0];
}
