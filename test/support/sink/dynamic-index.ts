// A naive model of an index of Elasticsearch or OpenSearch, for what makes them refuse a document: fields that are made
// of the first value, and the types that a template gives. Written after their documentation, and compared with real
// nodes by test/e2e.

type Json = { readonly [name: string]: unknown };
type Mapping = {
  readonly type?: string;
  readonly enabled?: boolean;
  readonly ignore_above?: number;
  readonly properties?: { readonly [name: string]: Mapping };
};
type Mappings = { readonly date_detection?: boolean; readonly properties?: { readonly [name: string]: Mapping } };
type Node = { readonly kind: 'object'; readonly fields: Map<string, Node> } | Leaf;
type Leaf = { readonly kind: 'leaf'; readonly type: string; readonly ignoreAbove?: number | undefined };

const maxFields = 1000;
const maxTermBytes = 32_766;
const dateOptionalTime =
  /^[-+]?\d{4,9}(-\d\d(-\d\d(T(\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?)?(Z|[-+]\d\d(:?\d\d)?)?)?)?)?$/;
const dateWithSlashes = /^\d{4}\/\d\d\/\d\d( \d\d:\d\d:\d\d)?( (Z|[-+]\d{4}))?$/;
/** Scalars that a field of a type takes; others are not told apart here. */
const takes: { readonly [type: string]: (value: unknown) => boolean } = {
  date: (value) => typeof value === 'string' && isDate(value),
  date_nanos: (value) => typeof value === 'string' && isDate(value),
  long: (value) => Number.isFinite(Number(value)) && value !== '',
  double: (value) => Number.isFinite(Number(value)) && value !== '',
  boolean: (value) => typeof value === 'boolean',
  ip: (value) => typeof value === 'string' && /^[\d.]+$|:/.test(value),
};

export class DynamicIndex {
  readonly stored: Json[] = [];
  readonly #root: Extract<Node, { kind: 'object' }> = { kind: 'object', fields: new Map() };
  readonly #detectsDates: boolean;

  constructor({ properties = {}, date_detection: detectsDates = true }: Mappings = {}) {
    this.#detectsDates = detectsDates;
    for (const [name, mapping] of Object.entries(properties)) define(this.#root.fields, name.split('.'), mapping);
  }

  /** How many fields it has, objects among them, and the `keyword` that each text has beside it. */
  get fields(): number {
    return count(this.#root) - 1;
  }

  /** Undefined, or why it refuses the document, of which then nothing is left. */
  store(document: Json): string | undefined {
    const before = structuredClone(this.#root.fields);
    try {
      this.#add(this.#root, document, '');
      if (this.fields > maxFields) throw new Refusal(`Limit of total fields [${maxFields}] has been exceeded`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#root.fields.clear();
      for (const [name, node] of before) this.#root.fields.set(name, node);
      return error.message;
    }
    this.stored.push(document);
    return undefined;
  }

  #add(parent: Extract<Node, { kind: 'object' }>, object: Json, path: string): void {
    for (const [name, value] of Object.entries(object)) {
      const names = name.split('.');
      if (names.some((part) => part.trim() === '')) throw new Refusal(`[${path}${name}] is no name of a field`);
      let inner = parent;
      for (const part of names.slice(0, -1)) inner = objectIn(inner, part, `${path}${name}`);
      this.#value(inner, names.at(-1) as string, value);
    }
  }

  #value(parent: Extract<Node, { kind: 'object' }>, name: string, value: unknown): void {
    const known = parent.fields.get(name);
    if (known?.kind === 'leaf' && known.type === 'not indexed') return;
    if (Array.isArray(value)) {
      for (const one of value) this.#value(parent, name, one);
    } else if (value === null) {
      return;
    } else if (known?.kind === 'leaf' && (known.type === 'flattened' || known.type === 'flat_object')) {
      if (typeof value !== 'object') throw new Refusal(`[${name}] wants an object`);
      keyed(known, name, value as Json);
    } else if (typeof value === 'object') {
      this.#add(objectIn(parent, name, name), value as Json, `${name}.`);
    } else if (known === undefined) {
      parent.fields.set(name, { kind: 'leaf', type: this.#typeOf(value) });
    } else if (known.kind === 'object' || takes[known.type]?.(value) === false) {
      throw new Refusal(`[${name}] is ${known.kind === 'object' ? 'an object' : known.type}, not ${String(value)}`);
    } else if (known.type === 'keyword' && !isIgnored(known, String(value)) && bytes(String(value)) > maxTermBytes) {
      throw new Refusal(`[${name}] has an immense term`);
    }
  }

  #typeOf(value: unknown): string {
    if (typeof value === 'string') return this.#detectsDates && isDate(value) && !isNumber(value) ? 'date' : 'text';
    return typeof value === 'number' ? (Number.isInteger(value) ? 'long' : 'double') : typeof value;
  }
}

class Refusal extends Error {}

function define(fields: Map<string, Node>, [name = '', ...rest]: readonly string[], mapping: Mapping): void {
  if (rest.length === 0 && mapping.properties === undefined) {
    const type = mapping.enabled === false ? 'not indexed' : (mapping.type ?? 'object');
    fields.set(name, { kind: 'leaf', type, ignoreAbove: mapping.ignore_above });
    return;
  }
  const node = fields.get(name) ?? { kind: 'object', fields: new Map<string, Node>() };
  fields.set(name, node);
  if (node.kind !== 'object') throw new Error(`${name} is both`);
  if (rest.length > 0) define(node.fields, rest, mapping);
  else for (const [inner, its] of Object.entries(mapping.properties ?? {})) define(node.fields, inner.split('.'), its);
}

function objectIn(parent: Extract<Node, { kind: 'object' }>, name: string, path: string) {
  const node = parent.fields.get(name) ?? { kind: 'object', fields: new Map<string, Node>() };
  if (node.kind === 'leaf') throw new Refusal(`can't merge a non object mapping [${path}] with an object mapping`);
  parent.fields.set(name, node);
  return node;
}

/** All leaves of one field, by their names within it. */
function keyed(field: Leaf, path: string, object: Json): void {
  for (const [name, value] of Object.entries(object)) {
    for (const one of [value].flat()) {
      const text = String(one);
      if (isIgnored(field, text)) continue;
      if (name.includes('\0')) throw new Refusal(`[${path}] has a key with a null character`);
      const term = field.type === 'flat_object' ? `${path}.${name}=${text}` : `${name}\0${text}`;
      if (bytes(term) > maxTermBytes) throw new Refusal(`[${path}] has an immense term`);
    }
  }
}

function isIgnored({ ignoreAbove }: Leaf, text: string): boolean {
  return ignoreAbove !== undefined && text.length > ignoreAbove;
}

function isDate(text: string): boolean {
  return dateOptionalTime.test(text) || dateWithSlashes.test(text);
}

/** Numbers are not taken for dates. */
function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function count(node: Node): number {
  if (node.kind === 'leaf') return node.type === 'text' ? 2 : 1;
  return 1 + [...node.fields.values()].reduce((sum, inner) => sum + count(inner), 0);
}
