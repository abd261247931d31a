import { fstatSync } from 'node:fs';
import { loadLibc } from '../capture/libc.ts';

/** What anyone may ask for (`/proc/sys/fs/pipe-max-size`); the kernel takes memory for what is in the pipe only. */
const pipeBytes = 1024 * 1024;

/**
 * Makes room for more records in a pipe, for a live capture. With the usual 64 KiB, writer and reader have to take turns every few dozen records, and where the
 * cores are busy each turn waits for one: at 25,000 records/s on two cores the queue overflowed in a fourth of all trials. Whatever the
 * kernel does not allow stays as it is.
 */
export function widenPipe(descriptor: number): void {
  try {
    if (fstatSync(descriptor).isFIFO()) loadLibc().widenPipe(descriptor, pipeBytes);
  } catch {
    // Closed, or all the pipes of this user are too large already (pipe-user-pages-soft): the pipe works as it is.
  }
}
