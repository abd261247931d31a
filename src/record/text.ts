const notAscii = /[\u0080-\uffff]/;
const replacement = '\ufffd';

/**
 * Text of a Latin-1 string (one character per byte): its bytes read as UTF-8 if they are valid UTF-8, else the string
 * as it is.
 */
export function decodeText(latin1: string): string {
  if (!notAscii.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString();
  // A decoder that throws would cost more than everything else that is done with a field. A replacement character that
  // was really sent gives the same bytes again.
  return text.includes(replacement) && !Buffer.from(text).equals(bytes) ? latin1 : text;
}
