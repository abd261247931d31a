import { Socket } from 'node:net';
import type { ByteSource } from './byte-source.ts';

/** What a pipe holds at most, usually. */
const bufferLength = 64 * 1024;

/**
 * A pipe or socket that is open for reading. All of it goes through one buffer: a stream makes a new one for each
 * piece, and they are collected only when there are dozens of megabytes of them.
 */
export class PipeBytes implements ByteSource {
  readonly size = undefined;
  readonly isExpanded = false;
  position = 0;
  readonly #socket: Socket;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferLength);
  /** What was received and not read yet. */
  #received: Buffer = this.#buffer.subarray(0, 0);
  #isEnded = false;
  #wake = () => {};

  constructor(descriptor: number) {
    // The constructor takes `onread`, too, but the types of Node.js have it for `connect` only.
    const onread = { buffer: this.#buffer, callback: (count: number) => this.#receive(count) };
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: false, ...{ onread } });
    for (const event of ['end', 'error', 'close']) {
      this.#socket.on(event, () => {
        this.#isEnded = true;
        this.#wake();
      });
    }
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    for (;;) {
      if (this.#received.length > 0) {
        const count = this.#received.copy(buffer, offset);
        this.#received = this.#received.subarray(count);
        this.position += count;
        return count;
      }
      if (this.#socket.errored) throw this.#socket.errored;
      if (this.#isEnded) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket.resume();
      });
    }
  }

  unread(bytes: Buffer): void {
    this.position -= bytes.length;
    this.#received = Buffer.concat([bytes, this.#received]);
  }

  close(): void {
    this.#isEnded = true;
    this.#received = this.#buffer.subarray(0, 0);
    this.#socket.destroy();
    this.#wake();
  }

  /** `false` ends the reading until it is resumed: the next bytes would overwrite these. */
  #receive(count: number): false {
    this.#received = this.#buffer.subarray(0, count);
    this.#wake();
    return false;
  }
}
