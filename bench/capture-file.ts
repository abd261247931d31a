import { closeSync, writeSync } from 'node:fs';
import { type Generated, generateCapture, type Workload } from './capture-generator.ts';

/** Writes the workload to a file or a pipe, and closes it. */
export function writeCapture(descriptor: number, workload: Workload): Generated {
  try {
    return generateCapture(workload, (bytes) => {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    });
  } finally {
    closeSync(descriptor);
  }
}
