import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import { createRecordBuilder, type RecordOptions } from '../../../src/record/build.ts';
import { formatPretty } from '../../../src/record/pretty.ts';
import {
  exchangeOf,
  type Fields,
  fullOptions,
  requestMessage,
  responseMessage,
  withBodies,
} from '../../support/record/exchanges.ts';
import { toSchema } from '../../support/record/to-schema.ts';

const build = builderOf({ enabled: true, headers: ['X-Tenant'], params: ['shoe_size'] });

function builderOf(redact: RecordOptions['redact']) {
  return createRecordBuilder(withBodies({ ...fullOptions, redact }, 10_000));
}

const headerNames = [
  'Authorization',
  'PROXY-AUTHORIZATION',
  'cookie',
  'Set-Cookie',
  'X-Api-Key',
  'x-auth-token',
  'X-CSRF-Token',
  'X-Amz-Security-Token',
  'X-Vault-Token',
  'Private-Token',
  'X-Tenant',
];
const paramNames = [
  'token',
  'access_token',
  'API_KEY',
  'password',
  'sig',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Goog-Signature',
  '%74oken',
  'pass%77%6Frd',
  'user[password]',
  'user%5Bpin%5D',
  'shoe_size',
  'ShoeSize',
];
const urlHeaders = [
  'Referer',
  'Location',
  'Content-Location',
  'Link',
  'Origin',
  'Refresh',
  'X-Original-URL',
  'X-Forwarded-Uri',
  'X-Original-Uri',
  'X-Rewrite-Url',
  'X-Anything',
];
const fieldNames = ['password', 'access_token', 'apiKey', 'client-secret', 'shoe_size', 'PIN'];

type Place = (secret: string) => Exchange;

const url = fc
  .tuple(fc.constantFrom(...paramNames), fc.constantFrom('', 'http://h', 'https://a@h:1'), fc.nat(7))
  .map(([name, origin, shape]) => (secret: string) => {
    const nested = encodeURIComponent(`${origin}/x?y=1&${name}=${secret}`);
    return [
      `${origin}/a?${name}=${secret}`,
      `${origin}/a?b=c&${name}=${secret}&d=e`,
      `${origin}/a?b=c;${name}=${secret};d=e`,
      `${origin}/a#${name}=${secret}`,
      `${origin}/a;${name}=${secret}/b?c=d`,
      `${origin}/a?next=${nested}&z=1`,
      `${origin}/a?next=${encodeURIComponent(nested)}`,
      `http://user:${secret}@h/a?next=http://${secret}@h`,
    ][shape] as string;
  });

const inTarget: fc.Arbitrary<Place> = url.map(
  (place) => (secret) => exchangeOf({ request: requestMessage({ target: place(secret) }) }),
);
const inConnect: fc.Arbitrary<Place> = fc.constant((secret) =>
  exchangeOf({
    request: requestMessage({ method: 'CONNECT', target: `u:${secret}@h:443`, headers: [['Host', `u:${secret}@h`]] }),
  }),
);
const withHeaders = (headers: Fields) =>
  exchangeOf({ request: requestMessage({ headers }), response: responseMessage({ headers }) });
const inHeader: fc.Arbitrary<Place> = fc.constantFrom(...headerNames).map(
  (name) => (secret) =>
    withHeaders([
      [name, `Bearer ${secret}`],
      [name, secret],
    ]),
);
const inUrlHeader: fc.Arbitrary<Place> = fc
  .tuple(fc.constantFrom(...urlHeaders), url, fc.constantFrom('', '5; url=', '<'))
  .map(
    ([name, place, before]) =>
      (secret) =>
        withHeaders([[name, `${before}${place(secret)}${before === '<' ? '>; rel="next"' : ''}`]]),
  );

