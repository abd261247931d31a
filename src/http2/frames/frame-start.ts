import type { MessageStart } from '../../http/exchange-listener.ts';
import type { Chunk } from '../../tcp/stream.ts';

/** Where the frame in progress began: filled again for each one. */
export class FrameStart implements MessageStart {
  time = 0;
  sequence = 0;
  acknowledgment: number | undefined;

  startAt(chunk: Chunk, at: number): void {
    this.time = chunk.time;
    this.sequence = (chunk.sequence + (at - chunk.start)) | 0;
    this.acknowledgment = chunk.acknowledgment;
  }
}
