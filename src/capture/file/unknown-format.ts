/** What other files begin with, and what to do about them. */
const signatures: readonly (readonly [hexadecimal: string, hint: string])[] = [
  ['28b52ffd', 'compressed with zstd; expand it first'],
  ['fd377a58', 'compressed with xz; expand it first'],
  ['425a68', 'compressed with bzip2; expand it first'],
  ['04224d18', 'compressed with lz4; expand it first'],
  ['504b0304', 'a zip archive; unpack it first'],
  ['1f8b', 'compressed with gzip twice; expand it first'],
  ['736e6f6f', 'a snoop capture; convert it to pcapng first'],
  ['7b', 'JSON or HAR text'],
  ['5b', 'JSON text'],
  ['3c', 'XML or HTML text'],
];

/** Why a file that begins with `first` cannot be read: the end of a sentence about it. */
export function unknownFormat(first: Buffer): string {
  if (first.length === 0) return 'is empty';
  const bytes = first.toString('hex');
  const shown = bytes.slice(0, 8).replace(/..(?=.)/g, '$& ');
  const hint =
    signatures.find(([signature]) => bytes.startsWith(signature))?.[1] ?? (isText(first) ? 'text' : undefined);
  return `is not a pcap or pcapng capture: it begins with ${shown}${hint === undefined ? '' : ` (${hint})`}`;
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13);
}
