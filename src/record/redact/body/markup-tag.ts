/** An attribute; `from` to `to` is its value with its quotes. */
export type Attribute = { readonly name: string; readonly value: string; readonly from: number; readonly to: number };

/** A start tag, and where it ends. */
export type Tag = {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly end: number;
  readonly isEmpty: boolean;
  /** The text ends within the tag. */
  readonly isCut: boolean;
};

const tagName = /<([^\s/>"'<=]+)/y;
/** Quotes and slashes that belong nowhere are passed over. */
const attribute = /[\s/"'=]*([^\s=>/"'<]+)(?:\s*=\s*("[^"]*"?|'[^']*'?|[^\s"'<>]+))?/y;
const rest = /[\s/"'=]*/y;
const quotes = /^["']|["']$/g;

/** Reads the start tag that begins here. */
export function readTag(text: string, start: number): Tag {
  tagName.lastIndex = start;
  const [open = '<', name = ''] = tagName.exec(text) ?? [];
  let at = start + open.length;
  const attributes: Attribute[] = [];
  attribute.lastIndex = at;
  for (let match = attribute.exec(text); match !== null; match = attribute.exec(text)) {
    const [whole, attributeName = '', value = ''] = match;
    at += whole.length;
    attribute.lastIndex = at;
    if (value === '') continue;
    attributes.push({ name: attributeName, value: value.replace(quotes, ''), from: at - value.length, to: at });
  }
  rest.lastIndex = at;
  const end = at + (rest.exec(text)?.[0].length ?? 0);
  const isClosed = text[end] === '>';
  const isEmpty = text[end - 1] === '/';
  return { name, attributes, end: isClosed ? end + 1 : end, isEmpty, isCut: end === text.length };
}
