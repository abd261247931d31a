import type { Counters } from '../telemetry/counters.ts';
import type { DataPiece, FrameListener, HeaderBlockFrame } from './frames/frame-listener.ts';
import { HpackDecoder } from './hpack/hpack-decoder.ts';
import type { HuffmanCode } from './hpack/huffman-code.ts';
import { Http2Fields } from './http2-fields.ts';
import type { StreamTable } from './stream-table.ts';

/** SETTINGS_HEADER_TABLE_SIZE (RFC 9113, section 6.5.2). */
const headerTableSize = 1;

export type DirectionContext = {
  readonly isClient: boolean;
  /** All that it has said was seen. */
  readonly isFromStart: boolean;
  readonly streams: StreamTable;
  readonly counters: Counters;
  readonly maxHeadBytes: number;
  readonly huffman: HuffmanCode;
  readonly hold: (bytes: number) => void;
};

/** What one side says: its frames, with the table that its header blocks are compressed by. */
export class Direction implements FrameListener {
  readonly #context: DirectionContext;
  readonly #decoder: HpackDecoder;
  #heldBytes = 0;
  /** What this side wants the other one to use, until that has said that it will. */
  #wantedTableSize: number | undefined;
  /** The other side, whose blocks are compressed as this one wants. */
  peer: Direction | undefined;

  constructor(context: DirectionContext) {
    this.#context = context;
    const { huffman, maxHeadBytes: maxListBytes, isFromStart } = context;
    this.#decoder = new HpackDecoder({ huffman, maxListBytes, isFromStart });
  }

  headers(block: HeaderBlockFrame): void {
    const { isClient, streams, counters } = this.#context;
    const decoded = this.#decoder.decode(block.bytes, block.start, block.end);
    if (decoded.isMalformed) counters.http_malformed++;
    this.#holdTable();
    const read = new Http2Fields(decoded);
    const { fields } = read;
    const { stream, promised, first: start, time, endsStream: isLast, size } = block;
    if (promised !== undefined) {
      streams.requestHeaders({ stream: promised, head: read.requestHead(size), fields, start, time, isLast: true });
    } else if (isClient) {
      streams.requestHeaders({ stream, head: read.requestHead(size), fields, start, time, isLast });
    } else {
      streams.responseHeaders({ stream, head: read.responseHead(size), fields, start, time, isLast });
    }
  }

  data(piece: DataPiece): void {
    this.#context.streams.body(piece, this.#context.isClient);
  }

  dataMissing(stream: number, bytes: number): void {
    this.#context.streams.missing(stream, this.#context.isClient, bytes);
  }

  dataEnd(stream: number, endsStream: boolean, time: number): void {
    if (endsStream) this.#context.streams.ends(stream, this.#context.isClient, time);
  }

  reset(stream: number): void {
    this.#context.streams.reset(stream, this.#context.isClient);
  }

  goaway(lastStream: number): void {
    this.#context.streams.goAway(lastStream, this.#context.isClient);
  }

  settings(values: readonly (readonly [id: number, value: number])[], isAck: boolean): void {
    if (isAck) return this.peer?.settingsAcknowledged();
    for (const [id, value] of values) if (id === headerTableSize) this.#wantedTableSize = value;
  }

  /** The other side compresses by our settings from here on. */
  settingsAcknowledged(): void {
    if (this.#wantedTableSize === undefined) return;
    this.peer?.limitTable(this.#wantedTableSize);
    this.#wantedTableSize = undefined;
  }

  limitTable(bytes: number): void {
    this.#decoder.limitTable(bytes);
    this.#holdTable();
  }

  lost(_bytes: number | undefined, time: number): void {
    this.#decoder.lost();
    this.#holdTable();
    this.#context.streams.lost(this.#context.isClient, time);
  }

  /** Lets go of what it holds. */
  close(): void {
    this.#context.hold(-this.#heldBytes);
    this.#heldBytes = 0;
  }

  #holdTable(): void {
    const { heldBytes } = this.#decoder;
    this.#context.hold(heldBytes - this.#heldBytes);
    this.#heldBytes = heldBytes;
  }
}
