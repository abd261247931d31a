import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameBit } from '../../src/http/header-fields.ts';
import { headerFields } from '../support/record/exchanges.ts';

/** In a browser's request, a program's, and their answers. */
const usual = [
  ...['host', 'user-agent', 'accept', 'accept-encoding', 'accept-language', 'connection', 'content-type'],
  ...['content-length', 'cookie', 'authorization', 'cache-control', 'date', 'server', 'origin'],
];
/** Looked for in every message, and mostly not there. */
const wanted = [
  ...['x-forwarded-for', 'forwarded', 'traceparent', 'b3', 'x-b3-traceid', 'expect', 'transfer-encoding'],
  ...['content-encoding', 'content-length', 'content-type'],
];

test('a look for a header that is not there does not go through those that mostly are', () => {
  for (const name of wanted) {
    const taken = usual.filter((other) => other !== name && nameBit(other) === nameBit(name));
    assert.deepEqual(taken, [], name);
  }
});

test('fields are found by their names, first and all, whatever the bits', () => {
  const name = fc.constantFrom('a', 'b', 'host', 'via', 'x-forwarded-for', 'forwarded', 'expires');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.stringMatching(/^[a-z]{1,5}$/))), name, (fields, asked) => {
      const values = fields.filter(([each]) => each === asked).map(([, value]) => value);
      const read = headerFields(fields);
      assert.deepEqual(read.all(asked), values);
      assert.equal(read.get(asked), values[0]);
      assert.equal(read.field(asked)?.value, values[0]);
    }),
  );
});
