import { createCaptureFileSource } from '../../src/capture/file/capture-file.ts';
import { type Frame, LinkType } from '../../src/capture/frame.ts';
import type { SourceEnd } from '../../src/capture/source.ts';
import { loadSettings } from '../../src/config/settings.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { createPipeline, type Pipeline, type PipelineSettings } from '../../src/pipeline.ts';
import { type Counters, createCounters } from '../../src/telemetry/counters.ts';

/** A pipeline under test and all that came out of it. */
export type PipelineRun = {
  readonly pipeline: Pipeline;
  readonly counters: Counters;
  readonly exchanges: Exchange[];
  /** Errors of our own. */
  readonly failures: unknown[];
};

/** What the pipeline is given when no variable is set. */
export function defaultPipelineSettings(): PipelineSettings {
  const loaded = loadSettings({});
  if (loaded.kind !== 'ok') throw new Error(loaded.problems.join(' '));
  const { tcp, http, exchange } = loaded.settings;
  return { tcp, http, exchange: { ...exchange, bodyLimitBytes: 0 } };
}

export function startPipeline(settings: PipelineSettings = defaultPipelineSettings()): PipelineRun {
  const counters = createCounters();
  const exchanges: Exchange[] = [];
  const failures: unknown[] = [];
  const pipeline = createPipeline(
    settings,
    counters,
    () => false,
    (exchange) => exchanges.push(exchange),
    (error) => failures.push(error),
  );
  return { pipeline, counters, exchanges, failures };
}

export type CapturedPacket = { readonly time: number; readonly bytes: Buffer };

/** How often the clock is told, microseconds, as a capture file does it. */
const tickInterval = 100_000;

/** Feeds packets of one link type, raw IP by default, and closes the capture. */
export function runPackets(
  packets: readonly CapturedPacket[],
  linkType: number = LinkType.raw,
  settings?: PipelineSettings,
): PipelineRun {
  const run = startPipeline(settings);
  let nextTick = Number.NEGATIVE_INFINITY;
  for (const { time, bytes } of packets) {
    if (time >= nextTick) {
      run.pipeline.tick(time);
      nextTick = time + tickInterval;
    }
    run.counters.frames_received++;
    run.pipeline.frame(rawFrame(bytes, time, linkType));
  }
  run.pipeline.close();
  return run;
}

/** Reads a whole capture file and closes the capture. */
export async function runCaptureFile(path: string): Promise<PipelineRun & { readonly end: SourceEnd }> {
  const run = startPipeline();
  const end = await createCaptureFileSource({ path }, run.counters).run(run.pipeline);
  run.pipeline.close();
  return { ...run, end };
}

/** The frames of a capture file, copied. */
export async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  const keep = (frame: Frame) => {
    const bytes = Buffer.from(frame.bytes.subarray(frame.start, frame.end));
    frames.push({ ...frame, bytes, start: 0, end: bytes.length });
  };
  await createCaptureFileSource({ path }, createCounters()).run({ frame: keep, tick: () => {} });
  return frames;
}

export function rawFrame(bytes: Buffer, time: number, linkType: number): Frame {
  return { bytes, start: 0, end: bytes.length, wireLength: bytes.length, time, linkType, direction: undefined };
}
