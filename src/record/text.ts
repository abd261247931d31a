const NOT_ASCII = /[\u0080-\uffff]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of a Latin-1 string (one character per byte): its bytes read as UTF-8 if they are valid UTF-8, else the string as it is. */
export function decodeText(latin1: string): string {
  if (!NOT_ASCII.test(latin1)) return latin1;
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}
