import { type Batch, BatchBuilder, contentOf } from '../batch.ts';

/** A batch of a version that wrote the tag of each record in front of its entry, as a MessagePack string. */
export function fromEarlierBatch(batch: Batch): Batch {
  const builder = new BatchBuilder();
  for (let index = 0; index < batch.ends.length; index++) {
    const bytes = contentOf(batch, index);
    const { start, end } = tagPlace(bytes);
    builder.append(bytes.subarray(end), bytes.toString('utf8', start, end));
  }
  return { ...builder.seal(), id: batch.id };
}

/** Where the text of the string is that these bytes begin with. */
function tagPlace(bytes: Buffer): { readonly start: number; readonly end: number } {
  const code = bytes.readUInt8(0);
  if (code < 0xc0) return { start: 1, end: 1 + (code & 0x1f) };
  return code === 0xd9 ? { start: 2, end: 2 + bytes.readUInt8(1) } : { start: 3, end: 3 + bytes.readUInt16BE(1) };
}
