import { megabytes, percent, shown, whole } from './format.ts';
import type { SinkRun } from './sink-run.ts';
import { left, right } from './table.ts';

/** The heap of the same run differs by about so much. */
const flatTolerance = 0.1;

export const sinkColumns = [
  ...[
    left('server'),
    left('sink'),
    right('records/s'),
    right('captured'),
    right('CPU µs/record'),
    right('waited'),
    right('peak RSS MB'),
  ],
  ...[right('delivered'), right('dropped'), right('arrived'), right('twice'), right('s'), left('targets')],
];

/** `runs`: those before it, which it may have to be compared with. */
export function sinkRow(run: SinkRun, runs: readonly SinkRun[]): string[] {
  const { situation, sink, account, arrived, seconds, settleSeconds } = run;
  return [
    `${situation.name}${situation.rate === undefined ? '' : `, ${whole(situation.rate)}/s`}`,
    sink.name,
    whole(account.exchanges / seconds),
    percent(account.exchanges / situation.exchanges),
    shown((run.cpuSeconds * 1e6) / account.exchanges),
    run.waitedShare === undefined ? '-' : percent(run.waitedShare, 0),
    megabytes(run.peakBytes),
    whole(account.delivered),
    account.droppedText,
    whole(arrived.distinct),
    whole(arrived.records - arrived.distinct),
    settleSeconds === undefined ? '-' : settleSeconds.toFixed(2),
    [...problems(run), ...targets(run, runs)].join('; '),
  ];
}

/** Each record ends in one counter, and what a server has acknowledged is there. */
function problems({ sink, account, arrived, failure }: SinkRun): readonly string[] {
  const unaccounted = account.exchanges - account.delivered - account.dropped;
  const isMissing = sink.isAcknowledged === true && arrived.distinct < account.delivered;
  return [
    ...(failure === undefined ? [] : [failure]),
    ...(unaccounted === 0 ? [] : [`**WRONG: ${whole(unaccounted)} records unaccounted for**`]),
    ...(isMissing ? [`**WRONG: ${whole(account.delivered - arrived.distinct)} acknowledged did not arrive**`] : []),
  ];
}

/** Those that the situation has, met or missed. */
function targets(run: SinkRun, runs: readonly SinkRun[]): readonly string[] {
  const { peakBytes, flatSince, twice, seconds, isComplete } = run.situation.targets;
  const { settleSeconds, account, arrived } = run;
  const twiceShare = (arrived.records - arrived.distinct) / arrived.distinct;
  return [
    ...(isComplete ? [target('all delivered', account.delivered === run.situation.exchanges)] : []),
    ...(peakBytes === undefined ? [] : [target(`at most ${peakBytes / 1e6} MB`, run.peakBytes <= peakBytes)]),
    ...(flatSince === undefined ? [] : flatTarget(run, runs, flatSince)),
    ...(twice === undefined ? [] : [target(`below ${percent(twice, 0)} twice`, twiceShare < twice)]),
    ...(seconds === undefined
      ? []
      : [target(`within ${seconds} s`, settleSeconds !== undefined && settleSeconds <= seconds)]),
  ];
}

function flatTarget(run: SinkRun, runs: readonly SinkRun[], name: string): readonly string[] {
  const other = runs.find(({ sink, situation }) => sink === run.sink && situation.name === name);
  if (other === undefined) return [];
  const isFlat = run.peakBytes <= other.peakBytes * (1 + flatTolerance);
  return [target(`at most ${percent(flatTolerance, 0)} more than ${name}`, isFlat)];
}

function target(text: string, isMet: boolean): string {
  return `${text}: ${isMet ? 'met' : 'missed'}`;
}
