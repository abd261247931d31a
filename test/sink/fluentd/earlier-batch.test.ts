import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder } from '../../../src/sink/batch.ts';
import { fromEarlierBatch } from '../../../src/sink/fluentd/earlier-batch.ts';
import { createEntryEncoder } from '../../../src/sink/fluentd/entry-encoder.ts';
import { MessagePackWriter } from '../../../src/sink/fluentd/fluentd-message-pack.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';

for (const length of [1, 31, 32, 255, 256, 700]) {
  test(`a tag of ${length} characters in front of each entry becomes its key`, () => {
    const encoder = createEntryEncoder(({ id }) => ({ id }), 't'.repeat(length));
    const records = [createRecord(1), createRecord(2)];
    const builder = new BatchBuilder();
    for (const record of records) {
      const tag = new MessagePackWriter().string('t'.repeat(length)).bytes();
      builder.append(Buffer.concat([tag, Buffer.from(encoder.content(record))]));
    }
    const earlier = builder.seal();
    assert.deepEqual(fromEarlierBatch(earlier), { ...encodedBatch(encoder, records), id: earlier.id });
  });
}
