/**
 * An integer in captured bytes, like those below. Callers have checked that the bytes are there. With the methods of `Buffer`, which check once
 * more, it takes twice as long to get to the TCP segment of a packet. `| 0` only tells the compiler that an element is a number.
 */
export function uint8(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | 0;
}

/** In network byte order. */
export function uint16(bytes: Buffer, at: number): number {
  return (uint8(bytes, at) << 8) | uint8(bytes, at + 1);
}

/** In network byte order. */
export function int32(bytes: Buffer, at: number): number {
  return (uint16(bytes, at) << 16) | uint16(bytes, at + 2);
}

/** As the kernel writes it, little-endian. */
export function kernelUint16(bytes: Buffer, at: number): number {
  return uint8(bytes, at) | (uint8(bytes, at + 1) << 8);
}

/** As the kernel writes it, little-endian. */
export function kernelUint32(bytes: Buffer, at: number): number {
  return (kernelUint16(bytes, at) | (kernelUint16(bytes, at + 2) << 16)) >>> 0;
}
