/** A word that is not used, and what to say instead. */
type RefusedWord = {
  readonly form: RegExp;
  readonly instead: string;
  /** The folders where it would be ambiguous; everywhere unless given. */
  readonly within?: RegExp;
};

const packetPath = /^src\/(?:packet|tcp|stream|http|http1|exchange)\//;

/** Of text as `plainWords` leaves it: lower case, names taken apart into their words. */
const refusedWords: readonly RefusedWord[] = [
  { form: /\bpatien(?:ce|t|tly)\b/, instead: 'deadline' },
  { form: /\b(?:time|wait|deadline|grace|minutes?|seconds?|hours?|it) (?:is|are|was) up\b/, instead: 'has expired' },
  { form: /\b(?:is|has been) up\b/, instead: 'has expired', within: /^src\/(?!capture|config|app\/capture-plan)/ },
  { form: /\bparcels?\b/, instead: 'pending batch' },
  { form: /\bmend(?:s|ed|ing)?\b/, instead: 'fix, help' },
  { form: /\bsomebody\b/, instead: 'who or what it is: the operator, a server, another process' },
  { form: /\bso many\b/, instead: 'how many, this many, at most' },
  { form: /\bdear(?:er|est|ly)?\b/, instead: 'expensive, costly' },
  { form: /\b(?:go|goes|going|went|gone) on\b/, instead: 'continue, happen' },
  { form: /\bfor (?:whoever|who)\b/, instead: 'for those who' },
  { form: /\bended connections?\b/, instead: 'time-wait', within: /^src\/tcp\// },
  { form: /\bbeliev(?:e|es|ed|able)\b/, instead: 'accept, acceptable (RFC 5961)', within: /^src\/(?:packet|tcp)\// },
  { form: /\b(?:starts|begins) anew\b/, instead: 'new incarnation, starts again', within: packetPath },
  { form: /\bpieces?\b/, instead: 'held segment, fragment, chunk, part', within: packetPath },
];

/**
 * What the program prints, and what others have to find in its output: it stays as it is. As `plainWords` leaves it, so
 * that it makes no difference where a line ends.
 */
export const printedSentences: readonly string[] = [
  'the capture goes on while the pod still serves',
  'whether the capture goes on after sigterm',
  'the other sinks go on',
  'everything else goes on',
  'the logger goes on',
  'the logger would go on without it',
  'is somebody else s and stays as it is',
  'goes on without its spool',
  'fails, going on in memory',
];

export type FoundWord = { readonly line: number; readonly word: string; readonly instead: string };

/** The refused words of a file, each with its line; not those in printed sentences. */
export function findRefusedWords(path: string, text: string): readonly FoundWord[] {
  let words = plainWords(text);
  for (const sentence of printedSentences) words = words.replaceAll(spaced(sentence), blank);
  return refusedWords
    .filter(({ within }) => within?.test(path) ?? true)
    .flatMap(({ form, instead }) =>
      [...words.matchAll(spaced(form.source))].map(({ index, 0: word }) => {
        return { line: words.slice(0, index).split('\n').length, word: word.replaceAll(/\s+/g, ' '), instead };
      }),
    )
    .sort((a, b) => a.line - b.line);
}

/** Whether a file has a sentence, wherever its lines end. */
export function hasSentence(text: string, sentence: string): boolean {
  return spaced(sentence).test(plainWords(text));
}

/**
 * Lower-case text of the same lines in which names are words (`patienceMs`, `is_up`) and comments, quotes and the `+`
 * between parts of a string are space.
 */
function plainWords(text: string): string {
  return text
    .replaceAll(/([a-z\d])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replaceAll(/[^a-z\d\n.,;:()?!]/g, ' ');
}

/** A form in which every space stands for space of any kind, line ends too; a sentence is taken as it is. */
function spaced(form: string): RegExp {
  const isSentence = !form.startsWith('\\b');
  const source = isSentence ? form.replaceAll(/[.()?]/g, '\\$&') : form;
  return new RegExp(source.replaceAll(' ', '\\s+'), 'g');
}

function blank(sentence: string): string {
  return sentence.replaceAll(/[^\n]/g, ' ');
}
