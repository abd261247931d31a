import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Batch, contentOf, keyOf } from '../batch.ts';
import { MessagePackWriter } from './fluentd-message-pack.ts';

/** One message of the Forward protocol: records of one tag, acknowledged as one chunk. */
export type Packet = {
  /** Base64 of 128 bits; the same each time the batch is sent. */
  readonly chunk: string;
  readonly bytes: Buffer;
  /** Which records of the batch are in it. */
  readonly indexes: readonly number[];
};

export type PacketOptions = { readonly compress: 'none' | 'gzip'; readonly acks: boolean };

type Group = { readonly indexes: number[]; readonly entries: Buffer[] };

/**
 * The records of a batch as `[tag, entries, options]` for each tag (PackedForward, or CompressedPackedForward with
 * gzip).
 */
export function createPackets(batch: Batch, options: PacketOptions): readonly Packet[] {
  const groups = new Map<string, Group>();
  for (let index = 0; index < batch.ends.length; index++) {
    const tag = keyOf(batch, index);
    const group = groups.get(tag) ?? { indexes: [], entries: [] };
    groups.set(tag, group);
    group.indexes.push(index);
    group.entries.push(contentOf(batch, index));
  }
  return Array.from(groups, ([tag, { indexes, entries }]) => {
    const chunk = createHash('sha256').update(batch.id).update(tag).digest().toString('base64', 0, 16);
    return { chunk, indexes, bytes: packetBytes({ tag, entries, chunk }, options) };
  });
}

/** A packet without records: a server that acknowledges it has understood it. */
export function createProbe(tag: string, chunk: string): Packet {
  return { chunk, indexes: [], bytes: packetBytes({ tag, entries: [], chunk }, { compress: 'none', acks: true }) };
}

type PacketParts = { readonly tag: string; readonly entries: readonly Buffer[]; readonly chunk: string };

function packetBytes({ tag, entries, chunk }: PacketParts, { compress, acks }: PacketOptions): Buffer {
  const isCompressed = compress === 'gzip';
  // Level 1 is several times faster than the default, and records are so alike that it compresses nearly as well.
  const stream = isCompressed ? [gzipSync(Buffer.concat(entries), { level: 1 })] : entries;
  const size = stream.reduce((sum, part) => sum + part.length, 0);
  const head = new MessagePackWriter().arrayHead(3).string(tag).binaryHead(size).bytes();
  const options = {
    size: entries.length,
    chunk: acks ? chunk : undefined,
    compressed: isCompressed ? 'gzip' : undefined,
  };
  return Buffer.concat([head, ...stream, new MessagePackWriter().value(options).bytes()]);
}
