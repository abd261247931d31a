/** A media type in lower case without parameters, and the two parameters that matter for reading a body. */
export type ContentType = {
  readonly type: string;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
};

const textTypes: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/graphql',
  'application/javascript',
  'application/json',
  'application/json-seq',
  'application/jsonl',
  'application/jsonlines',
  'application/ndjson',
  'application/sql',
  'application/toml',
  'application/x-javascript',
  'application/x-json',
  'application/x-jsonlines',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'application/x-yaml',
  'application/xml',
  'application/xml-dtd',
  'application/yaml',
  'image/svg+xml',
  'multipart/form-data',
]);
const textSuffix = /\+(?:json|xml|yaml|json-seq)$/;
const charsetPattern = /;\s*charset\s*=\s*(?:"([^"]*)"?|([^\s;]*))/i;
const boundaryPattern = /;\s*boundary\s*=\s*(?:"([^"]*)"?|([^\s;]*))/i;

/** Takes a Content-Type value apart (RFC 9110 section 8.3). */
export function parseContentType(value: string): ContentType {
  const semicolon = value.indexOf(';');
  const type = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (semicolon < 0) return { type, charset: undefined, boundary: undefined };
  return { type, charset: parameter(charsetPattern, value), boundary: parameter(boundaryPattern, value) };
}

/** Types whose bytes are meant to be read as characters. */
export function isTextType(type: string): boolean {
  return type.startsWith('text/') || textTypes.has(type) || textSuffix.test(type);
}

export function isJsonType(type: string): boolean {
  return type.includes('json');
}

export function isMarkupType(type: string): boolean {
  return type.endsWith('xml') || type === 'text/html';
}

export function isScriptType(type: string): boolean {
  return type.endsWith('script') || type === 'text/css';
}

function parameter(pattern: RegExp, value: string): string | undefined {
  const match = value.match(pattern);
  return match?.[1] || match?.[2] || undefined;
}
