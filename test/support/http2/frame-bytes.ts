import { type Random, randomInteger } from '../program/random.ts';

/** A frame on the wire. */
export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload as string, 'latin1');
  const header = Buffer.alloc(9);
  header.writeUIntBE(bytes.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, bytes]);
}

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A block of a request or response: any text. */
export function randomText(random: Random, most: number): string {
  const length = randomInteger(random, 0, most + 1);
  return Array.from({ length }, () => String.fromCharCode(randomInteger(random, 97, 123))).join('');
}

const fourBytes = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);

/** A valid frame, or a header block in several; all odd streams. */
export function randomFrames(random: Random): Buffer[] {
  const stream = 2 * randomInteger(random, 0, 50) + 1;
  const isPadded = random() < 0.3;
  const padding = isPadded ? randomInteger(random, 0, 20) : 0;
  const padFlag = isPadded ? 8 : 0;
  const padLength = isPadded ? Buffer.of(padding) : '';
  const padded = (...parts: readonly (Buffer | string)[]) =>
    Buffer.concat([padLength, ...parts, '\0'.repeat(padding)].map((part) => Buffer.from(part as string, 'latin1')));
  const ends = random() < 0.3 ? 1 : 0;
  switch (randomInteger(random, 0, 10)) {
    case 0:
      return [frame(6, randomInteger(random, 0, 2), 0, randomText(random, 0).padEnd(8, 'p'))];
    case 1:
      return [frame(8, 0, random() < 0.5 ? 0 : stream, fourBytes(randomInteger(random, 1, 1 << 20)))];
    case 2:
      return [frame(3, 0, stream, fourBytes(randomInteger(random, 0, 14)))];
    case 3:
      return random() < 0.3
        ? [frame(4, 1, 0)]
        : [frame(4, 0, 0, Buffer.concat([Buffer.of(0, randomInteger(random, 1, 7)), fourBytes(4096)]))];
    case 4:
      return [frame(7, 0, 0, Buffer.concat([fourBytes(stream), fourBytes(2), Buffer.from(randomText(random, 30))]))];
    case 5:
      return [frame(5, 4 | padFlag, stream, padded(fourBytes(2 * stream), randomText(random, 40)))];
    case 6:
      return [frame(2, 0, stream, 'prior')];
    case 7: {
      const rest = Array.from({ length: randomInteger(random, 1, 4) }, () => randomText(random, 20));
      const first = frame(1, ends | padFlag, stream, padded(randomText(random, 30)));
      return [first, ...rest.map((text, index) => frame(9, index === rest.length - 1 ? 4 : 0, stream, text))];
    }
    case 8:
      return random() < 0.5
        ? [frame(1, ends | 4 | padFlag, stream, padded(randomText(random, 60)))]
        : [frame(1, ends | 4 | padFlag | 0x20, stream, padded('prior', randomText(random, 60)))];
    default:
      return [frame(0, ends | padFlag, stream, padded(randomText(random, 400)))];
  }
}

/** `bytes` in parts of random length, mostly short ones. */
export function randomParts(bytes: Buffer, random: Random): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = at + randomInteger(random, 1, random() < 0.5 ? 12 : 600);
    parts.push(bytes.subarray(at, next));
    at = next;
  }
  return parts;
}
