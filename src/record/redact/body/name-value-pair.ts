import type { NameTest } from '../secret-names.ts';
import type { Edit } from './edits.ts';

/** Keys, attributes and elements that hold the name of another value, in lower case without punctuation. */
const nameKeys: ReadonlySet<string> = new Set([
  ...['name', 'key', 'k', 'n', 'id', 'field', 'fieldname', 'param', 'parameter', 'parametername', 'parameterkey'],
  ...['paramname', 'property', 'propertyname', 'propertypath', 'attribute', 'attributename', 'header', 'headername'],
  ...['variable', 'variablename', 'option', 'optionname', 'setting', 'settingname', 'envname', 'argument', 'label'],
  ...['path', 'loc', 'element', 'column', 'columnname', 'itemprop', 'for', 'var', 'type', 'kind'],
]);
/** Those that say what the value is called, not only what it belongs to. */
const mainNameKeys: ReadonlySet<string> = new Set(['name', 'key', 'field', 'k', 'path']);
const valueKey =
  /^(?:v|val|vals|data|stringdata|content|contents|text|default|input|old|new|before|after|from|to)$|values?$|string$/;
/** Those that hold a value even where the name was cut off. */
const mainValueKey = /^(?:v|val)$|values?$/;
const punctuation = /[^0-9a-z]/g;
const pathEnd = /[/\\]/;

function plainKey(name: string): string {
  return name.toLowerCase().replace(punctuation, '');
}

export function isNameKey(key: string): boolean {
  return nameKeys.has(plainKey(key));
}

export function isValueKey(key: string): boolean {
  return valueKey.test(plainKey(key));
}

/**
 * The members of one object, element or mapping that may be a name and its value, in any order:
 * `{"name":"password","value":"x"}`. Its values are proposed edits, which count if one of its names is secret.
 */
export class NameValuePair {
  readonly #isSecretName: NameTest;
  #isSecret = false;
  #isNamed = false;
  readonly #values: Edit[] = [];
  readonly #mainValues: Edit[] = [];
  readonly #keys: Edit[] = [];

  constructor(isSecretName: NameTest) {
    this.#isSecretName = isSecretName;
  }

  /** `key: name`, such as `field: password` or `path: /user/password`. */
  name(key: string, name: string): void {
    if (mainNameKeys.has(plainKey(key))) this.#isNamed = true;
    if (name.split(pathEnd).some((part) => this.#isSecretName(part))) this.#isSecret = true;
  }

  value(key: string, edit: Edit): void {
    this.#values.push(edit);
    if (mainValueKey.test(plainKey(key))) this.#mainValues.push(edit);
  }

  /** A value whose key is a secret name of its own, such as `key`, unless there is a value that it names. */
  secretKey(edit: Edit): void {
    this.#keys.push(edit);
  }

  /** The last member came; `cut`: or the name may have been cut off. */
  close(cut: boolean): void {
    if (this.#mainValues.length === 0) for (const edit of this.#keys) edit.isActive = true;
    if (this.#isSecret) for (const edit of this.#values) edit.isActive = true;
    else if (cut && !this.#isNamed) for (const edit of this.#mainValues) edit.isActive = true;
  }
}
