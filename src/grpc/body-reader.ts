/** Reads a body as it passes. */
export interface BodyReader {
  /** `bytes[start, end)` come next; borrowed. */
  read(bytes: Buffer, start: number, end: number): void;
  /** These many bytes were not captured. */
  missing(count: number): void;
  /** Bytes that it keeps. */
  readonly heldBytes: number;
  /** Anything may have been lost here. */
  lost(): void;
}
