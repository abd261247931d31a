import { basename } from 'node:path';
import { accept, boolean, type Kind, refuse } from '../../config/kind.ts';
import { byteSize, integer } from '../../config/number-kinds.ts';
import { optional, type Values, variable } from '../../config/variable.ts';

/** A file name has at most 255 bytes, and a rotated file has its time and `.gz.part` behind this one. */
const longestName = 220;

const filePath: Kind<string> = {
  allowed: 'path of a file',
  parse: (text) => {
    if (/(^|\/)\.{0,2}$/.test(text)) return refuse('it is a directory');
    if (text.includes('\0')) return refuse('no path has a null character');
    if (Buffer.byteLength(basename(text)) > longestName) return refuse(`the name is longer than ${longestName} bytes`);
    return accept(text);
  },
};

export const fileVariables = {
  FILE_PATH: optional(filePath, {
    unset: '(none)',
    meaning: 'file that records are appended to, one line each, by one process alone; the directory must be there',
  }),
  FILE_ROTATE_SIZE: variable(byteSize('1MiB', '64GiB'), {
    default: '100MiB',
    meaning: 'largest file: it is renamed and a new one begun before it would become larger',
  }),
  FILE_ROTATE_AGE_S: variable(integer(0, 31_536_000, 's'), {
    default: '86400',
    meaning: 'the same for a file that is older than this when the next records come; `0` goes by size alone',
  }),
  FILE_KEEP: variable(integer(1, 10_000), {
    default: '5',
    meaning: 'rotated files that are kept; older ones are deleted',
  }),
  FILE_GZIP: variable(boolean, {
    default: 'false',
    meaning: 'whether rotated files are compressed, in the background',
  }),
};

export type FileValues = Values<typeof fileVariables>;

/** The section of the settings that the file sink takes. */
export function arrangeFile(values: FileValues) {
  return {
    path: values.FILE_PATH,
    rotateBytes: values.FILE_ROTATE_SIZE,
    /** 0: not by age. */
    rotateAgeMs: values.FILE_ROTATE_AGE_S * 1000,
    keep: values.FILE_KEEP,
    gzip: values.FILE_GZIP,
    stallMs: 10_000,
    hangMs: 30_000,
  };
}
