import { posix } from 'node:path';

/** A file's path from the top of the tree, and what is in it. */
export type TextFile = { readonly path: string; readonly text: string };

const widest = 120;
const longest = 250;
const medianLength = 70;

export function tooWide(files: readonly TextFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const width = [...line].length;
      return width > widest ? [`${path}:${index + 1}: has ${width} columns, at most ${widest} are read with ease`] : [];
    }),
  );
}

export function tooLong(files: readonly TextFile[]): readonly string[] {
  return files
    .map(({ path, text }) => ({ path, lines: linesOf(text) }))
    .filter(({ lines }) => lines > longest)
    .map(({ path, lines }) => `${path}: has ${lines} lines, at most ${longest}: find the two things that it is`);
}

/** Of all files together: small ones are the rule. */
export function tooLongOnTheWhole(files: readonly TextFile[]): readonly string[] {
  const lengths = files.map(({ text }) => linesOf(text)).sort((one, other) => one - other);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return median > medianLength ? [`half of the files have ${median} lines or more, at most ${medianLength}`] : [];
}

export function tooFull(files: readonly TextFile[], folder: string, most: number): readonly string[] {
  const inside = files.filter(({ path }) => posix.dirname(path) === folder);
  return inside.length > most
    ? [`${folder}/ holds ${inside.length} files, at most ${most}: give parts of it a folder`]
    : [];
}

/** Files beside tests that are none. */
export function helpersAmongTests(files: readonly TextFile[]): readonly string[] {
  return files
    .filter(({ path }) => path.startsWith('test/') && !path.startsWith('test/support/') && !path.endsWith('.test.ts'))
    .map(({ path }) => `${path}: is no test: it belongs into test/support/`);
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
