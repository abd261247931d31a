import { aboutWords, askingWords, neighbouringWords, ordinaryPhrases, ordinaryWholeNames } from './ordinary-words.ts';
import { distinctWords, otherWords, secretPhrases, secretWholeNames, secretWords } from './secret-words.ts';

const part = /[A-Za-z\u0080-\uffff]+|\d+|[[\].:]+/g;
const isSeparator = /^[[\].:]/;
/** `newPassword`, `HTTPSecret`. */
const betweenWords = /(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;
const distinctWord = new RegExp(`(?:${[...otherWords, ...distinctWords].join('|').replaceAll(' ', '')})`, 'g');
const spacedWord: ReadonlyMap<string, string> = new Map(distinctWords.map((word) => [word.replaceAll(' ', ''), word]));

const known: ReadonlySet<string> = new Set(
  [
    ...[...secretWords, ...secretPhrases, ...secretWholeNames, ...distinctWords, ...otherWords],
    ...[...aboutWords, ...askingWords, ...ordinaryPhrases, ...ordinaryWholeNames, ...neighbouringWords],
  ]
    .flatMap((phrase) => phrase.split(' '))
    .filter((word) => word.length > 1)
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
 * The words of a name in lower case, with a space around each, and a dot between the parts of a nested name:
 * `user[newPassword1]` is ` user . new password 1 `. Words that are written together are taken apart where they are
 * known. The time is linear in the length of the name.
 */
export function wordsOf(name: string): string {
  let words = ' ';
  for (const [run] of name.matchAll(part)) {
    if (isSeparator.test(run)) words += '. ';
    else for (const word of run.split(betweenWords)) words += `${takenApart(word.toLowerCase())} `;
  }
  return words;
}

/** Where capitals do not tell the words: `APIkey`. */
export function hasUnclearCapitals(name: string): boolean {
  return /[A-Z]{2}[a-z]/.test(name);
}

function takenApart(word: string): string {
  if (known.has(word)) return word;
  const words: string[] = [];
  let from = 0;
  for (const { 0: found, index } of word.matchAll(distinctWord)) {
    if (index > from) words.push(knownWords(word.slice(from, index), true, from > 0));
    words.push(spacedWord.get(found) ?? found);
    from = index + found.length;
  }
  if (from < word.length) words.push(knownWords(word.slice(from), from > 0, from > 0));
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
  const counts: number[] = [0];
  const starts: number[] = [0];
  for (let end = 1; end <= text.length; end++) {
    counts.push(Number.POSITIVE_INFINITY);
    starts.push(0);
    for (let start = Math.max(0, end - longestKnown); start < end; start++) {
      const count = (counts[start] ?? 0) + 1;
      if (count >= (counts[end] ?? 0) || !words.has(text.slice(start, end))) continue;
      counts[end] = count;
      starts[end] = start;
    }
  }
  if (counts.at(-1) === Number.POSITIVE_INFINITY) return undefined;
  const found: string[] = [];
  for (let end = text.length; end > 0; end = starts[end] ?? 0) found.push(text.slice(starts[end], end));
  return found.reverse().join(' ');
}
