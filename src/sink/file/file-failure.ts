import type { Failure } from '../transport.ts';

/** What may pass by itself, in more words than the system has for it. */
const passing: ReadonlyMap<string, string> = new Map([
  ['EAGAIN', 'its reader takes nothing'],
  ['EPIPE', 'its reader is gone'],
  ['ENXIO', 'nobody reads it'],
]);

const lasting: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its directory is not there, and is not made'],
  ['ENOTDIR', 'part of its path is a file, not a directory'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'the rights of this process do not allow it'],
  ['EPERM', 'the rights of this process do not allow it'],
  ['EROFS', 'the file system is read-only'],
  ['EBUSY', 'it is mounted by itself; mount the directory instead'],
  ['ELOOP', 'its path has too many symbolic links'],
  ['ENAMETOOLONG', 'its path is too long'],
]);

/** What a failed operation on the file means for the records: `cannot` says what was tried. */
export function fileFailure(path: string, cannot: 'appended to' | 'rotated', error: unknown): Failure {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const why = lasting.get(code) ?? passing.get(code);
  const reason = `${path} cannot be ${cannot}: ${why === undefined ? message : `${why} (${code})`}`;
  return { kind: lasting.has(code) ? 'misconfigured' : 'retry', reason };
}
