import { isJsonType, isMarkupType, isScriptType } from '../../content-type.ts';

/** How a body is written, or what a value holds. */
export type BodyFormat =
  | 'json'
  | 'form'
  | 'multipart'
  | 'markup'
  | 'graphql'
  | 'yaml'
  | 'events'
  | 'csv'
  | 'script'
  | 'text';

const multipartStart =
  /^\s*(?:--[^\r\n]+\r?\n(?:content-[a-z-]+[ \t]*:|\r?\n)|content-disposition[ \t]*:[^\r\n;]*;[ \t]*name)/i;
/** Also behind what keeps JSON from being run as a script, and in a call (JSONP). */
const jsonStart =
  /^[\s\ufeff\p{Cc}]*(?:\)\]\}',?\s*|while ?\(1\);\s*|for ?\(;;\);\s*|\/\*\*?\/\s*)*(?:[\w$.]{1,128}\s*\(\s*)?[{[]/u;
const markupStart = /^[\s\ufeff]*</;
const graphqlStart = /^(?:\s|#[^\n]*\n)*(?:query|mutation|subscription|fragment)\b[\s\w]*[({@$]/;
/** `{ login(password: "x") }`: a query without its word. */
const shortGraphqlStart = /^\s*\{\s*(?:\w+\s*:\s*)?\w+\s*[({]/;
const formStart = /^[\w.%[\]+$-]+=[^\s]*$/;
const percentEncoded = /^[^\s=&%]*%[0-9a-f]{2}[^\s]*$/i;
/** A line with a key, and below it another one, or one that is indented. */
const yamlKey = `(?:- )?["']?[\\w.-]{1,64}["']?:`;
const yamlStart = new RegExp(
  `^(?:---[ \\t]*\\r?\\n|\\? [^\\r\\n]+\\r?\\n:|${yamlKey}(?: [^\\r\\n]*)?\\r?\\n(?: +\\S|${yamlKey}(?:[ \\r\\n]|$)))`,
);
const eventsStart = /^(?:data|event|id|retry):[^\r\n]*\r?\n/;

/** What a text looks like counts more than what it is called: JSON is often sent as a form or as plain text. */
export function formatOf(text: string, type: string): BodyFormat {
  if (type.startsWith('multipart/') || multipartStart.test(text)) return 'multipart';
  if (graphqlStart.test(text) || shortGraphqlStart.test(text)) return 'graphql';
  if (type === 'application/graphql' && text.includes('{')) return 'graphql';
  if (jsonStart.test(text) || isJsonType(type)) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (markupStart.test(text) || isMarkupType(type)) return 'markup';
  if (type.endsWith('yaml') || yamlStart.test(text)) return 'yaml';
  if (type === 'text/event-stream' || eventsStart.test(text)) return 'events';
  if (type === 'text/csv' || type === 'text/tab-separated-values') return 'csv';
  if (isScriptType(type)) return 'script';
  return type === '' && (formStart.test(text) || percentEncoded.test(text)) ? 'form' : 'text';
}
