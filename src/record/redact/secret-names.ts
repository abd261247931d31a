import { decodeText } from '../text.ts';
import { isSecretByWords } from './is-secret-by-words.ts';
import { hasUnclearCapitals, wordsOf } from './name-words.ts';
import { secretPhrases, secretWholeNames, secretWords } from './secret-words.ts';

const maxCachedNames = 1024;
/** Longer ones are seldom names: mostly they are whatever stands in front of an equals sign, and new each time. */
const maxCachedLength = 48;
const maxPercentRounds = 3;
const punctuation = /[^0-9A-Za-z\u0080-\uffff]/g;
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;
const separators = /[[\].:]+/;

/** What may stand between the words of a phrase: a plural, and what is part of no word. */
const betweenWords = 's?[^0-9a-z\\u0080-\\uffff]*';
/** Every secret name has one of these in it, in lower case; hardly any other name has. */
const stem = new RegExp(stemPattern([...secretWords, ...secretPhrases, ...secretWholeNames]));

/**
 * Says of the name of a header, parameter or field whether its value is a secret, as it was sent: in any case, and
 * percent-encoded. `inOAuth`: it stands in an OAuth request, where `code` is a secret, too (`isOAuthRequest`).
 */
export type NameTest = (name: string, inOAuth?: boolean) => boolean;

/**
 * A test by the words of a name. `extra` are secret whatever they are made of, `except` are not, either as a whole name
 * or as a part of a nested one such as `user[password]`.
 */
export function createSecretNameTest(extra: readonly string[], except: readonly string[] = []): NameTest {
  const added = plainNames(extra);
  const exempt = plainNames(except);
  const cache = new Map<string, boolean>();
  return (name, inOAuth = false) => {
    if (inOAuth && isCode(name)) return !exempt.has('code');
    const known = cache.get(name);
    if (known !== undefined) return known;
    const secret = isSecret(decodePercent(name), added, exempt);
    if (name.length <= maxCachedLength) {
      if (cache.size >= maxCachedNames) cache.clear();
      // A copy: a slice of a head would keep the whole head in memory.
      cache.set(Buffer.from(name).toString(), secret);
    }
    return secret;
  };
}

function isSecret(name: string, added: ReadonlySet<string>, exempt: ReadonlySet<string>): boolean {
  if (added.size + exempt.size === 0) return hasSecretWord(name);
  const parts = name.split(separators);
  const isIn = (names: ReadonlySet<string>) =>
    names.has(plainName(name)) || parts.some((part) => names.has(plainName(part)));
  if (isIn(added)) return true;
  if (exempt.has(plainName(name))) return false;
  return hasSecretWord(parts.filter((part) => !exempt.has(plainName(part))).join('.'));
}

function hasSecretWord(name: string): boolean {
  if (!stem.test(name.toLowerCase())) return false;
  return isSecretByWords(wordsOf(name)) || (hasUnclearCapitals(name) && isSecretByWords(wordsOf(name.toLowerCase())));
}

/** Any of these in a name as it was sent. Two letters stand in many an id, too, but seldom alone. */
function stemPattern(phrases: readonly string[]): string {
  const long = phrases.filter((phrase) => phrase.length > 2);
  const shortest = long.filter((phrase) => !long.some((other) => other !== phrase && phrase.includes(other)));
  const alone = phrases.filter((phrase) => phrase.length <= 2).map((phrase) => `(?:^|x|[^a-z])${phrase}s?(?![a-z])`);
  const parts = [...new Set(shortest)].map((phrase) => phrase.replaceAll(' ', betweenWords));
  return [...parts, ...alone].join('|');
}

/** A name of punctuation alone would be that of every part without a name. */
function plainNames(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(plainName).filter((name) => name !== ''));
}

function isCode(name: string): boolean {
  return plainName(decodePercent(name)) === 'code';
}

function plainName(name: string): string {
  return name.toLowerCase().replace(punctuation, '');
}

/** Decoded until nothing is left to decode: a name may be part of a URL inside of a URL. */
function decodePercent(name: string): string {
  let text = name;
  for (let round = 0; round < maxPercentRounds && text.includes('%'); round++) {
    text = text.replace(encodedBytes, (run) =>
      decodeText(Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')),
    );
  }
  return text;
}
