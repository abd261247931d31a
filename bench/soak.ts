import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCommand } from './command.ts';
import { megabytes, shown, whole } from './format.ts';
import { type LiveBench, sendTraffic, startCapture } from './live.ts';
import { soakLoads } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { ours } from './live-tools.ts';
import { median } from './median.ts';
import { type Bench, type Section, skipped } from './part.ts';
import { residentBytes } from './process-usage.ts';
import { droppedRecords, lastCounters, unconserved } from './soak-counters.ts';
import { left, right } from './table.ts';

const title = 'Soak: full load for a long time';
const columns = [left('what'), right('value'), left('target')];
const sampleMs = 1000;
/** Of the memory in the middle third of the time; after the first third, in which the engine finds its size. */
const flatShare = 1.1;

/**
 * As fast as client and server can, with connections that stay and others that come and go. Memory must stay flat, and
 * the account must add up.
 */
export async function soak(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip', 'nginx', 'wrk');
  if (missing !== undefined) return skipped(title, missing);
  const seconds = bench.quick ? 30 : 600;
  const network = new LiveNetwork(bench.folder);
  try {
    const nginx = await network.startNginx();
    const tool = ours(true);
    const env = { ...tool.command.env, MODE: 'debug' };
    const capture = await startCapture({ ...bench, network }, { ...tool, command: { ...tool.command, env } });
    const servedBefore = network.requestsServed();
    const resident = await sampled({ ...bench, network }, capture.pid, seconds);
    const served = network.requestsServed() - servedBefore;
    await sleep(1000);
    await capture.stop('SIGINT');
    await nginx.stop();
    const { rows, points } = results(capture, resident, { served, seconds });
    const series = [{ name: tool.name, points }];
    const plot = { name: 'soak', title: 'Memory under full load', xTitle: 'seconds', yTitle: 'resident MB', series };
    const notes = [
      'wrk over 40 connections that stay, and over 10 of which each carries one request: two clients, nginx, the ' +
        'logger and the reader of its records want more than the cores of this machine, so this is overload for all ' +
        'of the time. Memory must stay flat then, and all that is lost be counted.',
    ];
    return { title, columns, rows, notes, plots: [plot] };
  } finally {
    network.remove();
  }
}

async function sampled(bench: LiveBench, pid: number, seconds: number): Promise<readonly number[]> {
  const resident: number[] = [];
  const timer = setInterval(() => {
    resident.push(residentBytes(pid));
    bench.progress(`soak: ${resident.length} of ${seconds} s, ${megabytes(resident.at(-1))} MB`);
  }, sampleMs);
  await Promise.all(soakLoads(seconds).map((words) => sendTraffic(bench, words, seconds + 60)));
  clearInterval(timer);
  return resident;
}

/** How many requests nginx has answered in how long. */
type Served = { readonly served: number; readonly seconds: number };

function results(capture: RunningCommand, resident: readonly number[], { served, seconds }: Served) {
  const third = Math.floor(resident.length / 3);
  const middle = median(resident.slice(third, 2 * third)) ?? 0;
  const last = median(resident.slice(2 * third)) ?? 0;
  const count = lastCounters(capture.errors);
  const exchanges = count('records_built');
  const wrong = unconserved(count, capture.output.lines);
  const rows = [
    ['requests that nginx answered', whole(served), ''],
    ['a second', whole(served / seconds), ''],
    ['connections', whole(count('connections_opened')), ''],
    ['exchanges seen', `${shown((exchanges / served) * 100)} %`, ''],
    ['packets dropped by the kernel, counted', whole(count('frames_dropped_kernel')), ''],
    ['records dropped because standard output was full, counted', whole(droppedRecords(count)), ''],
    ['resident MB, middle third', megabytes(middle), ''],
    ['resident MB, last third', megabytes(last), verdict('at most 10 % more', last <= middle * flatShare)],
    [
      'counters that do not add up',
      wrong.length === 0 ? 'none' : wrong.join('; '),
      verdict('none', wrong.length === 0),
    ],
  ];
  return { rows, points: resident.map((bytes, second) => [second, bytes / 1e6] as const) };
}

function verdict(target: string, isMet: boolean): string {
  return `${target}: ${isMet ? 'met' : 'missed'}`;
}
