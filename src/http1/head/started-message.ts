import type { MessageStart } from '../../http/exchange-listener.ts';
import type { Chunk } from '../../tcp/stream.ts';

/** Where the message in progress began, and when its last bytes came: filled again for each one. */
export class StartedMessage implements MessageStart {
  time = 0;
  /** A FIN is no byte of a message. */
  lastTime = 0;
  sequence = 0;
  acknowledgment: number | undefined;

  startAt(chunk: Chunk, at: number): void {
    this.time = chunk.time;
    this.acknowledgment = chunk.acknowledgment;
    this.sequence = (chunk.sequence + (at - chunk.start)) | 0;
  }

  /** Bytes from there on that were kept until now. */
  chunk(bytes: Buffer): Chunk {
    const { lastTime, sequence, acknowledgment } = this;
    return { bytes, start: 0, end: bytes.length, time: lastTime, lastTime, sequence, acknowledgment };
  }
}
