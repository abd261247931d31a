import { type HeaderField, maxFieldSlots } from '../../http/header-field.ts';

/** A field as it was decoded; the name as sent. It is sensitive where its sender marked it as never indexed. */
export type HpackField = HeaderField & { readonly isSensitive: boolean };

/** What a field counts for besides its name and value (RFC 7541, section 4.1). */
export const fieldOverhead = 32;

/** The size of a field as tables and limits of lists count it (RFC 7541, section 4.1). */
export function sizeOf(field: HpackField): number {
  return field.name.length + field.value.length + fieldOverhead;
}

/** A field that repeats: the same text has the same slot on all connections. */
export function withSlot({ name, value, isSensitive }: HpackField): HpackField {
  const { length } = value;
  const ends = length === 0 ? 0 : value.charCodeAt(length - 1) * 37 + value.charCodeAt(length >> 1);
  // An empty text has no first character.
  const hash = (name.length * 7 + name.charCodeAt(0)) * 131 + length * 17 + ends * 5 + name.charCodeAt(name.length - 1);
  return { name, value, slot: 1 + (hash % maxFieldSlots || 0), isSensitive };
}
