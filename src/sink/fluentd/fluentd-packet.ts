import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LogRecord } from '../../record/record.ts';
import type { SchemaRecord } from '../../record/schema/schema-record.ts';
import { type Batch, recordBytes } from '../delivery/batch.ts';
import { MessagePackWriter } from './fluentd-message-pack.ts';
import { createTagger } from './fluentd-tag.ts';

/** One message of the Forward protocol: records of one tag, acknowledged as one chunk. */
export type Packet = {
  /** Base64 of 128 bits; the same each time the batch is sent. */
  readonly chunk: string;
  readonly bytes: Buffer;
  /** Which records of the batch are in it. */
  readonly indexes: readonly number[];
};

export type PacketOptions = { readonly compress: 'none' | 'gzip'; readonly acks: boolean };

const writer = new MessagePackWriter();

/**
 * Makes the encoder of records: the record's tag as a string, then its entry `[EventTime, record]`. The tag stands in front because records of
 * several tags may share a batch. The bytes are borrowed until the next call.
 */
export function createEntryEncoder(
  toSchema: (record: LogRecord) => SchemaRecord,
  tagTemplate: string,
): (record: LogRecord) => Buffer {
  const tagOf = createTagger(tagTemplate);
  return (record) => {
    const seconds = Math.floor(record.startTime / 1e6);
    const isInRange = seconds >= 0 && seconds <= 0xffff_ffff;
    // What a record that could not be encoded left behind is cleared away, too.
    writer.clear().string(tagOf(record)).arrayHead(2);
    if (isInRange) writer.eventTime(seconds, Math.floor((record.startTime - seconds * 1e6) * 1000));
    // Years before 1970 and after 2106 occur in odd capture files; a plain number is a time as well, for servers that can take it.
    else writer.number(seconds);
    return writer.value(toSchema(record)).bytes();
  };
}

/** The records of a batch as `[tag, entries, options]` for each tag (PackedForward, or CompressedPackedForward with gzip). */
export function createPackets(batch: Batch, options: PacketOptions): readonly Packet[] {
  const groups = new Map<string, { readonly tag: Buffer; readonly indexes: number[]; readonly entries: Buffer[] }>();
  for (let index = 0; index < batch.ends.length; index++) {
    const bytes = recordBytes(batch, index);
    const end = tagEnd(bytes);
    const tag = bytes.subarray(0, end);
    const key = tag.toString('latin1');
    const group = groups.get(key) ?? { tag, indexes: [], entries: [] };
    groups.set(key, group);
    group.indexes.push(index);
    group.entries.push(bytes.subarray(end));
  }
  return Array.from(groups.values(), ({ tag, indexes, entries }) => {
    const chunk = createHash('sha256').update(batch.id).update(tag).digest().toString('base64', 0, 16);
    return { chunk, indexes, bytes: packetBytes(tag, entries, chunk, options) };
  });
}

/** A packet without records: a server that acknowledges it has understood it. */
export function createProbe(tag: string, chunk: string): Packet {
  const encodedTag = Buffer.from(writer.clear().string(tag).bytes());
  return { chunk, indexes: [], bytes: packetBytes(encodedTag, [], chunk, { compress: 'none', acks: true }) };
}

function packetBytes(
  tag: Buffer,
  entries: readonly Buffer[],
  chunk: string,
  { compress, acks }: PacketOptions,
): Buffer {
  const isCompressed = compress === 'gzip';
  // Level 1 is several times faster than the default, and records are so alike that it compresses nearly as well.
  const stream = isCompressed ? [gzipSync(Buffer.concat(entries), { level: 1 })] : entries;
  const size = stream.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.from(writer.clear().binaryHead(size).bytes());
  const options = {
    size: entries.length,
    chunk: acks ? chunk : undefined,
    compressed: isCompressed ? 'gzip' : undefined,
  };
  return Buffer.concat([Buffer.of(0x93), tag, head, ...stream, writer.clear().value(options).bytes()]);
}

/** Where the string ends that these bytes begin with. */
function tagEnd(bytes: Buffer): number {
  const code = bytes.readUInt8(0);
  if (code < 0xc0) return 1 + (code & 0x1f);
  return code === 0xd9 ? 2 + bytes.readUInt8(1) : 3 + bytes.readUInt16BE(1);
}
