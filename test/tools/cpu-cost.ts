const rounds = 5;
/** Cheaper than this is not worth telling apart from the noise of a busy machine, microseconds. */
const noise = 1000;

/**
 * How many times as much CPU time `run` takes with the inputs of `more` as with those of `less`: the best of five rounds
 * of each, in turn. Making an input does not count; each round has its own, so that nothing is known from the one before.
 */
export function cpuRatio<Input>(run: (input: Input) => void, less: () => Input, more: () => Input): number {
  let bestOfLess = Number.POSITIVE_INFINITY;
  let bestOfMore = Number.POSITIVE_INFINITY;
  // The compiler's share falls into the first round, which does not count.
  for (let round = 0; round <= rounds; round++) {
    const costOfLess = cpuMicros(run, less());
    const costOfMore = cpuMicros(run, more());
    if (round === 0) continue;
    bestOfLess = Math.min(bestOfLess, costOfLess);
    bestOfMore = Math.min(bestOfMore, costOfMore);
  }
  return bestOfMore / Math.max(bestOfLess, noise);
}

function cpuMicros<Input>(run: (input: Input) => void, input: Input): number {
  const before = process.cpuUsage();
  run(input);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
