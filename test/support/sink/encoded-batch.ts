import type { LogRecord } from '../../../src/record/record.ts';
import { type Batch, BatchBuilder } from '../../../src/sink/batch.ts';
import type { RecordEncoder } from '../../../src/sink/record-encoder.ts';

/** A batch of these records as an encoder makes them. */
export function encodedBatch(encoder: RecordEncoder, records: readonly LogRecord[]): Batch {
  const builder = new BatchBuilder();
  for (const record of records) {
    const key = encoder.key?.(record);
    builder.append(encoder.content(record), key);
  }
  return builder.seal();
}
