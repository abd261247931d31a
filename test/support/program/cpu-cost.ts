import assert from 'node:assert/strict';

const rounds = 5;
/** Cheaper than this is not worth telling apart from the noise of a busy machine, microseconds. */
const noise = 1000;
/** Four times as much may cost this many times as much; what clearly does not is not measured again. */
const mostForFourTimes = 8;
const clearlyLinear = 6;

/** What is done with an input, a small and a large one. */
export type Work<Input> = {
  readonly run: (input: Input) => void | Promise<void>;
  readonly less: () => Input;
  readonly more: () => Input;
  /** Four times `more`, for what is expected to hold much memory. */
  readonly most?: () => Input;
};

/**
 * How many times as much CPU time `run` takes with the inputs of `more` as with those of `less`: the best of five
 * rounds of each, in turn. Making an input does not count; each round has its own, so that nothing is known from the
 * one before.
 */
export async function cpuRatio<Input>(work: Work<Input>): Promise<number> {
  let last = 0;
  for await (last of ratios(work));
  return last;
}

/**
 * Fails where `more`, which is four times `less`, costs more than eight times as much: the best of five rounds. Where
 * the collector of garbage has to follow many more objects from some number on, that is a step and no growth: `most`
 * beside `more` tells.
 */
export async function assertLinear<Input>({ most, ...work }: Work<Input>): Promise<void> {
  let ratio = 0;
  for await (ratio of ratios(work)) if (ratio <= clearlyLinear) return;
  if (ratio <= mostForFourTimes) return;
  if (most !== undefined) return assertLinear({ run: work.run, less: work.more, more: most });
  assert.fail(`four times as much costs ${ratio.toFixed(1)} times as much`);
}

/** After each round, the ratio of the best ones until then. */
async function* ratios<Input>({ run, less, more }: Work<Input>): AsyncGenerator<number> {
  let bestOfLess = Number.POSITIVE_INFINITY;
  let bestOfMore = Number.POSITIVE_INFINITY;
  // The compiler's share falls into the first round, which does not count.
  for (let round = 0; round <= rounds; round++) {
    const costOfLess = await cpuMicros(run, less());
    const costOfMore = await cpuMicros(run, more());
    if (round === 0) continue;
    bestOfLess = Math.min(bestOfLess, costOfLess);
    bestOfMore = Math.min(bestOfMore, costOfMore);
    yield bestOfMore / Math.max(bestOfLess, noise);
  }
}

async function cpuMicros<Input>(run: Work<Input>['run'], input: Input): Promise<number> {
  const before = process.cpuUsage();
  await run(input);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
