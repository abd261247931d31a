/**
 * Text with places for values that differ in every exchange: `{number}`, `{digits LENGTH NAME}`, `{hex LENGTH NAME}`,
 * `{base64 LENGTH NAME}`, `{base64url LENGTH NAME}`, `{uuid NAME}` and `{date NAME}`. A value follows from its name and
 * the number of the exchange: it is the same wherever this name stands and whenever it is made, and unless it is short,
 * it is never the same in another exchange.
 */
export class FreshText {
  readonly length: number;
  readonly #text: Buffer;
  readonly #places: readonly Place[];

  constructor(template: string) {
    const places: Place[] = [];
    let text = '';
    let end = 0;
    for (const { 0: mark, 1: kind = '', 2: digits, 3: name = '', index } of template.matchAll(markPattern)) {
      text += template.slice(end, index);
      end = index + mark.length;
      const { write, length = Number(digits) } = kinds[kind] ?? unknownKind(kind);
      places.push({ at: text.length, length, write, salt: saltOf(name) });
      text += '-'.repeat(length);
    }
    this.#text = Buffer.from(text + template.slice(end), 'latin1');
    this.length = this.#text.length;
    this.#places = places;
  }

  /** Writes the text of this exchange. */
  copy(target: Buffer, at: number, exchange: number): void {
    this.#text.copy(target, at);
    for (const { at: offset, length, salt, write } of this.#places) {
      write(target.subarray(at + offset, at + offset + length), exchange, salt);
    }
  }
}

/** Fills all of the bytes. */
type Write = (bytes: Buffer, exchange: number, salt: number) => void;

type Place = { readonly at: number; readonly length: number; readonly write: Write; readonly salt: number };

const markPattern = /\{(number|digits|hex|base64|base64url|uuid|date)(?: (\d+))?(?: ([\w-]+))?\}/g;

const hexDigits = Buffer.from('0123456789abcdef');
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const firstDate = Date.UTC(2024, 0, 2, 3, 4, 5);
const secondsPerDay = 86_400;

/** Without a length where it is always the same. */
const kinds: Readonly<Record<string, { readonly write: Write; readonly length?: number }>> = {
  number: { write: writeNumber, length: 8 },
  digits: { write: writeDigits },
  hex: { write: writeHex },
  base64: { write: base64Writer(`${alphanumeric}+/`) },
  base64url: { write: base64Writer(`${alphanumeric}-_`) },
  uuid: { write: writeUuid, length: 36 },
  date: { write: writeDate, length: 29 },
};

function unknownKind(kind: string): never {
  throw new Error(`there is no kind of value ${kind}`);
}

function writeNumber(bytes: Buffer, exchange: number): void {
  let left = exchange;
  for (let index = bytes.length - 1; index >= 0; index--) {
    bytes[index] = 48 + (left % 10);
    left = Math.floor(left / 10);
  }
}

function writeDigits(bytes: Buffer, exchange: number, salt: number): void {
  let left = 0;
  for (let index = 0; index < bytes.length; index++) {
    left = index % 8 === 0 ? word(exchange, salt, index) : Math.floor(left / 10);
    bytes[index] = 48 + (left % 10);
  }
}

function writeHex(bytes: Buffer, exchange: number, salt: number): void {
  let left = 0;
  for (let index = 0; index < bytes.length; index++) {
    left = index % 8 === 0 ? word(exchange, salt, index) : left << 4;
    bytes[index] = hexDigits[left >>> 28] ?? 0;
  }
}

function base64Writer(alphabet: string): Write {
  const characters = Buffer.from(alphabet);
  return (bytes, exchange, salt) => {
    let left = 0;
    for (let index = 0; index < bytes.length; index++) {
      left = index % 5 === 0 ? word(exchange, salt, index) : left << 6;
      bytes[index] = characters[left >>> 26] ?? 0;
    }
  };
}

/** Of version 4. */
function writeUuid(bytes: Buffer, exchange: number, salt: number): void {
  writeHex(bytes, exchange, salt);
  for (const dash of [8, 13, 18, 23]) bytes[dash] = 0x2d;
  bytes[14] = 0x34;
  bytes[19] = 0x61;
}

/** A second later in each exchange, from a time of day that follows from the name. */
function writeDate(bytes: Buffer, exchange: number, salt: number): void {
  const date = new Date(firstDate + ((salt % secondsPerDay) + exchange) * 1000);
  bytes.write(date.toUTCString(), 'latin1');
}

/** Far apart for names that are alike. */
function saltOf(name: string): number {
  let salt = 0;
  for (let index = 0; index < name.length; index++) salt = mix(Math.imul(salt, 31) + name.charCodeAt(index));
  return salt;
}

/** 32 bits that look random. */
function word(exchange: number, salt: number, index: number): number {
  return mix(Math.imul(exchange + salt, 0x9e3779b1) + Math.imul(index, 0x27d4eb2f));
}

/** The end of MurmurHash3. Each of its steps can be undone, so that different numbers stay different. */
function mix(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
