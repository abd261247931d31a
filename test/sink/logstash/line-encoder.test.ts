import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder } from '../../../src/sink/batch.ts';
import { createLineEncoder, documentOf, fromEarlierBatch } from '../../../src/sink/logstash/line-encoder.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';

const encoder = createLineEncoder(({ id }) => `{"id":"${id}"}`);
const records = [createRecord(1), createRecord(2)];

test('a record is one line, and its document is the line without its end', () => {
  const batch = encodedBatch(encoder, records);
  assert.equal(batch.bytes.toString(), records.map(({ id }) => `{"id":"${id}"}\n`).join(''));
  assert.deepEqual(
    records.map((_, index) => documentOf(batch, index).toString()),
    records.map(({ id }) => `{"id":"${id}"}`),
  );
});

test('a batch of an earlier version becomes lines, whichever input it was made for', () => {
  const lines = encodedBatch(encoder, records);
  for (const end of ['', '\n']) {
    const builder = new BatchBuilder();
    for (const { id } of records) builder.append(`{"id":"${id}"}${end}`);
    const earlier = builder.seal();
    assert.deepEqual(fromEarlierBatch(earlier), { ...lines, id: earlier.id });
  }
});
