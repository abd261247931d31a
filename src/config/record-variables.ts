import { anyText, boolean, choice, type Kind, map, matching } from './kind.ts';
import { booleanOr, listOf } from './list-kinds.ts';
import { byteSize, integer } from './number-kinds.ts';
import { podLabels } from './pod-labels.ts';
import { optional, secret, variable } from './variable.ts';

/** Characters of a token (RFC 9110, section 5.6.2) but `*`, which no real name has and which reads like a wildcard. */
const token = "[!#$%&'+.^_`|~\\w-]+";

const lowerCase = <T extends string>(kind: Kind<T>): Kind<string> => map(kind, (text) => text.toLowerCase());

const headerName = lowerCase(
  matching('header name', new RegExp(`^${token}$`), "a header name has only letters, digits and !#$%&'+-.^_`|~"),
);

const contentType = lowerCase(
  matching(
    'content type',
    new RegExp(`^${token}/(${token}|\\*)$`),
    'a content type is type/subtype or type/*, without parameters',
  ),
);

const pathPatterns = listOf(
  matching('path', /^[/*][^\s?#]*$/, 'a path begins with / or * and has no query, fragment or space'),
  'paths that begin with `/` or `*`, comma-separated; `*` matches any text',
);

/** Of a pattern: text, in which one place may be left open. */
const patternSegment = '[^\\s?#{}*/]*(?:(?:\\{[^\\s?#{}*/]*\\}|\\*)[^\\s?#{}*/]*)?';

const maskedPaths = listOf(
  matching(
    'path pattern',
    new RegExp(`^(?=.*[{*])(?:/${patternSegment})*(?:/\\*\\*)?$`),
    'a pattern begins with / and has a segment to mask: {name}, {} or *, alone or in a text, or ** at the end',
  ),
  'how paths begin, comma-separated; `{name}` or `*` stand for a segment that is masked, `**` for all that follows',
);

const fieldName = lowerCase(
  matching(
    'name',
    /^(?=.*[\dA-Za-z\u0080-\uffff])[^\s?&=#*]+$/,
    'a name has a letter or digit, no space and none of ?&=#*',
  ),
);

const fieldNames = listOf(fieldName, 'names of query parameters and body fields, comma-separated');

const exemptNames = listOf(fieldName, 'names of headers, query parameters and body fields, comma-separated');

const text = anyText('text');

export const recordVariables = {
  LOG_SCHEMA: variable(choice(['flat', 'ecs', 'otel', 'legacy']), {
    default: 'flat',
    meaning: "field names: this project's own, the Elastic Common Schema, OpenTelemetry's, or those of the predecessor",
  }),
  LOG_HEADERS: variable(
    booleanOr(headerName, {
      allowed: 'header names, comma-separated',
      whole: (on) => ({ kind: on ? 'all' : 'none' }) as const,
      only: (names) => ({ kind: 'only', names }) as const,
    }),
    {
      default: 'true',
      aliases: ['LOGHEADERS'],
      meaning:
        'which headers the record carries; what has a field of its own, such as `user_agent` and `forwarded_for`, ' +
        'is there all the same',
    },
  ),
  MAX_FIELDS: variable(integer(1, 10_000), {
    default: '256',
    meaning: 'how many header fields of each message the record carries; the rest is counted',
  }),
  FORWARDED_HOPS: variable(integer(0, 100), {
    default: '0',
    meaning:
      'how many proxies in front of this pod are trusted, for `forwarded_for`: the client is who the first of them ' +
      'saw, as X-Forwarded-For, Forwarded or a PROXY header say. `0` takes the first client that is named, whoever ' +
      'wrote it',
  }),
  IGNORE_URLS: variable(pathPatterns, {
    default: '',
    meaning:
      'exchanges whose path matches (query ignored) are not logged, but are counted; e.g. `/health,/metrics,/static/*`',
  }),
  LOG_BODIES: variable(
    booleanOr(contentType, {
      allowed: 'content types, comma-separated, such as `application/json,text/*`',
      whole: (on) => ({ kind: on ? 'text' : 'none' }) as const,
      only: (types) => ({ kind: 'only', types }) as const,
    }),
    { default: 'false', meaning: 'which bodies the record carries; `true` stands for the types that are text' },
  ),
  LOG_BODY_LIMIT: variable(byteSize('1B', '1MiB'), {
    default: '4KiB',
    meaning: 'how much of each body is kept; the rest is only counted',
  }),
  REDACT: variable(boolean, {
    default: 'true',
    meaning: 'whether secrets are replaced by `[redacted]`; `false` logs them as they were sent',
  }),
  REDACT_HEADERS: variable(listOf(headerName, 'header names, comma-separated'), {
    default: '',
    meaning: 'headers to redact beside those that are named like a secret, such as `authorization` and `cookie`',
  }),
  REDACT_PARAMS: variable(fieldNames, {
    default: '',
    meaning:
      'query parameters and body fields to redact beside those that are named like a secret, such as `new_password`',
  }),
  REDACT_PATHS: variable(maskedPaths, {
    default: '',
    meaning:
      'segments of paths that are replaced by `[redacted]`, also where `REDACT` is off; e.g. ' +
      '`/users/{name},/users/{}/cards/{},/files/**`',
  }),
  CLIENT_IP: variable(choice(['full', 'short', 'hash', 'none']), {
    default: 'full',
    meaning:
      'what becomes of addresses of clients, also in headers: `short` without the last byte (IPv6: the last ten), ' +
      '`hash` a pseudonym, `none` left out',
  }),
  CLIENT_IP_KEY: secret('key of `CLIENT_IP=hash`, 16 characters or more: pods that share it make the same pseudonyms'),
  REDACT_EXCEPT: variable(exemptNames, {
    default: '',
    meaning:
      'headers, query parameters and body fields that are not redacted although they sound like secrets, such as ' +
      '`map_pin`; also a part of a nested name. A value that looks like a key or token is redacted all the same',
  }),
  POD_NAME: optional(text, { unset: '(none)', meaning: '`pod` of the record, from the downward API' }),
  POD_NAMESPACE: optional(text, { unset: '(none)', meaning: '`namespace` of the record, from the downward API' }),
  NODE_NAME: optional(text, { unset: '(none)', meaning: '`node` of the record, from the downward API' }),
  POD_LABELS: variable(podLabels, {
    default: '',
    meaning:
      '`labels` of the record, from the downward API: `app=$(APP_LABEL),version=$(VERSION_LABEL)`; a label ' +
      'without a value is left out',
  }),
  PEER_NAMES: variable(choice(['off', 'dns']), {
    default: 'off',
    meaning:
      '`client_name` and `server_name` of the record: `dns` asks for the names of addresses (reverse DNS), in ' +
      'live capture only',
  }),
};
