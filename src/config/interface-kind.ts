import { isIP } from 'node:net';
import { accept, type Kind, refuse } from './kind.ts';
import { distinctListOf } from './list-kinds.ts';
import { quote } from './quote.ts';

/** An interface of this machine, for a message; its addresses are IP and MAC addresses. */
export type PresentInterface = { readonly name: string; readonly addresses: readonly string[] };

/**
 * What the kernel takes for the name of an interface (dev_valid_name in net/core/dev.c; IFNAMSIZ is 16 with the final
 * NUL), without what no tool gives to one.
 */
const possibleName = /^(?!\.{1,2}$)[^\s\p{C}/:@*?+'"`<>()[\]{}$\\;|,]{1,15}$/u;

const macAddress = /^[\da-f]{2}([:-][\da-f]{2}){5}$/i;

const isAny = (text: string) => text.toLowerCase() === 'any';

const names = distinctListOf({
  allowed: 'interface name',
  parse: (text) => {
    const because = isAny(text) ? 'it stands alone, not in a list' : (words.get(text.toLowerCase()) ?? refusal(text));
    return because === undefined ? accept(text) : refuse(because);
  },
});

export const interfaces: Kind<'any' | readonly string[]> = {
  allowed: 'interface names, comma-separated; or `any`',
  parse: (text) => {
    if (isAny(text)) return accept('any');
    const apart = text.split(/[;,\s]+/);
    const isSeparatedOtherwise = /[^,\s]\s+[^,\s]|;/.test(text) && apart.every((name) => possibleName.test(name));
    if (!isSeparatedOtherwise) return names.parse(text);
    return refuse(`names are separated by commas: write ${apart.some(isAny) ? 'any alone' : apart.join(',')}`);
  },
};

/** What is there instead, for the end of a refusal: names, and whose the addresses are that were given. */
export function interfacesThere(given: string, present: readonly PresentInterface[]): string {
  if (present.length === 0) return '';
  const owners = given
    .split(',')
    .map((text) =>
      text
        .trim()
        .toLowerCase()
        .replace(/\/\d+$/, ''),
    )
    .flatMap((text) => {
      const owner = present.find(({ addresses }) => addresses.some((address) => address.toLowerCase() === text));
      return owner === undefined ? [] : [`${quote(text)} is an address of ${owner.name}`];
    });
  return [...owners, `interfaces here: ${present.map(({ name }) => name).join(', ')}`].join('; ');
}

/** What people write who mean all of them, or leave the choice to the program. */
const words: ReadonlyMap<string, string> = new Map([
  ...['all', '*', '0.0.0.0', '::'].map((word) => [word, 'write any for all interfaces'] as const),
  ...['localhost', 'loopback'].map((word) => [word, 'write lo'] as const),
  ...['auto', 'default', 'none'].map(
    (word) => [word, 'leave IFACE unset for the interface of the default route'] as const,
  ),
]);

/** Why this cannot be the name of an interface. */
function refusal(text: string): string | undefined {
  if (isIP(text.replace(/\/\d+$/, '')) !== 0 || macAddress.test(text)) {
    return 'that is an address, not the name of an interface';
  }
  if (possibleName.test(text)) return undefined;
  if (/[$(){}]/.test(text)) return 'a variable was not replaced by its value';
  const bare = text.replaceAll(/^["'`<[]+|["'`>\]]+$/g, '');
  if (bare !== text && possibleName.test(bare)) return `write ${bare}, without quotes or brackets`;
  if (/[*?[\]+]/.test(text)) return 'patterns are not understood: write the names, or any for all interfaces';
  const [, name = '', mark = ''] = /^([^:@]*)([:@])/.exec(bare) ?? [];
  if (possibleName.test(name))
    return `write ${name}, without what ${mark === '@' ? 'follows the @' : 'follows the colon'}`;
  return 'an interface name has 1 to 15 characters, none of them a slash, colon or space';
}
