import { targetPath } from './target.ts';

type Wildcard = {
  readonly prefix: string;
  readonly middle: readonly string[];
  readonly suffix: string;
};

/**
 * A filter that says whether a path is one of the patterns; `*` stands for any characters, also none. The part after
 * `?` or `#` is ignored, an unknown path is never filtered. The time is linear in the path: the parts between the stars
 * are searched from left to right.
 */
export function createUrlFilter(patterns: readonly string[]): (path: string | undefined) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wildcards = patterns.filter((pattern) => pattern.includes('*')).map(compile);
  if (patterns.length === 0) return () => false;
  return (path) => {
    if (path === undefined) return false;
    const plain = withoutQuery(path);
    return exact.has(plain) || wildcards.some((wildcard) => matches(wildcard, plain));
  };
}

/** The same for request targets, in whatever form they were sent. */
export function createTargetFilter(patterns: readonly string[]): (target: string) => boolean {
  if (patterns.length === 0) return () => false;
  const isIgnored = createUrlFilter(patterns);
  return (target) => isIgnored(targetPath(target));
}

function compile(pattern: string): Wildcard {
  const parts = pattern.split('*');
  const prefix = parts[0] ?? '';
  const suffix = parts.at(-1) ?? '';
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return { prefix, middle, suffix };
}

function matches({ prefix, middle, suffix }: Wildcard, path: string): boolean {
  if (!path.startsWith(prefix) || !path.endsWith(suffix)) return false;
  let from = prefix.length;
  for (const part of middle) {
    const at = path.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= path.length - suffix.length;
}

function withoutQuery(path: string): string {
  const mark = path.search(/[?#]/);
  return mark < 0 ? path : path.slice(0, mark);
}
