import { type Random, randomInteger } from './random.ts';

/**
 * A copy with a few random changes: bytes replaced, bits turned, extreme numbers, pieces removed, repeated or cut off.
 */
export function mutated(valid: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(valid);
  for (let changes = randomInteger(random, 1, 5); changes > 0 && bytes.length > 8; changes--) {
    bytes = mutatedOnce(bytes, randomInteger(random, 0, bytes.length - 4), random);
  }
  return bytes;
}

function mutatedOnce(bytes: Buffer, at: number, random: Random): Buffer {
  const length = randomInteger(random, 1, 40);
  switch (randomInteger(random, 0, 6)) {
    case 0:
      bytes[at] = randomInteger(random, 0, 256);
      return bytes;
    case 1:
      bytes[at] = bytes.readUInt8(at) ^ (1 << randomInteger(random, 0, 8));
      return bytes;
    case 2:
      bytes.writeUInt32LE([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000][randomInteger(random, 0, 6)] ?? 0, at);
      return bytes;
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    default:
      return Buffer.from(bytes.subarray(0, at));
  }
}
