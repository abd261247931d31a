import { type ContentType, isTextType } from '../../content-type.ts';
import { redactionMark, redactParams } from '../redact-params.ts';
import { redactUserInfo } from '../redact-user-info.ts';
import type { NameTest } from '../secret-names.ts';
import { mayHoldSecretValue, redactValues } from '../values/redact-values.ts';
import { formatOf } from './body-format.ts';
import { redactArguments } from './redact-arguments.ts';
import { redactCsv } from './redact-csv.ts';
import { redactEvents } from './redact-events.ts';
import { type FieldsKind, redactFields } from './redact-fields.ts';
import { redactForm } from './redact-form.ts';
import { type RedactedLiterals, redactGraphql, redactJson } from './redact-json.ts';
import { type MarkupRules, redactMarkup } from './redact-markup.ts';
import { redactMultipart } from './redact-multipart.ts';
import { redactYaml } from './redact-yaml.ts';
import type { Content } from './rules.ts';

/** Takes the secrets out of the text of a body; `cut` says that its end is missing. */
export type BodyRedactor = (text: string, contentType: ContentType, cut: boolean) => string;

/** Nobody nests parts within parts deeper than this. Each level is read once more, so what is deeper is left out. */
const maxNestedParts = 4;
/** The same for values that hold text of a format, such as JSON in a string of JSON. */
const maxNestedValues = 12;
const mayHoldName = /[=:@%<"'{&\\]|-[A-Za-z]/;
/** `{"`, `{ `, `[{` and the like in Base64. */
const encodedJson = /^(?:ey[A-Z]|ew[0o]|W3[s0]|Wy[IdJ]|WwogI)[\w+/=-]*$/;

/**
 * What a request for a token (RFC 6749 section 4.1.3) has beside its `code`, which can be changed for one; elsewhere a
 * `code` is no secret.
 */
const tokenRequest =
  /(?<![A-Za-z\d])(?:grant_?type|redirect_?ur[il]|client_?id|code_?verifier)(?:=|\\?"[ \t]{0,8}:|"\r?\n)/i;

export function createBodyRedactor(isSecretName: NameTest): BodyRedactor {
  const usual = createLevels(isSecretName);
  const inTokenRequest = createLevels((name) => isSecretName(name, true));
  return (text, contentType, cut) => {
    const level = tokenRequest.test(text) ? inTokenRequest : usual;
    return level.redact({ text, cut }, contentType, 'text');
  };
}

function createLevels(isSecretName: NameTest): Level {
  let level = new Level(maxNestedValues, isSecretName, undefined);
  while (level.depth > 0) level = new Level(level.depth - 1, isSecretName, level);
  return level;
}

/** A media type; parts within parts name their boundary, too, but are read without it: each begins with it. */
type PartType = { readonly type: string; readonly boundary?: string | undefined };

/** Redacts what is nested so deep: a body is not nested at all, what its values hold is one level deeper. */
class Level {
  readonly depth: number;
  readonly #isSecretName: NameTest;
  readonly #next: Level | undefined;
  readonly #rules: MarkupRules;

  constructor(depth: number, isSecretName: NameTest, next: Level | undefined) {
    this.depth = depth;
    this.#isSecretName = isSecretName;
    this.#next = next;
    this.#rules = {
      isSecretName,
      redactValue: (text, cut) => this.#redactValue({ text, cut }),
      redactCode: (text, cut) => this.#redactPlain({ text, cut }, 'code'),
    };
  }

  /** `kind` is that of plain text. */
  redact(content: Content, { type, boundary }: PartType, kind: FieldsKind): string {
    const format = formatOf(content.text, type);
    switch (format) {
      case 'json':
        return this.#redactUnread(content, redactJson(content, this.#rules), kind);
      case 'form':
        return redactForm(content, this.#rules);
      case 'multipart':
        return this.#redactParts(content, boundary);
      case 'markup':
        return redactMarkup(content, this.#rules);
      case 'graphql':
        return this.#redactUnread(content, redactGraphql(content, this.#rules), 'text');
      case 'yaml':
        return this.#redactPlain({ ...content, text: redactYaml(content, this.#rules) }, kind);
      case 'events':
        return redactEvents(content, (data) => this.#redactInside(data, '', 'text'));
      case 'csv':
        return this.#redactPlain({ ...content, text: redactCsv(content.text, this.#isSecretName) }, 'text');
      case 'script':
        return this.#redactPlain(content, 'code');
      case 'text':
        return this.#redactPlain(content, kind);
    }
  }

  /** What is called JSON or GraphQL and cannot be read as such is plain text. */
  #redactUnread(content: Content, { text, isUnderstood }: RedactedLiterals, kind: FieldsKind): string {
    return isUnderstood ? text : this.#redactPlain({ ...content, text }, kind);
  }

  #redactParts(content: Content, boundary: string | undefined): string {
    if (this.depth >= maxNestedParts) return redactionMark;
    return redactMultipart(content, boundary, {
      isSecretName: this.#isSecretName,
      isText: isTextType,
      redactContent: (part, type) => this.#redactInside(part, type, 'text'),
      redactText: (text) => this.#redactPlain(text, 'text'),
    });
  }

  #redactValue({ text, cut }: Content): string {
    if (!cut && !mayHoldName.test(text) && !mayHoldSecretValue(text)) return text;
    if (!encodedJson.test(text)) return this.#redactInside({ text, cut }, '', 'prose');
    const json = Buffer.from(text, 'base64').toString();
    const isSecret = cut || this.#redactInside({ text: json, cut }, '', 'prose') !== json;
    return isSecret ? redactionMark : this.#redactPlain({ text, cut }, 'prose');
  }

  #redactInside(content: Content, type: string, kind: FieldsKind): string {
    return this.#next === undefined ? redactionMark : this.#next.redact(content, { type }, kind);
  }

  #redactPlain({ text, cut }: Content, kind: FieldsKind): string {
    const fields = redactFields(text, this.#isSecretName, kind);
    const named = kind === 'code' ? fields : redactArguments(fields, this.#isSecretName);
    return redactValues(redactParams(redactUserInfo(named), this.#isSecretName, 'text'), cut);
  }
}
