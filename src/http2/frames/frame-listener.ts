import type { MessageStart } from '../../http/exchange-listener.ts';
import type { Chunk } from '../../tcp/stream.ts';

/** A header block (RFC 9113, section 4.3) of HEADERS or PUSH_PROMISE, with that of all CONTINUATIONs; borrowed. */
export type HeaderBlockFrame = {
  readonly stream: number;
  /** The promised stream of PUSH_PROMISE. */
  readonly promised: number | undefined;
  /** Padding and priority are removed. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Nothing follows on the stream: END_STREAM. */
  readonly endsStream: boolean;
  /** The first byte of the first frame's header. */
  readonly first: MessageStart;
  /** When the last byte of the block came. */
  readonly time: number;
  /** Bytes on the wire of its frames: their headers, padding and priority, too. */
  readonly size: number;
};

/** Content of a DATA frame: `chunk.bytes[start, end)`, padding removed; borrowed. */
export type DataPiece = {
  readonly stream: number;
  readonly chunk: Chunk;
  readonly start: number;
  readonly end: number;
};

/** Hears the frames of one direction of an HTTP/2 connection, in their order. */
export interface FrameListener {
  headers(block: HeaderBlockFrame): void;
  data(piece: DataPiece): void;
  /** Content of a DATA frame that was not captured; the frame continues behind it. */
  dataMissing(stream: number, bytes: number): void;
  /** The whole of a DATA frame has passed. */
  dataEnd(stream: number, endsStream: boolean, time: number): void;
  /** RST_STREAM. */
  reset(stream: number, error: number, time: number): void;
  goaway(lastStream: number, error: number, time: number): void;
  settings(values: readonly (readonly [id: number, value: number])[], isAck: boolean): void;
  /**
   * Bytes that were not captured or made no sense, outside of a DATA frame: header blocks may have been among them.
   * `bytes` undefined: it is not known how many; `time` is that of the last one. Hostile bytes may call it once for
   * each few of them.
   */
  lost(bytes: number | undefined, time: number): void;
}
