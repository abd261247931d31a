import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from './byte-source.ts';

/** A file that is open for reading, and in which any byte can be read. */
export class FileBytes implements ByteSource {
  readonly size: number;
  readonly isExpanded = false;
  position = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async read(buffer: Buffer, offset: number): Promise<number> {
    const { bytesRead } = await this.#file.read(buffer, offset, buffer.length - offset, this.position);
    this.position += bytesRead;
    return bytesRead;
  }

  unread(bytes: Buffer): void {
    this.position -= bytes.length;
  }

  close(): void {
    this.#file.close().catch(() => {});
  }
}
