const controls = /[\u0080-\u009f]/g;
/** What windows-1252 has in place of the control characters 0x80 to 0x9f of ISO 8859-1. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Bytes as text: by their byte order mark, else by the charset that is named (one that is not known reads as Latin-1),
 * else as UTF-8 if they are that, else as Latin-1. A character cut off at the end of truncated bytes is left out.
 */
export function decodeCharset(bytes: Buffer, charset: string | undefined, truncated: boolean): string {
  const decoder = createDecoder(byteOrderMark(bytes) ?? charset);
  if (decoder === undefined || decoder.encoding === 'windows-1252') return decodeLatin1(bytes);
  try {
    return decoder.decode(bytes, { stream: truncated });
  } catch {
    return decodeLatin1(bytes);
  }
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Only without a named charset is a body that is not UTF-8 taken for something else. */
function createDecoder(charset: string | undefined) {
  try {
    return new TextDecoder(charset, { fatal: charset === undefined });
  } catch {
    return undefined;
  }
}

/**
 * As the Encoding Standard says, Latin-1 reads as windows-1252, its superset; not every release of Node 20 has that
 * right.
 */
function decodeLatin1(bytes: Buffer): string {
  return bytes.toString('latin1').replace(controls, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? control);
}
