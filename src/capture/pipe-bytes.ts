import { Socket } from 'node:net';
import type { ByteSource } from './byte-source.ts';

/** What a pipe holds at most, usually. */
const bufferLength = 64 * 1024;

/**
 * A pipe or socket that is open for reading. All of it goes through one buffer: a stream makes another one for each piece, which is collected only after
 * dozens of megabytes.
 */
export class PipeBytes implements ByteSource {
  readonly size = undefined;
  readonly isExpanded = false;
  position = 0;
  readonly #socket: Socket;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferLength);
  /** What was received and not read yet. */
  #received: Buffer = this.#buffer.subarray(0, 0);
  #unread: Buffer | undefined;
  #isEnded = false;
  #wake = () => {};

  constructor(descriptor: number) {
    // Only a constructor that gets this makes the socket use the buffer, so the types of Node.js have it at `connect` alone.
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
      const bytes = this.#unread ?? this.#received;
      if (bytes.length > 0) {
        const count = bytes.copy(buffer, offset);
        this.#keep(bytes.subarray(count));
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
    this.#unread = bytes;
  }

  close(): void {
    this.#isEnded = true;
    this.#unread = undefined;
    this.#received = this.#buffer.subarray(0, 0);
    this.#socket.destroy();
    this.#wake();
  }

  #keep(rest: Buffer): void {
    if (this.#unread === undefined) this.#received = rest;
    else this.#unread = rest.length > 0 ? rest : undefined;
  }

  /** `false` ends the reading until it is resumed: the buffer is in use. */
  #receive(count: number): false {
    this.#received = this.#buffer.subarray(0, count);
    this.#wake();
    return false;
  }
}
