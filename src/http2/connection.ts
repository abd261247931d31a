import { endingOf } from '../http/ending-of.ts';
import type { ExchangeListener, ExchangesListenerFactory } from '../http/exchange-listener.ts';
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

/**
 * From the preface on; in its middle, where `speaker` is to say a frame next; or on a connection of HTTP/1 that was
 * upgraded, as whose stream 1 the server answers `request`.
 */
export type Http2Beginning =
  | { readonly kind: 'preface' }
  | { readonly kind: 'joined'; readonly speaker: Side }
  | { readonly kind: 'upgraded'; readonly request: ExchangeListener };

type Reading = { readonly direction: Direction; readonly reader: FrameReader };

/** One HTTP/2 connection (RFC 9113). */
export class Http2Connection implements StreamListener {
  readonly #client: Side;
  readonly #streams: StreamTable;
  readonly #request: Reading;
  readonly #response: Reading;
  readonly #isJoined: boolean;
  #hasServerEnded = false;

  constructor(place: HttpConnection, context: Http2Context, beginning: Http2Beginning) {
    const { connection, client } = place;
    const hold = (bytes: number) => connection.hold(bytes);
    const streams = new StreamTable(
      context.exchanges(connection, client),
      (upgrade) => new UpgradedStream(context.openUpgrade(upgrade, place), client),
    );
    const { counters, maxHeadBytes, huffman } = context;
    const isFromStart = beginning.kind !== 'joined';
    const reading = (isClient: boolean): Reading => {
      const direction = new Direction({ isClient, isFromStart, streams, counters, maxHeadBytes, huffman, hold });
      const expectsPreface = isClient && isFromStart;
      const isAtFrame = isFromStart || (beginning.speaker === client) === isClient;
      const options = { expectsPreface, isAtFrame, maxBlockBytes: maxHeadBytes, hold };
      return { direction, reader: new FrameReader(direction, options) };
    };
    if (beginning.kind === 'upgraded') streams.beginUpgraded(beginning.request);
    this.#client = client;
    this.#isJoined = !isFromStart;
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
    // That it is older than the capture is known.
    if (bytes === undefined && this.#isJoined) return;
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
