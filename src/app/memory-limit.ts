import { totalmem } from 'node:os';

/**
 * The memory limit of this container in bytes (its cgroup, version 1 or 2), where there is one that means something.
 */
export function memoryLimit(): number | undefined {
  // 0: not known; without a limit more than there is.
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : undefined;
}
