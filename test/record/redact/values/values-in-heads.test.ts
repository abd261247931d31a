import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../../../src/record/build.ts';
import { exchangeOf, fullOptions, requestMessage } from '../../../support/record/exchanges.ts';
import { secretValues } from '../../../support/record/secret-values.ts';
import { toSchema } from '../../../support/record/to-schema.ts';

const build = createRecordBuilder(fullOptions);
const card = '4111 1111 1111 1111';
const basic = Buffer.from('bob:summer').toString('base64');
const values: readonly { readonly value: string; readonly shown?: string }[] = [
  // What has line breaks is in no header.
  ...secretValues.filter(({ value }) => !value.includes('\n')),
  ...[card, card.replaceAll(' ', '-'), card.replaceAll(' ', '')].map((value) => ({ value })),
  ...[`Basic ${basic}`, 'Bearer summer-rain', 'Bearer summerrain'].map((value) => ({
    value,
    shown: value.slice(0, 6),
  })),
  { value: 'Negotiate YIIJvwYGKwYBBQUC', shown: 'Negotiate ' },
  { value: 'Digest username="bob", realm="a", response="6629fae4"', shown: 'Digest ' },
  {
    value:
      'AWS4-HMAC-SHA256 Credential=AKIAX/20260101/eu-1/s3/aws4_request, SignedHeaders=host, Signature=fe5f80f77d5fa3b',
    shown: 'AWS4-HMAC-SHA256 Credential=',
  },
];

for (const { value, shown = '' } of values) {
  test(`${value.slice(0, 24)}... is in no schema, in a header of any name, a path or a query`, () => {
    const hidden = value.slice(shown.length + 4);
    const inUrl = encodeURI(value).replaceAll('"', '%22');
    for (const message of [
      { headers: [['X-Anything', value]] },
      { headers: [['X-Anything', `a; b ${value}`]] },
      { headers: [['User-Agent', value]] },
      { headers: [['X-Request-Id', value]] },
      { target: `/a/${inUrl}` },
      { target: `/a?b=${inUrl}&c=d` },
      { target: `http://h/${inUrl}?b=c` },
    ] as const) {
      // Among nothing but short words, credentials are looked for only at the start of a header.
      if ('headers' in message && /^a; b [\w -]{1,30}$/.test(message.headers[0][1])) continue;
      // In a URL, where a value may be a word of a path, words are no password.
      if ('target' in message && value.startsWith('Bearer')) continue;
      const record = build(exchangeOf({ request: requestMessage(message) }));
      for (const encode of Object.values(toSchema)) {
        const json = JSON.stringify(encode(record));
        assert.ok(!json.includes(hidden) && !json.includes(encodeURI(hidden)), `${JSON.stringify(message)}: ${json}`);
      }
    }
  });
}

test('what only looks like a secret stays in headers and targets', () => {
  const headers = [
    ['WWW-Authenticate', 'Bearer realm="a", error="invalid_token"'],
    ['X-Request-Id', '6f1c2b7e-0d4a-4c1e-9b5f-000000000001'],
    ['X-Time', '1714980000123456'],
    ['X-Goods', '4006381333931'],
    ['Accept-Language', 'cs,sk-SK;q=0.8'],
    ['X-Plan', 'Basic plan'],
    ['X-Order', '4111111111111112'],
  ] as const;
  const target = '/orders/1714980000123456/4006381333931?trace=4bf92f3577b34da6a3ce929d0e0e4736';
  const { requestHeaders, url } = build(exchangeOf({ request: requestMessage({ target, headers }) }));
  assert.deepEqual(
    requestHeaders?.object,
    Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  );
  assert.equal(url, target);
});
