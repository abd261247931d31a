import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCapture } from './capture-file.ts';
import { measure } from './command.ts';
import { Drain } from './drain.ts';
import { percent, shown } from './format.ts';
import { loggerCommand } from './logger-command.ts';
import type { Bench, Section } from './part.ts';
import { replayWorkloads } from './replay-workloads.ts';
import { left, right } from './table.ts';

const limitSeconds = 60;
const functionsShown = 25;
/** Regular expressions have long names. */
const nameLength = 50;
const root = fileURLToPath(new URL('..', import.meta.url));

const columns = [left('headers'), right('self time'), right('µs/exchange'), left('function'), left('where')];

/** Where the time goes when a capture file of small exchanges is read: the functions with the largest self time. */
export async function profile(bench: Bench): Promise<Section> {
  const [workload] = replayWorkloads(bench.quick);
  if (workload === undefined) throw new Error('there is no workload');
  const path = `${bench.folder}/profile.pcap`;
  writeCapture(openSync(path, 'w'), workload);
  const rows: string[][] = [];
  for (const headers of [true, false]) {
    bench.progress(`profile: headers ${headers ? 'on' : 'off'}`);
    const folder = `${bench.folder}/profile-${headers}`;
    const { words, ...command } = loggerCommand(headers, ['--read', path]);
    const [node = '', ...rest] = words;
    const profiling = [node, '--cpu-prof', `--cpu-prof-dir=${folder}`, ...rest];
    const { failure } = await measure({ ...command, words: profiling }, new Drain(bench.folder), limitSeconds);
    if (failure !== undefined) throw new Error(`the profiled run failed: ${failure}`);
    const [file = ''] = readdirSync(folder);
    const times = selfTimes(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
    const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
    for (const { name, where, microseconds } of times.slice(0, functionsShown)) {
      const cost = shown(microseconds / workload.exchanges);
      rows.push([headers ? 'on' : 'off', percent(microseconds / total), cost, name.slice(0, nameLength), where]);
    }
  }
  const notes = [
    `${workload.name}; the main thread only, without its idle time; what was inlined counts for its caller.`,
  ];
  return { title: 'Profile: self time by function', columns, rows, notes };
}

/** What `--cpu-prof` writes, as far as it is needed. */
type CpuProfile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** Lines and columns begin at 0. */
type CallFrame = {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
};

type SelfTime = { readonly name: string; readonly where: string; readonly microseconds: number };

/** By function, the largest first. */
function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly SelfTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const maps = new Map<string, SourceMap | undefined>();
  const sums = new Map<string, SelfTime>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const where = sourceOf(frame, maps);
    const name = frame.functionName || '(anonymous)';
    const before = sums.get(`${name} ${where}`)?.microseconds ?? 0;
    sums.set(`${name} ${where}`, { name, where, microseconds: before + (timeDeltas[index] ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.microseconds - a.microseconds);
}

/** The place in the sources, by the map beside the bundle. */
function sourceOf({ url, lineNumber, columnNumber }: CallFrame, maps: Map<string, SourceMap | undefined>): string {
  if (!url.startsWith('file:')) return url;
  const path = fileURLToPath(url);
  if (!maps.has(path)) maps.set(path, readSourceMap(path));
  const entry = maps.get(path)?.findEntry(lineNumber, columnNumber);
  if (entry === undefined || !('originalSource' in entry)) return `${relative(root, path)}:${lineNumber + 1}`;
  return `${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}`;
}

function readSourceMap(path: string): SourceMap | undefined {
  const map = `${path}.map`;
  return existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8'))) : undefined;
}
