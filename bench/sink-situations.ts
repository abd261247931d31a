/** What a sink has to cope with. */
export type Situation = {
  readonly name: string;
  /** Exchanges per second on the wire; undefined: a capture file, as fast as it goes. */
  readonly rate: number | undefined;
  readonly exchanges: number;
  readonly isAway?: true;
  /** In seconds of the traffic; a server that is frozen until infinity continues when the logger is told to end. */
  readonly frozen?: { readonly from: number; readonly until: number };
  readonly env?: Readonly<Record<string, string>>;
  /** What must hold; without them, only that no record is unaccounted for. */
  readonly targets: Targets;
};

/** Traffic that is captured while it comes. */
export type LiveSituation = Situation & {
  readonly rate: number;
  /** Before it is reached. */
  readonly rampSeconds: number;
};

export function isLive(situation: Situation): situation is LiveSituation {
  return 'rampSeconds' in situation;
}

export type Targets = {
  readonly peakBytes?: number;
  /** No more memory than in the situation of this name. */
  readonly flatSince?: string;
  /** Share of the records that came again. */
  readonly twice?: number;
  /** From the return of the server until records are as young as usual; or from SIGTERM to the end. */
  readonly seconds?: number;
  /** Every record is delivered. */
  readonly isComplete?: true;
};

/** Through an outage, DELIVERY bar 1: what a full queue and all before it may take. */
const outageBytes = 150e6;
const outageRate = 10_000;
/** On Node 20, for any one sink. */
const quietBytes = 64e6;

/** From a server that answers well to one that does not. */
export function sinkSituations(quick: boolean): readonly Situation[] {
  const file: Situation = {
    name: 'answers',
    rate: undefined,
    exchanges: quick ? 20_000 : 100_000,
    targets: { isComplete: true },
  };
  return quick
    ? [file, ...outages([2], 1), frozen(1, 1), backAtTheEnd(1)]
    : [file, ...answering(2), ...outages([4, 12], 2), frozen(12, 2), backAtTheEnd(2)];
}

/** The second is what the outages are to be compared with. */
function answering(rampSeconds: number): readonly Situation[] {
  return [
    live('answers', { rate: 500, rampSeconds, seconds: 5 }, { targets: { isComplete: true, peakBytes: quietBytes } }),
    live('answers', { rate: outageRate, rampSeconds, seconds: 4 }, { targets: { isComplete: true } }),
  ];
}

function outages(lengths: readonly number[], rampSeconds: number): readonly Situation[] {
  const name = (seconds: number | undefined) => `away for ${seconds} s`;
  const [shortest] = lengths;
  return lengths.map((seconds) =>
    live(
      name(seconds),
      { rate: outageRate, rampSeconds, seconds },
      {
        isAway: true,
        // It does not come back, and nobody waits for it.
        env: { SHUTDOWN_GRACE_MS: '500' },
        targets: { peakBytes: outageBytes, ...(seconds === shortest ? {} : { flatSince: name(shortest) }) },
      },
    ),
  );
}

function frozen(seconds: number, rampSeconds: number): Situation {
  const [before, after] = [0.5, 2];
  const from = rampSeconds + before;
  return live(
    `frozen for ${seconds} s`,
    { rate: 5000, rampSeconds, seconds: before + seconds + after },
    {
      frozen: { from, until: from + seconds },
      targets: { peakBytes: outageBytes, twice: 0.01, seconds: 2 },
    },
  );
}

/** 20,000 records wait for it then. */
function backAtTheEnd(rampSeconds: number): Situation {
  return live(
    'back at SIGTERM',
    { rate: 10_000, rampSeconds, seconds: 2 - rampSeconds / 2 },
    {
      frozen: { from: 0, until: Number.POSITIVE_INFINITY },
      // They all fit, also where a record is larger.
      env: { QUEUE_LIMIT: '64MiB' },
      targets: { isComplete: true, seconds: 1.5 },
    },
  );
}

type Traffic = Pick<LiveSituation, 'rate' | 'rampSeconds'> & { readonly seconds: number };

function live(
  name: string,
  { rate, rampSeconds, seconds }: Traffic,
  more: Omit<LiveSituation, 'name' | 'rate' | 'rampSeconds' | 'exchanges'>,
): LiveSituation {
  return { name, rate, rampSeconds, exchanges: rate * (rampSeconds / 2 + seconds), ...more };
}
