import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity, LogRecord } from '../../../src/record/record.ts';
import { createJsonEncoder } from '../../../src/record/schema/json-encoder.ts';
import { createObjectEncoder } from '../../../src/record/schema/object-encoder.ts';
import { schemas } from '../../../src/record/schema/schemas.ts';
import { sharedSource } from '../../../src/record/schema/shared-source.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { schemaNames } from '../../support/record/to-schema.ts';

const identity = (pod: 'a' | 'b'): Identity => ({
  pod,
  namespace: undefined,
  node: 'n',
  hostname: 'h',
  labels: undefined,
});
const identities = { even: identity('a'), odd: identity('b') };
const grpc = {
  service: 's',
  method: 'm',
  status: 0,
  message: undefined,
  requestMessages: 1,
  responseMessages: 1,
  hasFailed: false,
};

test('members of one object are asked for again only where the object is another one', () => {
  let asked = 0;
  const write = (record: LogRecord) => {
    asked++;
    return `{"pod":"${record.identity.pod}"}`;
  };
  const source = sharedSource('identity', write);
  const { even, odd } = identities;
  const records = [even, even, odd, odd, even].map((one) => createRecord(1, { identity: one }));
  const expected = ['a', 'a', 'b', 'b', 'a'].map((pod) => `"pod":"${pod}"`);
  assert.deepEqual(records.map(source), expected);
  assert.equal(asked, 3);
});

test('an object that a record does not have costs no question', () => {
  const source = sharedSource('grpc', () => assert.fail('asked'));
  assert.equal(source(createRecord(1)), undefined);
});

test('what is shared is never what another record had', () => {
  for (const name of schemaNames) {
    const [json, object] = [createJsonEncoder(schemas[name]), createObjectEncoder(schemas[name])];
    for (let index = 0; index < 64; index++) {
      const record = createRecord(index, {
        clientPort: 40_000 + (index % 3) * 1024,
        identity: index % 2 === 0 ? identities.even : identities.odd,
        grpc: index % 5 === 0 ? { system: 'grpc', ...grpc, service: `s${index}` } : undefined,
      });
      assert.deepEqual(JSON.parse(json(record)), JSON.parse(JSON.stringify(object(record))));
    }
  }
});
