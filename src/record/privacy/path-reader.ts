import { targetPath } from '../target.ts';
import { decodeText } from '../text.ts';
import { maskPaths } from './mask-paths.ts';
import type { PathPattern } from './path-pattern.ts';

/** What reads the path of a request target, as it was sent, with what patterns mask. */
export function createPathReader(patterns: readonly PathPattern[]): typeof targetPath {
  if (patterns.length === 0) return targetPath;
  return (target) => targetPath(maskPaths(decodeText(target), patterns, 'url'));
}
