import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';

let count = 0;

/** Makes a pipe with a name in `folder`, and returns its path. */
export function makePipe(folder: string): string {
  count++;
  const path = `${folder}/pipe-${count}`;
  execFileSync('mkfifo', [path]);
  return path;
}

/** Where a command writes. */
export type Output = {
  /** For the writer's stdio; `release` it here as soon as the writer has it. */
  readonly descriptor: number;
  /** Everything has been read. */
  readonly ended: Promise<void>;
  readonly lines: number;
  release(): void;
};

/**
 * A real pipe (node's own are sockets), as a container runtime gives its containers, whose lines this process counts
 * while it empties it: that costs the writer nothing but what any reader would.
 */
export class Drain implements Output {
  readonly descriptor: number;
  readonly ended: Promise<void>;
  lines = 0;

  constructor(folder: string, countsLines = true) {
    const path = makePipe(folder);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.descriptor = openSync(path, constants.O_WRONLY);
    rmSync(path);
    const socket = new Socket({ fd: reader, readable: true, writable: false });
    if (countsLines) socket.on('data', (chunk) => this.#count(chunk));
    else socket.resume();
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  release(): void {
    closeSync(this.descriptor);
  }

  #count(chunk: Buffer): void {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) this.lines++;
  }
}
