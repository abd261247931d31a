import { type ContentType, isJsonType, isMarkupType, isScriptType, isTextType } from '../content-type.ts';
import { redactFields } from './redact-fields.ts';
import { redactJson } from './redact-json.ts';
import { redactMarkup } from './redact-markup.ts';
import { redactMultipart } from './redact-multipart.ts';
import { redactionMark, redactParams } from './redact-params.ts';
import { redactUserInfo } from './redact-user-info.ts';
import { redactValues } from './redact-values.ts';
import type { NameTest } from './secret-names.ts';

/** Takes the secrets out of the text of a body; `cut` says that its end is missing. */
export type BodyRedactor = (text: string, contentType: ContentType, cut: boolean) => string;

/** Parts within parts name their boundary, too, but are read without it: each begins with it. */
type PartType = { readonly type: string; readonly boundary?: string | undefined };

/** Nobody nests parts within parts deeper than this. Each level is read once more, so what is deeper is left out. */
const maxNestedParts = 4;
const multipartStart = /^--([^\r\n]+)\r?\n/;

export function createBodyRedactor(isSecretName: NameTest): BodyRedactor {
  const byName = (text: string, { type, boundary }: PartType, depth: number): string => {
    const start = firstCharacter(text);
    if (type.startsWith('multipart/')) {
      if (depth >= maxNestedParts) return redactionMark;
      const mark = boundary ?? multipartStart.exec(text)?.[1];
      if (mark !== undefined) {
        const redactContent = (content: string, part: string) => byName(content, { type: part }, depth + 1);
        return redactMultipart(text, mark, { isSecretName, isText: isTextType, redactContent });
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
  return (text, contentType, cut) => redactValues(byName(text, contentType, 0), cut);
}

function firstCharacter(text: string): string | undefined {
  return /\S/.exec(text)?.[0];
}
