import { redactionMark } from '../redact-params.ts';

/** `scheme credentials` (RFC 9110 section 11.4), also as a value of a URL. What is followed by `=` is a parameter. */
const credentials = /(?<![\w-])(basic|bearer|negotiate|ntlm|token|apikey)( {1,8}|\+|%20)([\w.~+/%-]+=*)(?![="\w])/gi;
/** The response of a challenge (RFC 7616) and what belongs to it. */
const digest = /(?<![\w-])(digest(?: {1,8}|\+|%20))(?=\w+(?:=|%3d))[^\r\n<>{}]*/gi;
const digestResponse = /(?:[\s,+]|%20|%2c)response ?(?:=|%3d)/i;
const schemeStart = /^(?:basic|bearer|negotiate|ntlm|digest)[ +%]/i;
const scheme = /(?:basic|bearer|negotiate|ntlm|token|apikey|digest)(?: |\+|%20)/i;
/** The end of a text that was cut off: all that there is of the credentials. */
const cutCredentials = /(?<![\w-])((?:basic|bearer|negotiate|ntlm) {1,8})[\w.~+/%-]+=*$/i;
const longest = 20;
const unlikeWord = /\d|[a-z][A-Z]|[+/=~_]/;
const printable = /^[ -~\u0080-\uffff]*$/;
/** What follows a scheme in a sentence, or says which scheme it is. */
const words: ReadonlySet<string> = new Set([
  ...['access', 'auth', 'authentication', 'authorization', 'error', 'is', 'only', 'or', 'realm', 'required', 'scheme'],
  ...['token', 'tokens', 'plan', 'user', 'users'],
]);

/** Whether a value is `scheme credentials`: few others begin like one and have a space where its name ends. */
export function startsWithScheme(text: string): boolean {
  switch (text.charCodeAt(0) | 0x20) {
    case 0x62: // basic, bearer
      return (endsScheme(text.charCodeAt(5)) || endsScheme(text.charCodeAt(6))) && schemeStart.test(text);
    case 0x64: // digest
      return endsScheme(text.charCodeAt(6)) && schemeStart.test(text);
    case 0x6e: // negotiate, ntlm
      return (endsScheme(text.charCodeAt(4)) || endsScheme(text.charCodeAt(9))) && schemeStart.test(text);
    default:
      return false;
  }
}

/** A space, also as it stands in a URL. */
function endsScheme(code: number): boolean {
  return code === 0x20 || code === 0x2b || code === 0x25;
}

/** Replaces credentials of an authentication scheme, under any name, and keeps the scheme. */
export function redactCredentials(text: string): string {
  if (!scheme.test(text)) return text;
  return text
    .replace(credentials, (whole: string, ...[name = '', space = '', token = '']: string[]) =>
      isCredential(name.toLowerCase(), token, whole.length === text.length) ? name + space + redactionMark : whole,
    )
    .replace(digest, (whole, name: string) => (digestResponse.test(whole) ? name + redactionMark : whole));
}

export function redactCutCredentials(text: string): string {
  return text.replace(cutCredentials, `$1${redactionMark}`);
}

/** `isAlone`: there is nothing else in the value, so it is no sentence. */
function isCredential(name: string, token: string, isAlone: boolean): boolean {
  if (name === 'token' || name === 'apikey') return token.length >= longest && unlikeWord.test(token);
  if (name === 'basic' && isUserAndPassword(token)) return true;
  if (token.length >= longest || (unlikeWord.test(token) && token.length > 2)) return true;
  return isAlone && name !== 'basic' && !words.has(token.toLowerCase());
}

function isUserAndPassword(token: string): boolean {
  const text = Buffer.from(token, 'base64').toString();
  return text.includes(':') && printable.test(text);
}
