/**
 * A copy of `bytes[start, end)` in memory of its own. `Buffer.from` cuts small copies from a shared pool, where a
 * single byte that is kept keeps 8 KiB: what is held for long must cost what is counted for it.
 */
export function copyBytes(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}

/** What a small object with such a copy costs besides the bytes, about. */
export const copyOverhead = 400;
