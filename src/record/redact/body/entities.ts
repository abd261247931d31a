const reference = /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,6}));?/gi;
const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
]);
const special = /[<>&"]/g;
const escapes: ReadonlyMap<string, string> = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['"', '&quot;'],
]);
const maxCodePoint = 0x10ffff;

/** Text of XML and HTML without references to characters. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (whole: string, ...[hex, decimal, name]: (string | undefined)[]) => {
    if (name !== undefined) return named.get(name.toLowerCase()) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= maxCodePoint ? String.fromCodePoint(code) : whole;
  });
}

export function encodeEntities(text: string): string {
  return text.replace(special, (char) => escapes.get(char) ?? char);
}
