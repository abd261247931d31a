/** A field as it was decoded; the name in lower case as sent, latin1 text, one character for each byte. */
export type HpackField = {
  readonly name: string;
  readonly value: string;
  /** Its sender marked it as never indexed (RFC 7541, section 7.1.3): a secret. */
  readonly isSensitive: boolean;
};

/** What a field counts for besides its name and value (RFC 7541, section 4.1). */
export const fieldOverhead = 32;

/** The size of a field as tables and limits of lists count it (RFC 7541, section 4.1). */
export function sizeOf(field: HpackField): number {
  return field.name.length + field.value.length + fieldOverhead;
}
