import { redactionMark } from '../redact-params.ts';
import { type Edit, Edits } from './edits.ts';
import { decodeEntities, encodeEntities } from './entities.ts';
import { type Attribute, readTag, type Tag } from './markup-tag.ts';
import { isNameKey, isValueKey, NameValuePair } from './name-value-pair.ts';
import type { Content, Rules } from './rules.ts';

/** An element that is not closed yet. */
type Frame = {
  /** In lower case, without a prefix. */
  readonly name: string;
  readonly pair: NameValuePair;
  /** What may replace all that is in it. */
  readonly edit: Edit | undefined;
  /** An attribute says that its text is a secret. */
  readonly isSecretText: boolean;
  text: string;
  /** What was said last is the name of the next element: `<key>password</key><string>x</string>`. */
  isNextSecret: boolean;
};

/** Deeper ones are no elements of their own. */
const maxFrames = 512;
const voidElements: ReadonlySet<string> = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
]);
/** What they say is for people, also where it is about a password. */
const captions: ReadonlySet<string> = new Set([
  ...['a', 'body', 'button', 'fieldset', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'html', 'label', 'legend'],
  ...['option', 'section', 'th', 'title'],
]);
const inline: ReadonlySet<string> = new Set([
  ...['b', 'code', 'em', 'font', 'i', 'kbd', 'mark', 'pre', 'samp', 'small', 'span', 'strong', 'tt', 'u'],
]);
/** Their text is the name of the element that follows: of property lists, and of tables and lists in HTML. */
const namesNext: ReadonlySet<string> = new Set(['key', 'dt', 'td', 'th']);
const entity = /<!ENTITY\s+(?:%\s+)?[^\s"'>]+\s+(?="|')/y;
const quotedLiteral = /"[^"]*"?|'[^']*'?/y;
const closeTag = /<\/([^\s<>]*)[^<>]*>?/y;
const declarationEnd = /[[>]/g;
const letter = /[a-z_]/i;

/** Redacts XML and HTML: elements, attributes and form fields with a secret name, and what is in all others. */
export function redactMarkup(content: Content, rules: MarkupRules): string {
  return new MarkupReader(content, rules).read();
}

export type MarkupRules = Rules & {
  /** Redacts the source code in a `script`. */
  readonly redactCode: (text: string, cut: boolean) => string;
};

class MarkupReader {
  readonly #text: string;
  readonly #cut: boolean;
  readonly #rules: MarkupRules;
  readonly #edits: Edits;
  readonly #frames: Frame[] = [];
  /** How many frames have each name. */
  readonly #open = new Map<string, number>();
  #deeper = 0;

  constructor({ text, cut }: Content, rules: MarkupRules) {
    this.#text = text;
    this.#cut = cut;
    this.#rules = rules;
    this.#edits = new Edits(text);
    this.#push({ name: '', edit: undefined, isSecretText: false });
  }

  read(): string {
    for (let at = 0; at < this.#text.length; ) {
      const tag = this.#text.indexOf('<', at);
      const end = tag < 0 ? this.#text.length : tag;
      this.#readText(at, end, true);
      at = tag < 0 ? end : this.#readMarkup(tag);
    }
    for (const frame of this.#frames) frame.pair.close(this.#cut);
    return this.#edits.result();
  }

  #readMarkup(at: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', at)) return this.#readUntil('-->', at + 4);
    if (text.startsWith('<![CDATA[', at)) return this.#readUntil(']]>', at + 9);
    if (text.startsWith('<?', at)) return this.#readUntil('?>', at + 2);
    if (text.startsWith('<!', at)) return this.#readDeclaration(at);
    if (text.startsWith('</', at)) return this.#readCloseTag(at);
    if (letter.test(text[at + 1] ?? '')) return this.#readTag(readTag(text, at));
    return at + 1;
  }

  #readUntil(mark: string, start: number): number {
    const end = this.#text.indexOf(mark, start);
    this.#readText(start, end < 0 ? this.#text.length : end, false);
    return end < 0 ? this.#text.length : end + mark.length;
  }

  /** The text of an entity may stand in any element: it is left out whatever its name. */
  #readDeclaration(at: number): number {
    entity.lastIndex = at;
    if (!entity.test(this.#text)) {
      declarationEnd.lastIndex = at;
      return (declarationEnd.exec(this.#text)?.index ?? this.#text.length - 1) + 1;
    }
    quotedLiteral.lastIndex = entity.lastIndex;
    const literal = quotedLiteral.exec(this.#text)?.[0] ?? '';
    const end = entity.lastIndex + literal.length;
    this.#edits.replace(entity.lastIndex, end, `"${redactionMark}"`);
    return end;
  }

  #readText(from: number, to: number, isEncoded: boolean): void {
    const text = this.#text.slice(from, to);
    const frame = this.#frames.at(-1);
    if (frame === undefined || text.trim() === '') return;
    if (frame.isSecretText) return this.#edits.replace(from, to, redactionMark);
    const isCut = this.#cut && to === this.#text.length;
    if (frame.name === 'script') return this.#replaceChanged(from, to, this.#rules.redactCode(text, isCut));
    const decoded = isEncoded ? decodeEntities(text) : text;
    const plain = this.#rules.redactValue(decoded, isCut);
    if (plain !== decoded) this.#edits.replace(from, to, isEncoded ? encodeEntities(plain) : plain);
    frame.text = decoded.trim();
  }

  #replaceChanged(from: number, to: number, plain: string): void {
    if (plain !== this.#text.slice(from, to)) this.#edits.replace(from, to, plain);
  }

  #readTag(tag: Tag): number {
    const name = localName(tag.name).toLowerCase();
    const parent = this.#frames.at(-1);
    const secretName = this.#readAttributes(tag);
    if (tag.isEmpty || voidElements.has(name)) return tag.end;
    if (this.#frames.length >= maxFrames) {
      this.#deeper++;
      return tag.end;
    }
    const isInside = parent?.isSecretText === true && inline.has(name);
    const isSecretText = (secretName !== undefined && !captions.has(name)) || isInside;
    const frame = this.#push({ name, edit: this.#editOf(localName(tag.name), tag.end, parent), isSecretText });
    if (secretName !== undefined) frame.pair.name('name', secretName);
    return tag.end;
  }

  /** What may replace the content of an element that begins here. */
  #editOf(name: string, start: number, parent: Frame | undefined): Edit | undefined {
    const isNext = parent?.isNextSecret === true;
    if (parent !== undefined) parent.isNextSecret = false;
    const isSecret = this.#rules.isSecretName(name);
    if (!isSecret && !isNext && !isValueKey(name)) return undefined;
    const edit = this.#edits.propose(start, redactionMark);
    if (isNext || (isSecret && !isNameKey(name))) edit.isActive = true;
    else if (isSecret) parent?.pair.secretKey(edit);
    else parent?.pair.value(name, edit);
    return edit;
  }

  /** Returns the secret name that an attribute gives to what is in the element. */
  #readAttributes({ attributes, isEmpty, isCut }: Tag): string | undefined {
    const { isSecretName } = this.#rules;
    const names = attributes.filter(({ name }) => isNameKey(localName(name))).map(({ value }) => decodeEntities(value));
    const isPassword = attributes.some(({ name, value }) => name.toLowerCase() === 'type' && /^password$/i.test(value));
    const secretName = isPassword ? 'password' : names.find((name) => isSecretName(name));
    const hasValue = attributes.some(({ name }) => isValueKey(localName(name)));
    for (const each of attributes) {
      const name = localName(each.name);
      const isName = isNameKey(name) && (hasValue || !isEmpty);
      const isValue = isValueKey(name) && (secretName !== undefined || (isCut && this.#cut));
      if (isValue || (isSecretName(name) && !isName)) this.#edits.replace(each.from, each.to, `"${redactionMark}"`);
      else this.#readAttribute(each, isCut);
    }
    return secretName;
  }

  #readAttribute({ value, from, to }: Attribute, isCut: boolean): void {
    const decoded = decodeEntities(value);
    const plain = this.#rules.redactValue(decoded, isCut && this.#cut && to === this.#text.length);
    if (plain !== decoded) this.#edits.replace(from, to, `"${encodeEntities(plain)}"`);
  }

  #readCloseTag(at: number): number {
    closeTag.lastIndex = at;
    const [whole = '</', sent = ''] = closeTag.exec(this.#text) ?? [];
    const name = localName(sent).toLowerCase();
    if (this.#deeper > 0) this.#deeper--;
    // Elements that HTML need not close end with those that they are in.
    else if (name !== '' && (this.#open.get(name) ?? 0) > 0) while (this.#pop(at) !== name);
    return at + whole.length;
  }

  #push(element: Pick<Frame, 'name' | 'edit' | 'isSecretText'>): Frame {
    const frame = { ...element, pair: new NameValuePair(this.#rules.isSecretName), text: '', isNextSecret: false };
    this.#frames.push(frame);
    this.#open.set(frame.name, (this.#open.get(frame.name) ?? 0) + 1);
    return frame;
  }

  #pop(end: number): string {
    const frame = this.#frames.pop();
    const parent = this.#frames.at(-1);
    if (frame === undefined) return '';
    this.#open.set(frame.name, (this.#open.get(frame.name) ?? 1) - 1);
    if (frame.edit !== undefined) frame.edit.to = end;
    frame.pair.close(false);
    // A property list has many names and values in one element.
    const isPair = isNameKey(frame.name) && parent?.name !== 'dict';
    if (isPair) parent?.pair.name(frame.name, frame.text);
    if (parent !== undefined && namesNext.has(frame.name)) parent.isNextSecret = this.#rules.isSecretName(frame.text);
    return frame.name;
  }
}

/** Without its prefix. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
