import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRecordBuilder, type RecordOptions } from '../../../src/record/build.ts';
import { exchangeOf, type Fields, fullOptions, requestMessage } from '../../support/record/exchanges.ts';

type Case = { readonly headers?: Fields; readonly proxied?: readonly string[]; readonly hops?: number };

function clientIn({ headers = [], proxied = [], hops = 0 }: Case, options: Partial<RecordOptions> = {}) {
  const build = createRecordBuilder({ ...fullOptions, ...options, forwardedHops: hops });
  return build(exchangeOf({ request: requestMessage({ headers }), forwardedFor: proxied })).forwardedFor;
}

const clientsByHops = (each: Omit<Case, 'hops'>, hops: readonly number[]) =>
  hops.map((trusted) => clientIn({ ...each, hops: trusted }));

const both: Fields = [
  ['Forwarded', 'for=192.0.2.1'],
  ['X-Forwarded-For', '192.0.2.2, 192.0.2.3'],
  ['X-Forwarded-For', '192.0.2.4:80'],
];

test('all fields of a name are one list, that of X-Forwarded-For comes before Forwarded', () => {
  const found = ['192.0.2.2', '192.0.2.4', '192.0.2.3', '192.0.2.2', '192.0.2.2'];
  assert.deepEqual(clientsByHops({ headers: both }, [0, 1, 2, 3, 9]), found);
  assert.equal(clientIn({ headers: both.slice(0, 1) }), '192.0.2.1');
  assert.equal(clientIn({ headers: [['X-Forwarded-For', ' , '], ...both.slice(0, 1)] }), '192.0.2.1');
  assert.equal(clientIn({}), undefined);
});

test('a quote that is open in one field does not swallow the next one', () => {
  const headers: Fields = [
    ['Forwarded', 'for="192.0.2.1'],
    ['Forwarded', 'for="192.0.2.2"'],
  ];
  assert.deepEqual(clientsByHops({ headers }, [0, 1]), [undefined, '192.0.2.2']);
});

test('names of other headers say nothing', () => {
  for (const name of ['X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Client-IP', 'X-Forwarded', 'Via']) {
    assert.equal(clientIn({ headers: [[name, '192.0.2.1']] }), undefined, name);
  }
});

test('PROXY headers come behind those of the request, as their proxies are next to the server', () => {
  const proxied = ['192.0.2.8', '192.0.2.9'];
  assert.deepEqual(clientsByHops({ proxied }, [0, 1, 2, 3]), ['192.0.2.8', '192.0.2.9', '192.0.2.8', '192.0.2.8']);
  const found = ['192.0.2.2', '192.0.2.9', '192.0.2.8', '192.0.2.4', '192.0.2.3', '192.0.2.2', '192.0.2.2'];
  assert.deepEqual(clientsByHops({ headers: both, proxied }, [0, 1, 2, 3, 4, 5, 6]), found);
});

test('a proxy that names its client in both ways is one proxy', () => {
  const headers: Fields = [['X-Forwarded-For', '192.0.2.1, [2001:db8::2]:80']];
  assert.deepEqual(clientsByHops({ headers, proxied: ['2001:db8::2'] }, [0, 1, 2]), [
    '192.0.2.1',
    '2001:db8::2',
    '192.0.2.1',
  ]);
});

test('a client that is not named is not replaced by one further away', () => {
  assert.deepEqual(clientsByHops({ headers: both, proxied: ['unknown'] }, [0, 1, 2]), [
    '192.0.2.2',
    undefined,
    '192.0.2.4',
  ]);
  const twice: Fields = [['X-Forwarded-For', '192.0.2.1, unknown']];
  assert.deepEqual(clientsByHops({ headers: twice, proxied: ['unknown'] }, [1, 2, 3]), [
    undefined,
    undefined,
    '192.0.2.1',
  ]);
});

test('the proxies that are trusted are counted from the end of the chain, however each names its client', () => {
  const names = fc.array(fc.ipV4(), { minLength: 1, maxLength: 9 }).map((all) => [...new Set(all)]);
  fc.assert(
    fc.property(names, fc.nat(9), fc.nat(9), fc.nat(12), (chain, fieldsEnd, headersEnd, hops) => {
      const inHeaders = chain.slice(0, headersEnd);
      const fields = [inHeaders.slice(0, fieldsEnd), inHeaders.slice(fieldsEnd)].map((part) => part.join(', '));
      const headers = fields.map((value) => ['X-Forwarded-For', value] as const);
      const expected = chain[hops === 0 ? 0 : Math.max(0, chain.length - hops)];
      assert.equal(clientIn({ headers, proxied: chain.slice(headersEnd), hops }), expected);
    }),
  );
});

test('of a head that was not seen to its end, only what stands before it is told', () => {
  const headers = both.slice(1, 2);
  const { head, ...rest } = requestMessage({ headers });
  const cut = { head: { ...head, isWhole: false }, ...rest };
  for (const [request, hops, proxied, client] of [
    [cut, 0, [], '192.0.2.2'],
    [cut, 1, [], undefined],
    [cut, 1, ['192.0.2.9'], '192.0.2.9'],
    [cut, 2, ['192.0.2.9'], undefined],
    [undefined, 0, ['192.0.2.9'], '192.0.2.9'],
    [undefined, 1, ['192.0.2.9'], '192.0.2.9'],
    [undefined, 2, ['192.0.2.9'], undefined],
    [undefined, 0, [], undefined],
  ] as const) {
    const build = createRecordBuilder({ ...fullOptions, forwardedHops: hops });
    assert.equal(build(exchangeOf({ request, forwardedFor: proxied })).forwardedFor, client);
  }
});

test('a header that is redacted names nobody, and no other header takes its place', () => {
  const redact = { enabled: true, headers: ['X-Forwarded-For'], params: [] };
  for (const hops of [0, 1, 2, 3]) assert.equal(clientIn({ headers: both, hops }, { redact }), undefined);
  assert.equal(clientIn({ headers: both, proxied: ['192.0.2.9'], hops: 1 }, { redact }), '192.0.2.9');
  assert.equal(clientIn({ headers: [['X-Forwarded-For', 'Bearer abc']] }), undefined);
});

test('the client is told whether or not headers are logged, as the user agent is', () => {
  for (const kind of ['all', 'none'] as const) {
    assert.equal(clientIn({ headers: both }, { headers: { kind } }), '192.0.2.2');
  }
  assert.equal(clientIn({ headers: both }, { maxFields: 1 }), '192.0.2.2');
});
