/** A header field or trailer: lower-case name, value without the white space around it; one character per byte. */
export type HeaderField = {
  readonly name: string;
  readonly value: string;
  /**
   * Where a cache may look first: of lines that repeat, those that are the same have the same slot, from 1 up to
   * `maxFieldSlots`, though slots are given away again. 0: the line is not known to repeat.
   */
  readonly slot: number;
  /** Its sender does not want anyone to keep its value (RFC 7541, section 7.1.3): it is a secret. */
  readonly isSensitive?: boolean;
};

export const maxFieldSlots = 4096;
