import { endingOf } from '../http/ending-of.ts';
import type { ExchangesListenerFactory } from '../http/exchange-listener.ts';
import type { HttpConnection, UpgradeListenerFactory } from '../http/http-connection.ts';
import type { Chunk, CloseReason, Side, StreamListener } from '../tcp/stream.ts';
import type { Counters } from '../telemetry/counters.ts';
import { Direction } from './direction.ts';
import { FrameReader } from './frames/frame-reader.ts';
import type { HuffmanCode } from './hpack/huffman-code.ts';
import { StreamTable } from './stream-table.ts';
import { UpgradedStream } from './upgraded-stream.ts';

/** What all HTTP/2 connections share. */
export type Http2Context = {
  readonly counters: Counters;
  readonly maxHeadBytes: number;
  readonly huffman: HuffmanCode;
  readonly exchanges: ExchangesListenerFactory;
  readonly openUpgrade: UpgradeListenerFactory;
};

type Reading = { readonly direction: Direction; readonly reader: FrameReader };

/** One HTTP/2 connection that was seen from its preface on (RFC 9113). */
export class Http2Connection implements StreamListener {
  readonly #client: Side;
  readonly #streams: StreamTable;
  readonly #request: Reading;
  readonly #response: Reading;
  #hasServerEnded = false;

  /** `client` has sent the preface. */
  constructor(place: HttpConnection, context: Http2Context) {
    const { connection, client } = place;
    const hold = (bytes: number) => connection.hold(bytes);
    const streams = new StreamTable(
      context.exchanges(connection, client),
      (upgrade) => new UpgradedStream(context.openUpgrade(upgrade, place), client),
    );
    const { counters, maxHeadBytes, huffman } = context;
    const reading = (isClient: boolean): Reading => {
      const direction = new Direction({ isClient, streams, counters, maxHeadBytes, huffman, hold });
      const options = { expectsPreface: isClient, isFromStart: true, maxBlockBytes: maxHeadBytes, hold };
      return { direction, reader: new FrameReader(direction, options) };
    };
    this.#client = client;
    this.#streams = streams;
    this.#request = reading(true);
    this.#response = reading(false);
    this.#request.direction.peer = this.#response.direction;
    this.#response.direction.peer = this.#request.direction;
  }

  data(side: Side, chunk: Chunk): void {
    this.#reader(side).data(chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    this.#reader(side).gap(bytes, time);
  }

  end(side: Side, time: number): void {
    this.#reader(side).end(time);
    if (side === this.#client) return;
    this.#hasServerEnded = true;
    this.#streams.endAll('closed');
  }

  close(reason: CloseReason): void {
    // The readers may be where the error was.
    if (reason === 'failed') return this.#streams.endAll('unknown');
    try {
      for (const { direction, reader } of [this.#request, this.#response]) {
        reader.close();
        direction.close();
      }
    } finally {
      this.#streams.endAll(endingOf(reason, this.#hasServerEnded));
    }
  }

  #reader(side: Side): FrameReader {
    return (side === this.#client ? this.#request : this.#response).reader;
  }
}
