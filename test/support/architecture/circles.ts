import { dirname } from 'node:path';
import type { Import } from './imports.ts';

/** Circles of files, by imports of values and of types: `a.ts -> b.ts -> a.ts`. */
export function fileCircles(imports: readonly Import[]): readonly string[] {
  return circles(imports.filter(({ isOwn }) => isOwn).map(({ from, target }) => [from.path, target] as const));
}

/** Circles of folders. A folder and one inside of it may know each other: together they are one. */
export function folderCircles(imports: readonly Import[]): readonly string[] {
  return circles(
    imports
      .filter(({ isOwn }) => isOwn)
      .map(({ from, target }) => [dirname(from.path), dirname(target)] as const)
      .filter(([from, to]) => !`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`)),
  );
}

/** A shortest circle for each place that lies on one, but each circle once. */
function circles(steps: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of steps) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found = new Map<string, string>();
  for (const start of [...next.keys()].sort()) {
    const circle = shortestWay(next, start);
    if (circle === undefined) continue;
    const places = [...new Set(circle)].sort().join();
    if (!found.has(places)) found.set(places, circle.join(' -> '));
  }
  return [...found.values()];
}

/** From a place over others back to itself. */
function shortestWay(next: ReadonlyMap<string, ReadonlySet<string>>, start: string): readonly string[] | undefined {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const way of ways) {
      for (const place of next.get(way.at(-1) ?? start) ?? []) {
        if (place === start) return [...way, place];
        if (seen.has(place)) continue;
        seen.add(place);
        longer.push([...way, place]);
      }
    }
    ways = longer;
  }
  return undefined;
}
