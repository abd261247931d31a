/**
 * Bytes as text that can be read and compared, from which the bytes could be made again: printable ASCII characters and
 * line feeds stand for themselves, everything else is `\xNN`. No line begins with `=`, which is for headings.
 */
export function readable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/\\/g, '\\\\')
    .replace(/[^\x20-\x7e\n]|^=/gm, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
