/** Bytes that are read in order, once. */
export interface ByteSource {
  /** Bytes taken from the file itself so far. */
  readonly position: number;
  /** Size of the file, where it has one. */
  readonly size: number | undefined;
  /** The bytes are not those of the file itself: it is compressed. */
  readonly isExpanded: boolean;
  /**
   * Fills `buffer` from `offset` on with what is at hand; resolves to the number of bytes, 0 at the end. Rejects with
   * the system's error.
   */
  read(buffer: Buffer, offset: number): Promise<number>;
  /** Makes bytes that were just read the next to be read. */
  unread(bytes: Buffer): void;
  /** Gives everything back; a read under way resolves soon. */
  close(): void;
}
