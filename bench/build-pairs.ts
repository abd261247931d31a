import { shown } from './format.ts';
import { median } from './median.ts';

/** What one run of a build cost. */
export type BuildCost = {
  /** CPU time, user and system, for each exchange, microseconds. */
  readonly microseconds: number;
  /** Why it does not count. */
  readonly failure: string | undefined;
};

export type BuildPair = { readonly old: BuildCost; readonly new: BuildCost };

type Run = (build: keyof BuildPair, pair: number) => Promise<BuildCost>;

/** Runs both builds in turn; the one that begins is another one each time, so that neither gains from its place. */
export async function measurePairs(count: number, runOnce: Run): Promise<readonly BuildPair[]> {
  const run: Run = (build, pair) => runOnce(build, pair).catch(failed);
  const pairs: BuildPair[] = [];
  for (let pair = 1; pair <= count; pair++) {
    if (pair % 2 === 1) {
      const before = await run('old', pair);
      pairs.push({ old: before, new: await run('new', pair) });
    } else {
      const after = await run('new', pair);
      pairs.push({ old: await run('old', pair), new: after });
    }
  }
  return pairs;
}

/** A run that failed does not take the others with it. */
function failed(error: unknown): BuildCost {
  const text = error instanceof Error ? error.message : String(error);
  return { microseconds: Number.NaN, failure: text.trim().split('\n', 1)[0] };
}

/** One row for each pair, and one of the medians; a run that is not whole is said and does not count. */
export function pairRows(name: string, pairs: readonly BuildPair[]): string[][] {
  const counted = pairs.filter((pair) => pair.old.failure === undefined && pair.new.failure === undefined);
  const rows = pairs.map((pair, index) => {
    const isCounted = counted.includes(pair);
    return [name, String(index + 1), costCell(pair.old), costCell(pair.new), isCounted ? ratio(pair).toFixed(3) : '-'];
  });
  const medianOf = (value: (pair: BuildPair) => number) => median(counted.map(value));
  const costs = [medianOf((pair) => pair.old.microseconds), medianOf((pair) => pair.new.microseconds)].map(shown);
  const medianRatio = medianOf(ratio)?.toFixed(3) ?? '-';
  return [...rows, [name, `**median of ${counted.length}**`, ...costs, `**${medianRatio}**`]];
}

function ratio(pair: BuildPair): number {
  return pair.new.microseconds / pair.old.microseconds;
}

function costCell({ microseconds, failure }: BuildCost): string {
  return failure === undefined ? shown(microseconds) : `**WRONG: ${failure}**`;
}
