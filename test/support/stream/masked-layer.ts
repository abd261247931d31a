import { InnerConnection } from '../../../src/stream/inner-connection.ts';
import type { Protocol } from '../../../src/stream/protocol.ts';
import { startingWith } from '../../../src/stream/verdict.ts';
import type {
  Chunk,
  CloseReason,
  ConnectionHandle,
  ListenerFactory,
  Side,
  StreamListener,
} from '../../../src/tcp/stream.ts';

const mark = 'MASKED\n';
const mask = 0x55;
/** What such a layer claims to keep. */
export const layerBytes = 1000;

/** What one side says inside of the layer, as it looks outside. */
export function masked(text: string): Buffer {
  return Buffer.from(Buffer.from(text, 'latin1').map((byte) => byte ^ mask));
}

/** The first bytes of a side that speaks through the layer. */
export const maskedMark = Buffer.from(mark);

/** A layer that only tests have: behind a mark of each side, all bytes are masked. */
export const maskedLayer: Protocol = {
  detect: startingWith(maskedMark),
  open: (connection, _, inside) => new MaskedLayer(connection, inside),
};

class MaskedLayer implements StreamListener {
  readonly #inner: InnerConnection;
  readonly #markBytesLeft: [number, number] = [mark.length, mark.length];

  constructor(connection: ConnectionHandle, inside: ListenerFactory) {
    this.#inner = new InnerConnection(connection, inside, () => {
      connection.hold(-layerBytes);
      return connection.handOn('ignored');
    });
    connection.hold(layerBytes);
  }

  data(side: Side, chunk: Chunk): void {
    const passed = Math.min(this.#markBytesLeft[side], chunk.end - chunk.start);
    this.#markBytesLeft[side] -= passed;
    const bytes = Buffer.from(chunk.bytes.subarray(chunk.start + passed, chunk.end).map((byte) => byte ^ mask));
    if (bytes.length === 0) return;
    const sequence = (chunk.sequence + passed) | 0;
    this.#inner.listener.data(side, { ...chunk, bytes, start: 0, end: bytes.length, sequence });
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    this.#inner.listener.gap(side, bytes, time);
  }

  end(side: Side, time: number): void {
    this.#inner.listener.end(side, time);
  }

  close(reason: CloseReason, time: number): void {
    this.#inner.listener.close(reason, time);
  }
}
