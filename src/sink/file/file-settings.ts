import type { RotationSettings } from './rotated-files.ts';

export type FileSettings = RotationSettings & {
  /** A batch that would make the file larger than this goes into a new one. */
  readonly rotateBytes: number;
  /** So does one that finds the file older than this; 0: not by age. */
  readonly rotateAgeMs: number;
  /** How long the reader of a pipe may take nothing. */
  readonly stallMs: number;
  /** How long the file system may not answer. */
  readonly hangMs: number;
};
