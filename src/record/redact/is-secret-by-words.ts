import { aboutWords, askingWords, ordinaryPhrases, ordinaryWholeNames } from './ordinary-words.ts';
import { PhraseSet, partSeparator } from './phrase-set.ts';
import { secretPhrases, secretWholeNames, secretWords } from './secret-words.ts';

const secrets = new PhraseSet([...secretWords, ...secretPhrases]);
const ordinaries = new PhraseSet(ordinaryPhrases);
const abouts = new PhraseSet(aboutWords);
const askings = new PhraseSet(askingWords, false);
const wholeNames: ReadonlySet<string> = new Set(secretWholeNames);
const ordinaryWholes: ReadonlySet<string> = new Set(ordinaryWholeNames);
const digits = /^\d+$/;
/** Stands for an ordinary phrase. */
const ordinary = '~';

/** Whether a name of these words (`wordsOf`) is that of a secret. */
export function isSecretByWords(words: readonly string[]): boolean {
  const lastPart = lastPartOf(words);
  if (isOneOf(wholeNames, lastPart)) return true;
  if (isOneOf(ordinaryWholes, lastPart)) return false;
  const open = withoutOrdinary(words);
  const last = lastSecret(open);
  if (last === undefined) return false;
  const behind = open.slice(last.end);
  return !abouts.isIn(behind) && !endsWithAt(behind) && !isAsked(open.slice(0, last.start));
}

/** The words of the last part that is no index: of `user[pass][]` and `X-Pass` it is `pass`. */
function lastPartOf(words: readonly string[]): string {
  let end = words.length;
  while (words[end - 1] === partSeparator) end--;
  while (words[end - 2] === partSeparator && digits.test(words[end - 1] ?? '')) {
    do end--;
    while (words[end - 1] === partSeparator);
  }
  const part = words.slice(words.lastIndexOf(partSeparator, end - 1) + 1, end);
  return (part[0] === 'x' ? part.slice(1) : part).join(' ');
}

function isOneOf(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || (name.endsWith('s') && names.has(name.slice(0, -1)));
}

function withoutOrdinary(words: readonly string[]): readonly string[] {
  const open: string[] = [];
  for (let at = 0; at < words.length; ) {
    const length = ordinaries.lengthAt(words, at);
    open.push(length > 0 ? ordinary : (words[at] ?? ''));
    at += Math.max(length, 1);
  }
  return open;
}

function lastSecret(words: readonly string[]): { readonly start: number; readonly end: number } | undefined {
  let last: { readonly start: number; readonly end: number } | undefined;
  for (let at = 0; at < words.length; ) {
    const length = secrets.lengthAt(words, at);
    if (length > 0) last = { start: at, end: at + length };
    at += Math.max(length, 1);
  }
  return last;
}

/** `at` says when something was done, if nothing follows. */
function endsWithAt(words: readonly string[]): boolean {
  return words.findLast((word) => word !== partSeparator && !digits.test(word)) === 'at';
}

/** Whether the part of a name that a secret stands in begins with a question. */
function isAsked(before: readonly string[]): boolean {
  const start = before.lastIndexOf(partSeparator) + 1;
  return askings.lengthAt(before, before[start] === 'x' ? start + 1 : start) > 0;
}
