import { setTimeout as sleep } from 'node:timers/promises';
import { megabytes, percent } from './format.ts';
import { type LiveBench, startCapture } from './live.ts';
import { LiveNetwork, liveMissing } from './live-network.ts';
import { type LiveTool, liveTools } from './live-tools.ts';
import { type Bench, type Section, skipped } from './part.ts';
import { cpuSeconds } from './process-usage.ts';
import { left, right } from './table.ts';

const title = 'Idle: no traffic';
/** The first checks cost more, as the engine has not compiled anything yet. */
const settleSeconds = 10;
/** Of one core. */
const cpuTarget = 0.003;

const columns = [left('tool'), right('CPU, of one core'), right('peak RSS MB'), right('private MB'), left('target')];

/** What waiting for packets costs; all tools wait at the same time. */
export async function idle(bench: Bench): Promise<Section> {
  const missing = liveMissing('ip');
  if (missing !== undefined) return skipped(title, missing);
  const seconds = bench.quick ? 2 : 20;
  const network = new LiveNetwork(bench.folder);
  try {
    const rows = await Promise.all(liveTools().map((tool) => measureIdle({ ...bench, network }, tool, seconds)));
    return {
      title,
      columns,
      rows,
      notes: [
        `${seconds} s on an interface without packets, all tools at the same time, ${settleSeconds} s after ` +
          'their start.',
      ],
    };
  } finally {
    network.remove();
  }
}

async function measureIdle(bench: LiveBench, tool: LiveTool, seconds: number): Promise<string[]> {
  bench.progress('idle');
  const capture = await startCapture(bench, tool);
  await sleep(bench.quick ? 0 : settleSeconds * 1000);
  const cpuBefore = cpuSeconds(capture.pid);
  await sleep(seconds * 1000);
  const share = (cpuSeconds(capture.pid) - cpuBefore) / seconds;
  const { peakBytes, privateBytes } = capture.memory();
  await capture.stop('SIGINT');
  const target = `at most ${percent(cpuTarget)}: ${share <= cpuTarget ? 'met' : 'missed'}`;
  return [tool.name, percent(share, 2), megabytes(peakBytes), megabytes(privateBytes), tool.isOurs ? target : ''];
}
