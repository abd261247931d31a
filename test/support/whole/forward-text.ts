import { gunzipSync } from 'node:zlib';
import { Unpackr } from 'msgpackr';
import { readable } from './readable.ts';

const unpackr = new Unpackr({ mapsAsObjects: true, useRecords: false });

/**
 * The messages of the Forward protocol, each on a line. The chunk is random, so CHUNK stands for it. Compressed bytes
 * depend on the version of zlib, so what is compressed stands in their place. What cannot be read stays as it is.
 */
export function forwardText(bytes: Buffer): string {
  const lines: string[] = [];
  let read = 0;
  try {
    while (read < bytes.length) {
      unpackr.unpackMultiple(bytes.subarray(read), (message: unknown, start = 0, end = 0) => {
        lines.push(messageText(message as ForwardMessage, bytes.subarray(read + start, read + end)));
        read += end;
        return false;
      });
    }
    return lines.join('');
  } catch {
    return `${lines.join('')}${readable(bytes.subarray(read))}\n`;
  }
}

type ForwardMessage = readonly [
  tag: string,
  entries: Buffer,
  options: { readonly chunk?: string; readonly compressed?: string },
];

function messageText([, entries, { chunk, compressed }]: ForwardMessage, bytes: Buffer): string {
  const at = bytes.indexOf(entries);
  const isCompressed = compressed === 'gzip';
  const head = isCompressed ? bytes.subarray(0, at - lengthOfBinaryHead(entries.length)) : bytes.subarray(0, at);
  const options = readable(bytes.subarray(at + entries.length));
  return [
    readable(head),
    isCompressed ? `[gzip:]${readable(gunzipSync(entries))}[:gzip]` : readable(entries),
    chunk === undefined ? options : options.replace(chunk, 'C'.repeat(chunk.length)),
    '\n',
  ].join('');
}

/** Of `bin 8`, `bin 16` and `bin 32` (MessagePack specification). */
function lengthOfBinaryHead(length: number): number {
  if (length < 0x100) return 2;
  return length < 0x1_0000 ? 3 : 5;
}
