const known = new Map<string, Buffer>();

/** The 4 or 16 bytes of an address in text form, to be read only: most packets of a test have the same few. */
export function addressBytes(text: string): Buffer {
  const bytes = known.get(text) ?? (text.includes(':') ? ipv6Bytes(text) : Buffer.from(text.split('.').map(Number)));
  known.set(text, bytes);
  return bytes;
}

function ipv6Bytes(text: string): Buffer {
  const [left = '', right] = text.split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length;
  const all = [...head, ...new Array<number>(zeros).fill(0), ...tail];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
