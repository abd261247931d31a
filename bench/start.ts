import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { RunningCommand } from './command.ts';
import { Drain } from './drain.ts';
import { megabytes, shown } from './format.ts';
import { pacedLoad } from './live-load.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { ours } from './live-tools.ts';
import { median } from './median.ts';
import { type Bench, type Section, skipped } from './part.ts';
import { endedChildrenCpuSeconds } from './process-usage.ts';
import { left, right } from './table.ts';

const title = 'Start and size';
const columns = [left('what'), right('median'), right('of runs')];
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const native = fileURLToPath(new URL('../node_modules/@koromix', import.meta.url));

/**
 * How long it takes from the start of the process to the first packet that is captured, and how large what is shipped
 * is.
 */
export async function start(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip', 'nginx');
  if (missing !== undefined) return skipped(title, missing);
  const network = new LiveNetwork(bench.folder);
  const runs = bench.quick ? 3 : 9;
  try {
    const nginx = await network.startNginx();
    const traffic = pacedLoad(1000, 0, bench.quick).words(2 * runs, 0);
    const client = new RunningCommand({ name: 'client', words: network.onClient(traffic) }, new Drain(bench.folder));
    const firstPackets: number[] = [];
    for (let run = 0; run < runs; run++) firstPackets.push(await millisecondsToFirstPacket(network));
    await client.stop();
    const bare = [];
    for (let run = 0; run < runs; run++) bare.push(await cpuOfBareNode());
    await nginx.stop();
    const rows = [
      ['from the start of the process to its first packet, ms', shown(median(firstPackets)), String(runs)],
      ['CPU of `node -e 0`, which is part of that, ms', shown(median(bare)), String(runs)],
      ...sizes(),
    ];
    return {
      title,
      columns,
      rows,
      notes: ['The first packet: the time in the first record. Sizes are those on disk, without source maps.'],
    };
  } finally {
    network.remove();
  }
}

async function millisecondsToFirstPacket(network: LiveNetwork): Promise<number> {
  const { command } = ours(true);
  const [program = '', ...words] = network.onServer(command.words);
  const { PATH = '' } = process.env;
  const started = Date.now();
  const logger = spawn(program, words, { env: { PATH, ...command.env }, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface(logger.stdout), 'line');
  logger.stdout.resume();
  logger.kill('SIGINT');
  await once(logger, 'close');
  return Date.parse(JSON.parse(line).time) - started;
}

async function cpuOfBareNode(): Promise<number> {
  const before = endedChildrenCpuSeconds();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close');
  return (endedChildrenCpuSeconds() - before) * 1000;
}

function sizes(): readonly string[][] {
  const bundle = filesIn(dist, /\.js$/);
  const binding = filesIn(native, /linux_(x64|arm64)\/koffi\.node$/);
  return [
    ['the bundle, with what is loaded on demand, MB', megabytes(bytesOf(bundle)), ''],
    ['the same, compressed, MB', megabytes(gzipSync(Buffer.concat(bundle)).length), ''],
    ['the native part of koffi, MB', megabytes(bytesOf(binding)), ''],
  ];
}

function filesIn(folder: string, form: RegExp): readonly Buffer[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => form.test(name));
  return names.map((name) => readFileSync(`${folder}/${name}`));
}

function bytesOf(files: readonly Buffer[]): number {
  return files.reduce((sum, { length }) => sum + length, 0);
}
