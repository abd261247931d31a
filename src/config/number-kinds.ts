import { accept, type Kind, refuse } from './kind.ts';

/** A whole number in decimal digits; `unit` is for the reader only. */
export function integer(min: number, max: number, unit = ''): Kind<number> {
  return {
    allowed: `\`${min}\` to \`${max}\`${unit && ` ${unit}`}`,
    parse: (text) => {
      if (!/^-?\d+$/.test(text)) return refuse('it is not a whole number');
      const value = Number(text);
      return value < min || value > max ? refuse('it is out of range') : accept(value);
    },
  };
}

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ...['', 'b'].flatMap((b) => ['ki', 'mi', 'gi'].map((unit, index) => [unit + b, 1024 ** (index + 1)] as const)),
]);

/**
 * A number of bytes: `65536`, `64KiB`, `64Ki`, `64kB`. Units are in any case; a bare `k`, `m` or `g` means too many
 * things.
 */
export function byteSize(min: string, max: string): Kind<number> {
  const least = parseBytes(min) ?? 0;
  const most = parseBytes(max) ?? 0;
  return {
    allowed: `\`${min}\` to \`${max}\``,
    parse: (text) => {
      const value = parseBytes(text);
      if (value === undefined) return refuse('it is not a size such as 65536, 64KiB or 1MB');
      return value < least || value > most ? refuse('it is out of range') : accept(value);
    },
  };
}

function parseBytes(text: string): number | undefined {
  const [, digits, unit] = /^(\d+) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = unitBytes.get(unit?.toLowerCase() ?? '');
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
