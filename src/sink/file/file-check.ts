import { constants, type Stats } from 'node:fs';
import { access, lstat, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { amount, amountWith } from '../../telemetry/amount.ts';
import type { CheckResult } from '../transport.ts';
import { openForAppend } from './file-appender.ts';
import { fileFailure } from './file-failure.ts';
import type { FileSettings } from './file-settings.ts';

/** Tries whether the file could be appended to and rotated, and changes nothing: one that is not there is not made. */
export async function checkFile(settings: FileSettings): Promise<CheckResult> {
  const { path } = settings;
  let cannot: 'appended to' | 'rotated' = 'appended to';
  try {
    const target = await stat(path).catch(unlessAbsent);
    if (target?.isFIFO()) return await checkPipe(path);
    if (target !== undefined) await (await openForAppend(path)).close();
    if (target !== undefined && !(await lstat(path)).isFile()) {
      return { isFine: true, sentence: `${path} can be appended to; it is a link, a pipe or a device: never rotated` };
    }
    if (target !== undefined) cannot = 'rotated';
    await access(dirname(path), constants.W_OK | constants.X_OK);
    const { blocks, bavail, bsize } = await statfs(dirname(path));
    // One without blocks, such as /proc, has no size: it is never full, and what it takes is not known.
    if (blocks > 0 && bavail === 0) return { isFine: false, sentence: `${path}: the file system is full` };
    const room =
      blocks === 0
        ? 'how much its file system takes is not known'
        : `${amountWith(bavail * bsize, 'byte', ['is', 'are'])} free`;
    return { isFine: true, sentence: `${describe(settings, target, blocks > 0)}; ${room}` };
  } catch (error) {
    return { isFine: false, sentence: fileFailure(path, cannot, error).reason };
  }
}

/** To open it, even for a moment, would tell a waiting reader that all has been written. */
async function checkPipe(path: string): Promise<CheckResult> {
  await access(path, constants.W_OK);
  return {
    isFine: true,
    sentence: `${path} is a pipe, which is not tried because its reader would notice; never rotated`,
  };
}

function describe(
  { path, rotateBytes, rotateAgeMs, keep, gzip }: FileSettings,
  target: Stats | undefined,
  isSized: boolean,
): string {
  const absent = `is not there yet${isSized ? ' and can be made' : ''}`;
  const found = target === undefined ? absent : `has ${amount(target.size, 'byte')}`;
  const age = rotateAgeMs === 0 ? '' : ` or ${rotateAgeMs / 1000} s`;
  const kept = `${amountWith(keep, 'rotated file', ['is', 'are'])} kept${gzip ? ', compressed' : ''}`;
  return `${path} ${found}; rotated at ${amount(rotateBytes, 'byte')}${age}, ${kept}`;
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