const bodyText = fc
  .tuple(fc.constantFrom(...fieldNames), fc.nat(9))
  .map(([name, shape]) => (secret: string): readonly [type: string, text: string] => {
    const disposition = `Content-Disposition: form-data; name="${name}"`;
    return [
      ['application/json', JSON.stringify({ a: 1, [name]: secret, b: { [name]: [secret] } })] as const,
      ['application/json', JSON.stringify({ a: JSON.stringify({ [name]: secret }) }, null, 2)] as const,
      ['application/json', JSON.stringify({ a: `https://u:${secret}@h/?${name}=${secret}` })] as const,
      ['text/plain', JSON.stringify([{ [name]: { deep: secret } }])] as const,
      ['application/x-www-form-urlencoded', `a=1&${name}=${secret}&b=2`] as const,
      ['multipart/form-data; boundary=xyz', `--xyz\r\n${disposition}\r\n\r\n${secret}\r\n--xyz--\r\n`] as const,
      ['text/xml', `<a><${name} b="c">${secret}</${name}><d ${name}="${secret}"/></a>`] as const,
      ['application/yaml', `a: 1\n${name}: ${secret}\nb: 2\n`] as const,
      ['application/graphql', `mutation { login(${name}: "${secret}") { id } }`] as const,
      ['text/plain', `POST https://u:${secret}@h/?${name}=${secret} ok`] as const,
    ][shape] as readonly [string, string];
  });
const inBody: fc.Arbitrary<Place> = fc
  .tuple(bodyText, fc.constantFrom('', 'gzip', 'br'), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([place, coding, cut]) => (secret) => {
    const [type, text] = place(secret);
    const coded = coding === 'gzip' ? gzipSync(text) : coding === 'br' ? brotliCompressSync(text) : Buffer.from(text);
    const bytes = coded.subarray(0, Math.ceil(coded.length * cut));
    const headers = [
      ['Content-Type', type],
      ['Content-Encoding', coding],
    ] as const;
    const body = { bytes, truncated: bytes.length < coded.length };
    return exchangeOf({
      request: requestMessage({ headers }, { body }),
      response: responseMessage({ headers }, { body }),
    });
  });

const secrets = fc.stringMatching(/^[A-Z][a-zA-Z0-9]{7,15}$/).filter((secret) => /[0-9]/.test(secret.slice(0, 6)));

test('a secret in any place never shows in any schema, nor for people', () => {
  fc.assert(
    fc.property(
      fc.oneof(inTarget, inConnect, inHeader, inUrlHeader, { arbitrary: inBody, weight: 3 }),
      secrets,
      (place, secret) => {
        const record = build(place(secret));
        for (const [name, encode] of Object.entries(toSchema)) {
          const json = JSON.stringify(encode(record));
          // Also not its beginning, where a body was cut in it.
          assert.ok(!json.includes(secret.slice(0, 6)), `${name}: ${secret} in ${json}`);
        }
        assert.ok(!formatPretty(record, true).includes(secret.slice(0, 6)));
      },
    ),
    { numRuns: 3000 },
  );
});

test('tokens, keys and card numbers never show, under any name', () => {
  const values = [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N',
    'AKIAIOSFODNN7EXAMPLE',
    'AIzaSyA-1234567890abcdefghijklmnopqrstu',
    'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
  ];
  for (const value of values) {
    const headers = [
      ['X-Anything', `a ${value}`],
      ['User-Agent', value],
      ['Content-Type', 'application/json'],
    ] as const;
    const body = {
      bytes: Buffer.from(JSON.stringify({ a: `b ${value}`, card: '5555 5555 5555 4444' })),
      truncated: false,
    };
    const exchange = exchangeOf({ request: requestMessage({ target: `/a/${value}?b=${value}`, headers }, { body }) });
    for (const encode of Object.values(toSchema)) {
      const json = JSON.stringify(encode(build(exchange)));
      assert.ok(!json.includes(value.slice(0, 15)), json);
      assert.ok(!json.includes('4444'), json);
    }
  }
});

test('with REDACT=false everything is logged as it was sent', () => {
  const open = builderOf({ enabled: false, headers: ['a'], params: ['b'] });
  const headers = [
    ['Authorization', 'Basic s3cret'],
    ['Content-Type', 'application/json'],
  ] as const;
  const body = { bytes: Buffer.from('{"password":"s3cret"}'), truncated: false };
  const record = open(
    exchangeOf({ request: requestMessage({ target: 'http://u:s3cret@h/?token=s3cret', headers }, { body }) }),
  );
  assert.equal(record.url, 'http://u:s3cret@h/?token=s3cret');
  assert.equal(record.requestBody, '{"password":"s3cret"}');
  assert.deepEqual(record.requestHeaders?.object, {
    authorization: 'Basic s3cret',
    'content-type': 'application/json',
  });
});
