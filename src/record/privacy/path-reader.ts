import { targetPath } from '../target.ts';
import { decodeText } from '../text.ts';
import { maskPaths } from './mask-paths.ts';
import { parsePathPattern } from './path-pattern.ts';

/** What reads the path of a request target, as it was sent, with what patterns mask. */
export function createPathReader(redactPaths: readonly string[]): typeof targetPath {
  if (redactPaths.length === 0) return targetPath;
  const patterns = redactPaths.map(parsePathPattern);
  return (target) => target && targetPath(maskPaths(decodeText(target), patterns, 'url'));
}
