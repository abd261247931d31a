import { editDistance } from './nearest.ts';

/**
 * Names that other programs have as well, or have names like them: LOCAL_IP is no miss of LOCAL_IPS. Only their own
 * words, written in another way (`podName`), are pointed out.
 */
const commonNames: ReadonlySet<string> = new Set([
  ...['MODE', 'SESSIONS', 'LOCAL_IPS', 'POD_NAME', 'POD_NAMESPACE', 'POD_LABELS', 'NODE_NAME'],
]);

/** Of other programs, though they look like misses of ours. */
const foreignNames: ReadonlySet<string> = new Set(['ELASTIC_USERNAME', 'ELASTIC_PASSWORD', 'ELASTIC_PASSWORD_FILE']);

/** What people put before a name of ours to say whose it is; alone, the second ones could be anyone's. */
const ownPrefixes: ReadonlySet<string> = new Set(['K8S', 'KUBERNETES', 'LOGGER']);
const otherPrefixes: ReadonlySet<string> = new Set(['INTERNAL', 'HTTP', 'SIDECAR']);

/** Last words that are easily left out, or replaced by one another. */
const droppedWords = /^(TO|M?S|M?SECS?|SECONDS?|MILLIS|MILLISECONDS)$/;

/** Less than this, and one wrong letter of a word, or of a name without its underscores, makes another one. */
const leastWord = 5;
const leastName = 9;
/** A word with more letters than this may have two wrong ones. */
const longWord = 8;
/** The shortest beginning that stands for a word, given (ELASTIC) or ours (HOSTNAME). */
const leastBeginning = { given: 5, known: 4 } as const;

type Name = {
  readonly name: string;
  readonly words: readonly string[];
  readonly joined: string;
};

/** Finds the known name that a name is probably meant to be: written otherwise, or with a slip or two. */
export function nearMisses(known: Iterable<string>): (name: string) => string | undefined {
  const candidates = [...known].map(wordsOf);
  return (name) => {
    if (!/^[\w.-]{3,80}$/.test(name) || foreignNames.has(name) || isServicePart(name)) return undefined;
    const given = wordsOf(name);
    let best: string | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      const slips = slipsBetween(given, candidate);
      if (slips >= fewest) continue;
      fewest = slips;
      best = candidate.name;
    }
    return best;
  };
}

/** Kubernetes adds several variables for each port of each Service of the namespace. */
function isServicePart(name: string): boolean {
  return /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)/.test(name);
}

function wordsOf(name: string): Name {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
  return { name, words, joined: words.join('') };
}

/** How much would have to be put right; infinite for another name altogether. */
function slipsBetween(given: Name, known: Name): number {
  if (isSame(given.words, known.words)) return 0;
  if (commonNames.has(known.name)) return Number.POSITIVE_INFINITY;
  if (given.joined === known.joined && given.words.length <= known.words.length) return 0.5;
  if (isSame(withoutPrefixes(given.words), known.words)) return 1;
  // Few people mistake the first letter.
  if (given.joined[0] !== known.joined[0]) return Number.POSITIVE_INFINITY;
  return Math.min(wordSlips(shortened(given.words), shortened(known.words)), joinedSlips(given.joined, known.joined));
}

function isSame(words: readonly string[], others: readonly string[]): boolean {
  return words.length === others.length && words.every((word, index) => word === others[index]);
}

function withoutPrefixes(words: readonly string[]): readonly string[] {
  const isPrefix = (word: string) => ownPrefixes.has(word) || otherPrefixes.has(word);
  const start = words.findIndex((word) => !isPrefix(word));
  return start > 0 && words.slice(0, start).some((word) => ownPrefixes.has(word)) ? words.slice(start) : [];
}

function shortened(words: readonly string[]): readonly string[] {
  return words.length > 1 && droppedWords.test(words.at(-1) ?? '') ? words.slice(0, -1) : words;
}

function wordSlips(words: readonly string[], others: readonly string[]): number {
  if (words.length !== others.length) return Number.POSITIVE_INFINITY;
  let sum = 1;
  for (const [index, word] of words.entries()) {
    sum += slipsInWord(word, others[index] ?? '');
    if (sum > 3) return Number.POSITIVE_INFINITY;
  }
  return sum;
}

function slipsInWord(word: string, other: string): number {
  if (word === other) return 0;
  if (isPlural(word, other) || isPlural(other, word)) return 0.5;
  const [short, long] = word.length < other.length ? [word, other] : [other, word];
  if (short.length >= leastBeginning[short === word ? 'given' : 'known'] && long.startsWith(short)) return 1;
  if (long.length - short.length > 2) return Number.POSITIVE_INFINITY;
  const edits = editDistance(word, other);
  const isSwapped = edits === 1 && [...word].sort().join('') === [...other].sort().join('');
  const most = short.length >= longWord ? 2 : short.length >= leastWord ? 1 : 0;
  return isSwapped || edits <= most ? edits : Number.POSITIVE_INFINITY;
}

function joinedSlips(joined: string, known: string): number {
  if (isPlural(joined, known) || isPlural(known, joined)) return 2;
  const isNear = known.length >= leastName && Math.abs(joined.length - known.length) <= 1;
  return isNear && editDistance(joined, known) <= 1 ? 2.5 : Number.POSITIVE_INFINITY;
}

function isPlural(word: string, of: string): boolean {
  return word === `${of}S` || word === `${of}ES` || (of.endsWith('Y') && word === `${of.slice(0, -1)}IES`);
}
