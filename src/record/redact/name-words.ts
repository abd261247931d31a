import { aboutWords, askingWords, neighbouringWords, ordinaryPhrases, ordinaryWholeNames } from './ordinary-words.ts';
import { partSeparator } from './phrase-set.ts';
import { distinctWords, otherWords, secretPhrases, secretWholeNames, secretWords } from './secret-words.ts';

/** A word by its capitals (`new`, `Password`, `HTTP` of `HTTPSecret`), a number, or what separates parts. */
const wordPattern = /[A-Z]+(?![a-z])|[A-Z]?[a-z\u0080-\uffff]+|\d+|[[\].:]+/g;
const isNumber = /^\d/;
const isSeparator = /^[[\].:]/;
const distinctRuns: readonly string[] = distinctWords.map((word) => word.replaceAll(' ', ''));
const distinctWord = new RegExp([...otherWords, ...distinctRuns].join('|'), 'g');

const minKnownLength = 2;
const known: ReadonlySet<string> = new Set(
  [
    ...[...secretWords, ...secretPhrases, ...secretWholeNames, ...distinctWords, ...otherWords],
    ...[...aboutWords, ...askingWords, ...ordinaryPhrases, ...ordinaryWholeNames, ...neighbouringWords],
  ]
    .flatMap((phrase) => phrase.split(' '))
    .filter((word) => word.length >= minKnownLength)
    .flatMap((word) => [word, `${word}s`]),
);
/** Without what would be found in too many other words, such as `usersid`, `timespan` and `paninis`. */
const knownAlone: ReadonlySet<string> = new Set(
  [...known].filter((word) => !/^(?:sids?|pans?|in|at|is|of|by)$/.test(word)),
);
const longestKnown = Math.max(...[...known].map((word) => word.length));
/** Shorter ones are found at the end of too many other words. */
const minEndingLength = 4;

/**
 * The words of a name in lower case, with a separator between the parts of a nested one: `user[newPassword1]` gives
 * `user`, `.`, `new`, `password` and `1`. Words that are written together are taken apart where they are known. The
 * time is linear in the length of the name.
 */
export function wordsOf(name: string): readonly string[] {
  const words: string[] = [];
  for (const word of name.match(wordPattern) ?? []) {
    if (isNumber.test(word)) words.push(word);
    else if (isSeparator.test(word)) words.push(partSeparator);
    else words.push(...takenApart(word.toLowerCase()).split(' '));
  }
  return words;
}

/** Where capitals do not tell the words: `APIkey`, `DPoP`. */
export function hasUnclearCapitals(name: string): boolean {
  return /[A-Z]{3}[a-z]|[a-z][A-Z]$/.test(name);
}

function takenApart(word: string): string {
  if (word.length < 2 * minKnownLength || known.has(word)) return word;
  const words: string[] = [];
  let from = 0;
  for (const { 0: found, index } of word.matchAll(distinctWord)) {
    if (index > from) words.push(knownWords(word.slice(from, index), true, from > 0));
    words.push(distinctWords[distinctRuns.indexOf(found)] ?? found);
    from = index + found.length;
  }
  if (from === 0) return knownWords(word, false, false);
  if (from < word.length) words.push(knownWords(word.slice(from), true, true));
  // A plural is one word.
  return words.join(' ').replaceAll(' s ', 's ').replace(/ s$/, 's');
}

/**
 * What stands beside a distinct word, or a whole word without one: as known words, if it consists of nothing else. Else
 * with one at its end, if it is beside.
 */
function knownWords(text: string, isBeside: boolean, isBehind: boolean): string {
  const whole = exactWords(text, isBeside ? known : knownAlone);
  if (whole !== undefined || !isBeside) return whole ?? text;
  const behindPlural = isBehind && text.startsWith('s') ? exactWords(text.slice(1), known) : undefined;
  if (behindPlural !== undefined) return `s ${behindPlural}`;
  for (let start = Math.max(0, text.length - longestKnown); start <= text.length - minEndingLength; start++) {
    if (known.has(text.slice(start))) return `${text.slice(0, start)} ${text.slice(start)}`;
  }
  return text;
}

/** The fewest known words that make up a text. */
function exactWords(text: string, words: ReadonlySet<string>): string | undefined {
  /** By its end, where the last word begins and how many there are; undefined if no words end there. */
  const ways: ({ readonly start: number; readonly count: number } | undefined)[] = [{ start: 0, count: 0 }];
  for (let start = 0; start < text.length; start++) {
    const count = ways[start]?.count;
    if (count === undefined) continue;
    const longest = Math.min(text.length, start + longestKnown);
    for (let end = start + minKnownLength; end <= longest; end++) {
      if (count + 1 >= (ways[end]?.count ?? Number.POSITIVE_INFINITY) || !words.has(text.slice(start, end))) continue;
      ways[end] = { start, count: count + 1 };
    }
  }
  const found: string[] = [];
  for (let way = ways[text.length], end = text.length; way !== undefined && end > 0; way = ways[end]) {
    found.push(text.slice(way.start, end));
    end = way.start;
  }
  return found.length === 0 ? undefined : found.reverse().join(' ');
}
