import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { writeCapture } from './capture-file.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { loggerCommand } from './logger-command.ts';
import { type MeasuredSink, measuredSinks } from './measured-sinks.ts';
import { usualExchanges } from './message-templates.ts';
import { type Bench, outOfTimeNotes, type Section } from './part.ts';
import { sinkColumns, sinkRow } from './sink-row.ts';
import { runFromFile, runLive, type SinkRun } from './sink-run.ts';
import { isLive, type Situation, sinkSituations } from './sink-situations.ts';

const notes = [
  'One run after the other, with all headers. Log servers are processes of our own that count what arrives, by ' +
    'id; what they cost is not charged to the logger. The first rows read a file: time and CPU of the whole ' +
    'process with its start. The others capture packets that are sent at a steady rate: captured is the share of ' +
    'these exchanges that was seen, waited the share of the time in which other processes had the CPU that the ' +
    'logger needed; where both are bad, the machine was too busy.',
  'Away: nobody listens there (of stdout: nobody reads), until SIGTERM. Frozen: stopped and continued; `s` is ' +
    'the time from then until records were younger than 1 s again. Back at SIGTERM: frozen for all of the traffic, ' +
    'with `QUEUE_LIMIT=64MiB`; `s` is the time from its return, together with SIGTERM, to the end of the ' +
    'logger.',
];

/** What each sink costs while its server answers, and what becomes of records and memory while it does not. */
export async function sinks(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip');
  const network = missing === undefined ? new LiveNetwork(bench.folder) : undefined;
  const refusals = measuredSinks.map((sink) => ({ sink, refusal: refusalOf(sink) }));
  const chosen = refusals.filter(({ refusal }) => refusal === undefined).map(({ sink }) => sink);
  const refused = refusals.flatMap(({ sink, refusal }) => (refusal === undefined ? [] : [`${sink.name}: ${refusal}`]));
  try {
    const { runs, failures, leftOut } = await measureAll(bench, chosen, network);
    return {
      title: 'Sinks',
      columns: sinkColumns,
      rows: runs.map((run) => sinkRow(run, runs)),
      notes: [
        ...notes,
        ...failures,
        ...(missing === undefined ? [] : [`Only from a file: ${missing}.`]),
        ...(refused.length === 0 ? [] : [`Not measured, because the logger refuses it: ${refused.join(' ')}`]),
        ...outOfTimeNotes(leftOut),
      ],
    };
  } finally {
    network?.remove();
  }
}

type Results = { readonly runs: SinkRun[]; readonly failures: string[]; readonly leftOut: string[] };

/**
 * All sinks in the first situation, then in the next one: when time runs out, each has been measured at least
 * somewhere.
 */
async function measureAll(
  bench: Bench,
  chosen: readonly MeasuredSink[],
  network: LiveNetwork | undefined,
): Promise<Results> {
  const results: Results = { runs: [], failures: [], leftOut: [] };
  const situations = sinkSituations(bench.quick).filter((each) => network !== undefined || !isLive(each));
  for (const situation of situations) {
    for (const sink of chosen.filter((each) => concerns(each, situation))) {
      const name = `${sink.name} (${situation.name})`;
      if (bench.secondsLeft() <= 0) {
        results.leftOut.push(name);
        continue;
      }
      bench.progress(`sinks: ${name}`);
      try {
        results.runs.push(await measureOne(bench, { sink, situation }, network));
      } catch (error) {
        results.failures.push(`**FAILED: ${name}: ${error}**`);
      }
    }
  }
  return results;
}

/** A file has no server that could be away. */
function concerns(sink: MeasuredSink, situation: Situation): boolean {
  return sink.isFile === undefined || (situation.isAway === undefined && situation.frozen === undefined);
}

function measureOne(
  bench: Bench,
  { sink, situation }: Pick<SinkRun, 'sink' | 'situation'>,
  network: LiveNetwork | undefined,
): Promise<SinkRun> {
  return isLive(situation) && network !== undefined
    ? runLive({ ...bench, network }, sink, situation)
    : runFromFile({ ...bench, path: captureFile(bench, situation) }, sink, situation);
}

/** Written once. */
function captureFile({ folder }: Bench, { exchanges }: Situation): string {
  const path = `${folder}/sinks-${exchanges}.pcap`;
  if (!existsSync(path)) {
    const workload = { exchanges, connections: 200, exchangesPerConnection: 500, exchangeTemplates: usualExchanges() };
    writeCapture(openSync(path, 'w'), workload);
  }
  return path;
}

/**
 * What the logger says when it does not have this sink. Exit code 2 means that it cannot work like this; there is
 * nothing to read in the file.
 */
function refusalOf(sink: MeasuredSink): string | undefined {
  const { words, env } = loggerCommand(true, ['--read', '/dev/null'], sink.env('1'));
  const [program = '', ...rest] = words;
  const { PATH = '' } = process.env;
  const { status, stderr } = spawnSync(program, rest, { env: { PATH, ...env }, encoding: 'utf8' });
  return status === 2 ? stderr.trim().split('\n').join(' ') : undefined;
}
