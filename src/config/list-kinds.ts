import { accept, boolean, type Kind, type Parsed, refuse } from './kind.ts';
import { slipOf } from './nearest.ts';
import { quote } from './quote.ts';

/** Wrong items that are named in one sentence; more of the same are only counted. */
const mostNamed = 5;

/** What people write for the whole. */
const wholes: ReadonlyMap<string, string> = new Map([
  ['none', 'false'],
  ['all', 'true'],
]);

/** Comma-separated items, white space around them left out. */
export function listOf<T>(item: Kind<T>, allowed = `${item.allowed}; comma-separated`): Kind<readonly T[]> {
  return { allowed, parse: (text) => listed(readItems(item, text)) };
}

/** A list in which nothing may stand twice. */
export function distinctListOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    allowed: listOf(item).allowed,
    parse: (text) => {
      const { values, reasons } = readItems(item, text);
      const repeated = new Set(values.filter((value, index) => values.indexOf(value) !== index));
      return listed({
        values,
        reasons: [...reasons, ...[...repeated].map((value) => `${quote(String(value))} stands there twice`)],
      });
    },
  };
}

/** `true` or `false` for the whole, or a list of what is wanted. */
export function booleanOr<Whole, Item, Only>(
  item: Kind<Item>,
  forms: {
    readonly allowed: string;
    readonly whole: (on: boolean) => Whole;
    readonly only: (items: readonly Item[]) => Only;
  },
): Kind<Whole | Only> {
  const list = listOf(noBoolean(item));
  return {
    allowed: `\`true\`, \`false\`, or ${forms.allowed}`,
    parse: (text) => {
      const whole = boolean.parse(text);
      if (whole.kind === 'value') return accept(forms.whole(whole.value));
      const parsed = list.parse(text);
      return parsed.kind === 'value' ? accept(forms.only(parsed.value)) : parsed;
    },
  };
}

/** Refuses items that say yes or no to the whole, also those that only try to. */
function noBoolean<T>(item: Kind<T>): Kind<T> {
  return {
    allowed: item.allowed,
    parse: (text) => {
      const word = text.toLowerCase();
      if (boolean.parse(word).kind === 'value') return refuse('it stands for the whole and cannot be part of a list');
      const meant = wholes.get(word) ?? slipOf(word, ['true', 'false']);
      return meant === undefined ? item.parse(text) : refuse(`write ${meant} if that is what you mean`);
    },
  };
}

type Items<T> = { readonly values: readonly T[]; readonly reasons: readonly string[] };

/** All that is right and all that is wrong; items that are wrong for the same reason are named together. */
function readItems<T>(item: Kind<T>, text: string): Items<T> {
  const values: T[] = [];
  const wrong = new Map<string | undefined, string[]>();
  const parts = text === '' ? [] : text.split(',').map((raw) => raw.trim());
  for (const part of parts.filter((part) => part !== '')) {
    const parsed = item.parse(part);
    if (parsed.kind === 'value') values.push(parsed.value);
    else wrong.set(parsed.because, [...(wrong.get(parsed.because) ?? []), quote(part)]);
  }
  const reasons = [...wrong].map(([because, items]) =>
    because === undefined
      ? `${named(items)} ${items.length === 1 ? 'is' : 'are'} none of them`
      : `${named(items)}: ${because}`,
  );
  return { values, reasons: parts.includes('') ? [...reasons, 'an item of the list is empty'] : reasons };
}

function listed<T>({ values, reasons }: Items<T>): Parsed<readonly T[]> {
  return reasons.length === 0 ? accept(values) : refuse(reasons.join('; '));
}

function named(items: readonly string[]): string {
  const more = items.length - mostNamed;
  return items.slice(0, mostNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
