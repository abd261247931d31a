// Integers in captured bytes, without the checks of `Buffer`'s methods, which double the time that finding the TCP
// segment of a packet takes. Callers have checked that the bytes are there: what is not there would read as 0.

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
