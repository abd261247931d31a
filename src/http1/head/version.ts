import { isDigit } from './characters.ts';

/** Length of `HTTP/1.1`. */
export const versionLength = 8;

/** Whether `HTTP/1.1` stands at `start`, also with other digits. */
export function isVersionAt(text: string, start: number): boolean {
  return (
    text.startsWith('HTTP/', start) &&
    isDigit(text.charCodeAt(start + 5)) &&
    text.charCodeAt(start + 6) === 0x2e &&
    isDigit(text.charCodeAt(start + 7))
  );
}

/** Whether a version has the form `HTTP/1.1`. */
export function isUsualVersion(version: string): boolean {
  return version.length === versionLength && isVersionAt(version, 0);
}
