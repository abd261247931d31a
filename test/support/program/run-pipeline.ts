import { createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import { type Frame, LinkType } from '../../../src/capture/frame.ts';
import type { SourceEnd } from '../../../src/capture/source.ts';
import { loadSettings, type Settings } from '../../../src/config/settings.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { FailedConnection } from '../../../src/exchange/failed-connection.ts';
import type { Progress } from '../../../src/exchange/progress.ts';
import type { Session } from '../../../src/exchange/session.ts';
import {
  createPipeline,
  type Pipeline,
  type PipelineSettings,
  type PipelineSurroundings,
} from '../../../src/pipeline.ts';
import { createRecordBuilder } from '../../../src/record/build.ts';
import { createProgressRecordBuilder } from '../../../src/record/build-progress.ts';
import { createSessionRecordBuilder } from '../../../src/record/build-session.ts';
import { type Counters, createCounters } from '../../../src/telemetry/counters.ts';

/** A pipeline under test and all that came out of it. */
export type PipelineRun = {
  readonly pipeline: Pipeline;
  readonly counters: Counters;
  readonly exchanges: Exchange[];
  readonly sessions: Session[];
  /** Interim accounts of exchanges. */
  readonly accounts: Progress[];
  /** Outgoing ones that never came up. */
  readonly failedConnections: FailedConnection[];
  /** Errors of our own. */
  readonly failures: unknown[];
};

/** Read once: some tests start thousands of pipelines. */
const defaultSettings: Settings = (() => {
  const loaded = loadSettings({});
  if (loaded.kind !== 'ok') throw new Error(loaded.problems.join(' '));
  return loaded.settings;
})();

/** What the pipeline is given when no variable is set. */
export function defaultPipelineSettings(): PipelineSettings {
  const { tcp, http, exchange } = defaultSettings;
  const exchanges = { ...exchange, bodyLimitBytes: 0, readsToEnd: false };
  return { packet: { decapsulates: true }, tcp, http, exchange: exchanges };
}

/** The same for a capture file. */
export function fileSettings(): PipelineSettings {
  const settings = defaultPipelineSettings();
  return { ...settings, exchange: { ...settings.exchange, readsToEnd: true } };
}

const { record } = defaultSettings;
const buildRecord = createRecordBuilder({ ...record, identity: { ...record.identity, hostname: undefined } });
const buildSessionRecord = createSessionRecordBuilder(buildRecord);
const buildProgressRecord = createProgressRecordBuilder(buildRecord);

export type PipelineOptions = {
  readonly settings?: PipelineSettings | undefined;
  /** Sees each exchange in its place. */
  readonly observe?: ((exchange: Exchange) => void) | undefined;
  readonly protocols?: PipelineSurroundings['protocols'];
  readonly isLocal?: PipelineSurroundings['isLocal'];
};

/** A pipeline whose records nobody takes. */
export function startPipeline(options: PipelineOptions = {}): PipelineRun {
  const counters = createCounters();
  const exchanges: Exchange[] = [];
  const sessions: Session[] = [];
  const accounts: Progress[] = [];
  const failedConnections: FailedConnection[] = [];
  const failures: unknown[] = [];
  const surroundings: PipelineSurroundings = {
    counters,
    seed: 0,
    isLocal: options.isLocal ?? (() => false),
    ownTraffic: { isOwn: () => false, isOwnExchange: () => false, isOwnAttempt: () => false },
    onFailure: (error) => failures.push(error),
    ...(options.protocols === undefined ? {} : { protocols: options.protocols }),
  };
  const pipeline = createPipeline(options.settings ?? defaultPipelineSettings(), surroundings, {
    observe: options.observe ?? ((exchange) => exchanges.push(exchange)),
    isIgnored: () => false,
    buildRecord,
    connects: { observe: (failed) => failedConnections.push(failed), buildRecord: undefined },
    sessions: {
      types: ['websocket', 'tunnel'],
      buildRecord: (session) => {
        sessions.push(session);
        return buildSessionRecord(session);
      },
    },
    progress: {
      buildRecord: (account) => {
        accounts.push(account);
        return buildProgressRecord(account);
      },
    },
    sinks: [],
  });
  return { pipeline, counters, exchanges, sessions, accounts, failedConnections, failures };
}

export type CapturedPacket = {
  readonly time: number;
  readonly bytes: Buffer;
  /** Length on the wire when a snap length has cut `bytes`. */
  readonly wireLength?: number;
};

/** How often the clock is told, microseconds, as a capture file does it. */
const tickInterval = 100_000;

/** Feeds packets of one link type, raw IP by default, and closes the capture. */
export function runPackets(
  packets: readonly CapturedPacket[],
  linkType: number = LinkType.raw,
  settings?: PipelineSettings,
): PipelineRun {
  const run = startPipeline({ settings });
  let nextTick = Number.NEGATIVE_INFINITY;
  for (const { time, bytes, wireLength = bytes.length } of packets) {
    if (time >= nextTick) {
      run.pipeline.tick(time);
      nextTick = time + tickInterval;
    }
    run.counters.frames_received++;
    run.pipeline.frame({ ...rawFrame(bytes, time, linkType), wireLength });
  }
  run.pipeline.close();
  return run;
}

/** Reads a whole capture file and closes the capture. */
export async function runCaptureFile(path: string): Promise<PipelineRun & { readonly end: SourceEnd }> {
  const run = startPipeline();
  const end = await createCaptureFileSource({ paths: [path] }, run.counters).run(run.pipeline);
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
  await createCaptureFileSource({ paths: [path] }, createCounters()).run({ frame: keep, tick: () => {} });
  return frames;
}

export function rawFrame(bytes: Buffer, time: number, linkType: number): Frame {
  return { bytes, start: 0, end: bytes.length, wireLength: bytes.length, time, linkType, direction: undefined };
}
