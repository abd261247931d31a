import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallEnd, endInBody, endInFields, endInLines, endOfStream } from '../../src/grpc/call-end.ts';
import { type Fields, headerFields } from '../support/record/exchanges.ts';

const inFields = (fields: Fields) => endInFields((name) => headerFields(fields).field(name));
const shown = (end: CallEnd | undefined) => end && [end.status, end.message?.value];

test('status and message are fields, of which the message is percent-encoded', () => {
  const ended = (status: string, message: string) =>
    shown(
      inFields([
        ['grpc-status', status],
        ['grpc-message', message],
      ]),
    );
  assert.deepEqual(ended('5', 'no such order'), [5, 'no such order']);
  assert.deepEqual(ended('5', '50%25 of %e2%82%AC5, 100% %2'), [5, '50% of \xe2\x82\xac5, 100% %2']);
  assert.deepEqual(ended('0', ''), [0, undefined]);
  for (const odd of ['', '-1', '5.0', 'five', '0x5', '12345678901'])
    assert.deepEqual(ended(odd, ''), [undefined, undefined]);
  assert.equal(inFields([['grpc-message', 'a']]), undefined);
});

test('a message that nobody may keep stays so', () => {
  const sensitive = { name: 'grpc-message', value: 'a%20b', slot: 0, isSensitive: true };
  const end = endInFields((name) => (name === 'grpc-status' ? { name, value: '1', slot: 0 } : sensitive));
  assert.deepEqual(end?.message, { ...sensitive, value: 'a b' });
});

test('gRPC-Web has them as lines, in any case', () => {
  assert.deepEqual(shown(endInLines('Grpc-Status:13\r\nGRPC-Message: it%20broke\r\n')), [13, 'it broke']);
  assert.deepEqual(shown(endInLines('')), [undefined, undefined]);
});

test('a stream of Connect has succeeded without an error, and an error has a name', () => {
  assert.deepEqual(shown(endOfStream('{}')), [0, undefined]);
  assert.deepEqual(shown(endOfStream('{"metadata":{"a":["b"]}}')), [0, undefined]);
  const error = '{"error":{"code":"unavailable","message":"\xe2\x82\xac \\u20ac"}}';
  assert.deepEqual(shown(endOfStream(error)), [14, '\xe2\x82\xac \xe2\x82\xac']);
  assert.deepEqual(shown(endOfStream('{"error":{"code":"new"}}')), [undefined, undefined]);
  assert.deepEqual(shown(endInBody('{"code":"unauthenticated"}')), [16, undefined]);
  for (const odd of ['', '[]', 'null', '1', '{"code":5}', '<html>'])
    assert.deepEqual(shown(endInBody(odd)), [undefined, undefined]);
});

test('whatever it is, nothing fails', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const end of [endInLines(text), endOfStream(text), endInBody(text)]) assert.ok(end !== undefined);
    }),
  );
});
