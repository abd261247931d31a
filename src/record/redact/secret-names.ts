import { decodeText } from '../text.ts';
import { hasUnclearCapitals, wordsOf } from './name-words.ts';
import { aboutWords, askingWords, ordinaryPhrases, ordinaryWholeNames } from './ordinary-words.ts';
import { secretPhrases, secretWholeNames, secretWords } from './secret-words.ts';

const maxCachedNames = 1024;
/** Longer ones are seldom names: mostly they are whatever stands in front of an equals sign, and new each time. */
const maxCachedLength = 48;
const maxPercentRounds = 3;
const punctuation = /[^0-9A-Za-z\u0080-\uffff]/g;
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;
const separators = /[[\].:]+/;

const secretPattern = new RegExp(anyOf([...secretWords, ...secretPhrases]), 'g');
/** Every secret name has one of these in it; most names have none. */
const stem = new RegExp(
  shortest([...secretWords, ...secretPhrases, ...secretWholeNames].map(longestWord)).join('|'),
  'i',
);
const ordinaryPattern = new RegExp(anyOf(ordinaryPhrases), 'g');
const aboutPattern = new RegExp(anyOf(aboutWords));
/** `at` says when something was done, if nothing follows. */
const atEnd = /(?<= )at[ .\d]*$/;
const askingPattern = new RegExp(`(?:^| \\.) (?:x )?(?:${askingWords.join('|')}) [^.]*$`);
const digits = /^\d+$/;
const wholeNames: ReadonlySet<string> = new Set(secretWholeNames);
const ordinaryWholes: ReadonlySet<string> = new Set(ordinaryWholeNames);

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
  if (!stem.test(name)) return false;
  return isSecretByWords(wordsOf(name)) || (hasUnclearCapitals(name) && isSecretByWords(wordsOf(name.toLowerCase())));
}

/** Of words as `wordsOf` gives them. */
function isSecretByWords(text: string): boolean {
  const lastPart = lastPartOf(text);
  if (isOneOf(wholeNames, lastPart)) return true;
  if (isOneOf(ordinaryWholes, lastPart)) return false;
  const words = text.replace(ordinaryPattern, '~');
  const last = [...words.matchAll(secretPattern)].at(-1);
  if (last === undefined) return false;
  const behind = words.slice(last.index + last[0].length);
  if (aboutPattern.test(behind) || atEnd.test(behind)) return false;
  return !askingPattern.test(words.slice(0, last.index));
}

/** The words of the last part that is no index: of `user[pass][]` and `X-Pass` it is `pass`. */
function lastPartOf(text: string): string {
  const words = text.trim().split(' ');
  while (words.at(-1) === '.' || (words.at(-2) === '.' && digits.test(words.at(-1) ?? ''))) words.pop();
  const part = words.slice(words.lastIndexOf('.') + 1);
  return (part[0] === 'x' ? part.slice(1) : part).join(' ');
}

function isOneOf(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || (name.endsWith('s') && names.has(name.slice(0, -1)));
}

/** The pattern of any of these, plurals too, also where its words are in two parts of a nested name. */
function anyOf(phrases: readonly string[]): string {
  return `(?<= )(?:${phrases.map((phrase) => phrase.replaceAll(' ', 's? (?:\\. )?')).join('|')})s?(?= )`;
}

function longestWord(phrase: string): string {
  return phrase.split(' ').reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** Without those that contain another one. */
function shortest(words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter((word) => !words.some((other) => other !== word && word.includes(other)));
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
