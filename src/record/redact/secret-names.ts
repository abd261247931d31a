import { decodeText } from '../text.ts';

/**
 * Names that hold a secret, in lower case without punctuation: `X-Api-Key`, `api_key` and `apiKey` are all `apikey`.
 */
export const secretNames: readonly string[] = [
  'auth',
  'authentication',
  'awsaccesskeyid',
  'bearer',
  'cardnumber',
  'clientassertion',
  'codeverifier',
  'cookie',
  'cookie2',
  'creditcard',
  'cvc',
  'cvv',
  'dpop',
  'googleaccessid',
  'otp',
  'pass',
  'passcode',
  'phpsessid',
  'pin',
  'pwd',
  'samlresponse',
  'session',
  'sid',
  'sig',
  'ssn',
];

/** A name that ends like this holds a secret too: `X-Amz-Security-Token`, `newPassword`, `client_secret`. */
export const secretNameEndings: readonly string[] = [
  'accesskey',
  'accountkey',
  'apikey',
  'authkey',
  'authorization',
  'credential',
  'credentials',
  'functionskey',
  'jwt',
  'jwtassertion',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'secret',
  'secretkey',
  'sessionid',
  'sessionkey',
  'setcookie',
  'signature',
  'subscriptionkey',
  'token',
];

/** Names that end like one of those and hold no secret. */
const publicNames: ReadonlySet<string> = new Set(['accesscontrolallowcredentials']);

const maxCachedNames = 1024;
/** Longer ones are seldom names: mostly they are whatever stands in front of an equals sign, and new each time. */
const maxCachedLength = 24;
const maxPercentRounds = 3;
const punctuation = /[^0-9A-Za-z\u0080-\uffff]/g;
const encodedBytes = /(?:%[0-9a-f]{2})+/gi;
const segmentEnd = /[[\].:]+/;

/**
 * Says of the name of a header, parameter or field whether its value is a secret, as it was sent: in any case, and
 * percent-encoded. `inOAuth`: it stands in an OAuth request, where `code` is a secret, too (`isOAuthRequest`).
 */
export type NameTest = (name: string, inOAuth?: boolean) => boolean;

/**
 * A test for the well-known names and `extra`, without those in `except`. Of a nested name such as `user[password]`
 * each part counts.
 */
export function createSecretNameTest(extra: readonly string[], except: readonly string[] = []): NameTest {
  const exempt = new Set(except.map(plainName));
  const names = new Set([...secretNames, ...extra.map(plainName)].filter((name) => !exempt.has(name)));
  const cache = new Map<string, boolean>();
  return (name, inOAuth = false) => {
    if (inOAuth && name === 'code') return !exempt.has(name);
    const known = cache.get(name);
    if (known !== undefined) return known;
    const secret = isSecret(names, decodePercent(name));
    if (name.length <= maxCachedLength) {
      if (cache.size >= maxCachedNames) cache.clear();
      // A copy: a slice of a head would keep the whole head in memory.
      cache.set(Buffer.from(name).toString(), secret);
    }
    return secret;
  };
}

function isSecret(names: ReadonlySet<string>, name: string): boolean {
  if (isSecretPart(names, name)) return true;
  const parts = name.split(segmentEnd);
  return parts.length > 1 && parts.some((part) => isSecretPart(names, part));
}

function isSecretPart(names: ReadonlySet<string>, part: string): boolean {
  const plain = plainName(part);
  if (names.has(plain)) return true;
  return !publicNames.has(plain) && secretNameEndings.some((ending) => plain.endsWith(ending));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(punctuation, '');
}

/** Decoded until nothing is left to decode: a name may be part of a URL inside of a URL. */
function decodePercent(name: string): string {
  let text = name;
  for (let round = 0; round < maxPercentRounds && text.includes('%'); round++) {
    text = text.replace(encodedBytes, (run) =>
      decodeText(Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')),
    );
  }
  return text;
}
