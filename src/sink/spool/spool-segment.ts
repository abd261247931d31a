import { type FileHandle, open, rm } from 'node:fs/promises';

/** One file of the spool. Only the newest is written to, always at its end. */
export class SpoolSegment {
  readonly path: string;
  size: number;
  /** Its batches that are not done. */
  undone = 0;
  isDeleted = false;
  #handle: FileHandle | undefined;
  #isWritable: boolean;

  private constructor(path: string, size: number, isWritable: boolean) {
    this.path = path;
    this.size = size;
    this.#isWritable = isWritable;
  }

  /** A new one; its file is made with the first frame. */
  static create(path: string): SpoolSegment {
    return new SpoolSegment(path, 0, true);
  }

  /** One of an earlier process. */
  static found(path: string, size: number): SpoolSegment {
    return new SpoolSegment(path, size, false);
  }

  get isWritable(): boolean {
    return this.#isWritable;
  }

  /**
   * Returns where the frame begins. After an error nothing of it is left, and the segment takes no more, so that it may
   * be deleted soon.
   */
  async append(frame: readonly Buffer[]): Promise<number> {
    const length = frame.reduce((sum, part) => sum + part.length, 0);
    const position = this.size;
    try {
      this.#handle ??= await open(this.path, 'wx', 0o600);
      const { bytesWritten } = await this.#handle.writev(frame, position);
      if (bytesWritten < length) throw new Error('no space left on device');
    } catch (error) {
      await this.#handle?.truncate(position).catch(() => {});
      await this.finish().catch(() => {});
      throw error;
    }
    this.size += length;
    return position;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const file = await open(this.path, 'r');
    try {
      const bytes = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await file.read(bytes, 0, length, position);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Takes no more frames. */
  async finish(): Promise<void> {
    this.#isWritable = false;
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async delete(): Promise<void> {
    this.isDeleted = true;
    await this.finish();
    await rm(this.path, { force: true });
  }
}
