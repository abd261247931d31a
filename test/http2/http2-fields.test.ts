import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HpackBlock } from '../../src/http2/hpack/hpack-decoder.ts';
import { Http2Fields } from '../../src/http2/http2-fields.ts';

function block(
  fields: readonly (readonly [name: string, value: string])[],
  parts: Partial<HpackBlock> = {},
): HpackBlock {
  const decoded = fields.map(([name, value]) => ({ name, value, slot: 0, isSensitive: name === 'x-secret' }));
  return { fields: decoded, undecoded: 0, dropped: 0, isMalformed: false, ...parts };
}

const askedIn = (decoded: HpackBlock, size: number) => new Http2Fields(decoded).requestHead(size);
const answeredIn = (decoded: HpackBlock, size: number) => new Http2Fields(decoded).responseHead(size);

const asked = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/a?b=c'],
  [':authority', 'shop.example'],
  ['accept', '*/*'],
] as const;

test('the fields with a colon are the start of a head, the others are its fields', () => {
  const head = askedIn(block(asked), 20);
  assert.deepEqual(
    [head?.version, head?.method, head?.target, head?.authority, head?.scheme, head?.size, head?.isWhole],
    ['HTTP/2', 'GET', '/a?b=c', 'shop.example', 'http', 20, true],
  );
  assert.deepEqual(head?.headers.fields, [{ name: 'accept', value: '*/*', slot: 0, isSensitive: false }]);
  assert.equal(answeredIn(block([[':status', '404']]), 5).status, 404);
});

test('CONNECT asks for an authority, and that of RFC 8441 for a path', () => {
  const connect = [
    [':method', 'CONNECT'],
    [':authority', 'a:443'],
  ] as const;
  assert.equal(askedIn(block(connect), 1)?.target, 'a:443');
  assert.equal(askedIn(block([...connect, [':path', '/chat']]), 1)?.target, '/chat');
});

test('what is not known is not invented', () => {
  assert.equal(askedIn(block([['grpc-status', '0']]), 1), undefined);
  const some = askedIn(block([[':scheme', 'http']], { undecoded: 3 }), 1);
  assert.deepEqual([some?.method, some?.target, some?.headers.undecoded], [undefined, undefined, 3]);
  assert.equal(askedIn(block([[':path', '/']]), 1)?.target, '/');
  assert.equal(askedIn(block([[':method', 'GET']]), 1)?.method, 'GET');
  for (const status of ['', '20', '2000', 'abc', '-20']) {
    assert.equal(answeredIn(block([[':status', status]]), 1).status, undefined);
  }
  assert.equal(answeredIn(block([], { undecoded: 2 }), 1).headers.undecoded, 2);
  const cut = answeredIn(block([[':status', '200']], { isMalformed: true }), 1);
  assert.deepEqual([cut.isWhole, cut.anomalies], [false, ['truncated_head']]);
});

test('a field that its sender wants nobody to keep is sensitive', () => {
  assert.deepEqual(new Http2Fields(block([['x-secret', 'a']])).fields.fields, [
    { name: 'x-secret', value: 'a', slot: 0, isSensitive: true },
  ]);
});
