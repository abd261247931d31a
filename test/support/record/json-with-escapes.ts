/** What cannot be seen, character by character, from the names of the characters in question. */
const ranges: readonly (readonly [from: number, to: number])[] = [
  ...([
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
  ] as const),
  ...([
    [0x180e, 0x180e],
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
  ] as const),
  ...([
    [0xd800, 0xdfff],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
    [0xe0000, 0xe0fff],
  ] as const),
];

/** One of each kind, and the ends of each range. */
export const deceptiveCharacters: string = ranges
  .flatMap(([from, to]) => [from, to, from + ((to - from) >> 1)])
  .concat([0x1b, 0x85, 0x9b, 0x202e, 0x2066, 0x2069, 0x200d, 0xe0041])
  .map((code) => String.fromCodePoint(code))
  .join('.');

/** Whether a terminal, or a reader, can be deceived by a text. Line feeds are left to the caller. */
export function isDeceptive(text: string): boolean {
  return Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code !== 0x0a && ranges.some(([from, to]) => code >= from && code <= to);
  });
}

/** JSON as records are written, the plain way: what cannot be seen is escaped. */
export function jsonWithEscapes(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{DI}]/gu, unicodeEscapes);
}

function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
