import { type HeaderField, maxFieldSlots } from '../../http/header-field.ts';
import { isOrdinary } from '../ordinary-text.ts';
import type { Privacy } from '../privacy/privacy.ts';
import type { Redactor, ValueRedactor } from '../redact/redact.ts';
import { redactionMark } from '../redact/redact-params.ts';
import { decodeText } from '../text.ts';
import { LoggedField } from './logged-field.ts';
import { LoggedName } from './logged-name.ts';

/** More names than this, and everything is forgotten; what is still in use comes back soon. */
const maxNames = 512;
/** Longer ones are forgotten with the message. */
const maxNameLength = 64;
const notAscii = /[^\0-\x7f]/;

/** What all fields of a name have in common. */
type KnownName = {
  readonly logged: LoggedName;
  /** The field, whatever its value, if that is a secret. */
  readonly secret: LoggedField | undefined;
  readonly redact: ValueRedactor;
};

/** A field that repeats, and what a record carries of it. */
type KnownField = { readonly sent: HeaderField; readonly logged: LoggedField };

/**
 * Header fields as records carry them: redacted, and ready for JSON. What repeats is made once: the names, and the
 * fields that have a slot. A field is kept with its text, so it is not made again for one that is only similar.
 */
export class FieldCache {
  readonly #redactor: Redactor;
  readonly #privacy: Privacy | undefined;
  readonly #names = new Map<string, KnownName>();
  /** Names that are forgotten with the message: long ones, and those that are not ASCII. */
  readonly #briefNames = new Map<string, KnownName>();
  /** The latter by what they say, because the same can be sent as UTF-8 and as Latin-1. */
  readonly #decodedNames = new Map<string, KnownName>();
  readonly #slots: (KnownField | undefined)[] = new Array(maxFieldSlots + 1).fill(undefined);

  constructor(redactor: Redactor, privacy?: Privacy) {
    this.#redactor = redactor;
    this.#privacy = privacy;
  }

  /** Things are forgotten between messages only: within one, each name is one `LoggedName`. */
  startMessage(): void {
    if (this.#briefNames.size > 0) this.#forgetBriefNames();
    if (this.#names.size < maxNames) return;
    this.#names.clear();
    this.#slots.fill(undefined);
  }

  #forgetBriefNames(): void {
    this.#briefNames.clear();
    this.#decodedNames.clear();
  }

  field(field: HeaderField): LoggedField {
    const { name, value, slot } = field;
    const known = this.#slots[slot];
    // The same line is mostly the same object, and so are its texts.
    if (known !== undefined && known.sent.value === value && known.sent.name === name) return known.logged;
    const logged = this.#logged(field);
    if (slot > 0 && this.#names.has(name)) this.#slots[slot] = { sent: field, logged };
    return logged;
  }

  #logged({ name, value, isSensitive }: HeaderField): LoggedField {
    const { logged, secret, redact } = this.#names.get(name) ?? this.#briefNames.get(name) ?? this.#addName(name);
    if (secret !== undefined) return secret;
    if (isSensitive === true && this.#redactor.isOn) return new LoggedField(logged, redactionMark, true);
    if (this.#privacy === undefined && isOrdinary(value)) return new LoggedField(logged, value, true);
    const redacted = redact(decodeText(value));
    return new LoggedField(logged, this.#privacy?.header(logged.text, redacted) ?? redacted);
  }

  #addName(sent: string): KnownName {
    // A slice of a head would keep the whole of it in memory.
    const own = Buffer.from(sent, 'latin1').toString('latin1');
    if (notAscii.test(own)) return this.#addDecoded(own);
    const known = this.#known(own);
    (own.length > maxNameLength ? this.#briefNames : this.#names).set(own, known);
    return known;
  }

  #addDecoded(sent: string): KnownName {
    const text = decodeText(sent);
    const known = this.#decodedNames.get(text) ?? this.#known(text);
    this.#decodedNames.set(text, known);
    this.#briefNames.set(sent, known);
    return known;
  }

  #known(text: string): KnownName {
    const logged = new LoggedName(text);
    const secret = this.#redactor.isSecretHeader(text) ? new LoggedField(logged, redactionMark, true) : undefined;
    return { logged, secret, redact: this.#redactor.header(text) };
  }
}
