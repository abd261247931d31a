/** The form of what this program leaves in a spool. */
export const spoolVersion = 2;

const fileName = /^(\d{12})(?:\.v(\d{1,9}))?\.spool$/;

/** What the name of a file of the spool says. In version 1 it had only a number. */
export type SegmentName = { readonly file: string; readonly number: number; readonly version: number };

/** Files of other names are not ours. */
function segmentNameOf(file: string): SegmentName | undefined {
  const [, number, version = '1'] = fileName.exec(file) ?? [];
  return number === undefined ? undefined : { file, number: Number(number), version: Number(version) };
}

/** The first of these files that a later version of this program has left. */
export function newerSegment(files: readonly string[]): SegmentName | undefined {
  return segmentsOf(files).find(({ version }) => version > spoolVersion);
}

export function segmentsOf(files: readonly string[]): readonly SegmentName[] {
  return files.flatMap((file) => segmentNameOf(file) ?? []);
}

/**
 * The version is in the name, so that a program that does not know it leaves the file alone: one of version 1 looks for
 * names without.
 */
export function nameOfSegment(number: number): string {
  return `${String(number).padStart(12, '0')}.v${spoolVersion}.spool`;
}

/** Something in the directory was left by a later version of this program. */
export class NewerSpoolError extends Error {}
