import type { LogRecord } from '../../record/record.ts';
import { type Batch, BatchBuilder, contentOf } from '../batch.ts';
import type { RecordEncoder } from '../record-encoder.ts';
import type { EventShape } from './record-field.ts';

const lineFeed = 0x0a;
const lineEnd = Buffer.of(lineFeed);

/**
 * A record is a line: its document and a line feed. They are the same for every input, so what waits in a spool may be
 * sent to another one than it was made for.
 */
export function createLineEncoder(document: (record: LogRecord) => string): RecordEncoder {
  return { content: (record) => `${document(record)}\n` };
}

/** The document of a line. */
export function documentOf(batch: Batch, index: number): Buffer {
  return contentOf(batch, index).subarray(0, -1);
}

/** Lines of the events that are sent for a batch. */
export function eventLines(batch: Batch, { event, addedBytes }: EventShape): Buffer {
  if (addedBytes === 0) return batch.bytes;
  const lines = batch.ends.flatMap((_, index) => [event(documentOf(batch, index)), lineEnd]);
  return Buffer.concat(lines, batch.bytes.length + batch.ends.length * addedBytes);
}

/** A batch of a version whose records for udp had no line feed. */
export function fromEarlierBatch(batch: Batch): Batch {
  if (batch.bytes.at(-1) === lineFeed) return batch;
  const builder = new BatchBuilder();
  for (let index = 0; index < batch.ends.length; index++) builder.append(`${contentOf(batch, index)}\n`);
  return { ...builder.seal(), id: batch.id };
}
