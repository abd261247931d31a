import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createCaptureFileSource } from '../../src/capture/file/capture-file-source.ts';
import type { TimeWindow } from '../../src/capture/file/time-window.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { pcapFile, pcapngFile } from '../support/capture/capture-writer.ts';
import { framesOf, startPipeline } from '../support/program/run-pipeline.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rotated-files-'));
after(() => rmSync(folder, { recursive: true }));
/** Of the files in it. */
let count = 0;

/** What comes out of capture files, and what the counters say of it. */
async function outcome(paths: readonly string[], window?: TimeWindow) {
  const run = startPipeline();
  const options = window === undefined ? { paths } : { paths, window };
  const end = await createCaptureFileSource(options, run.counters).run(run.pipeline);
  run.pipeline.close();
  assert.deepEqual(end, { kind: 'finished' });
  return { exchanges: run.exchanges, failures: run.failures, counters: { ...run.counters, frames_outside_window: 0 } };
}

/** Writes frames as a file of the chosen format, or of one that has room for their interfaces and directions. */
function stored(frames: readonly Frame[], format: number): string {
  const linkTypes = [...new Set(frames.map(({ linkType }) => linkType))];
  const written = frames.map(({ direction, ...frame }) => {
    const on = { ...frame, interface: linkTypes.indexOf(frame.linkType) };
    return direction === undefined ? on : { ...on, direction };
  });
  const fitsPcap = linkTypes.length === 1 && frames.every(({ direction }) => direction === undefined);
  const content =
    fitsPcap && format % 2 === 0
      ? pcapFile(written, { linkType: linkTypes[0] ?? 1 })
      : pcapngFile(written, { interfaces: linkTypes.map((linkType) => ({ linkType })) });
  const path = join(folder, `${count++}`);
  writeFileSync(path, format % 3 === 0 ? gzipSync(content) : content);
  return path;
}

const anyRotation = fc.record({
  cuts: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  keys: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
});

for (const name of readdirSync(golden).filter((each) => /\.pcap(ng)?$/.test(each))) {
  test(`${name} in several files, split anywhere and in any order, gives what the whole one gives`, async () => {
    const frames = await framesOf(`${golden}${name}`);
    const whole = await outcome([`${golden}${name}`]);
    assert.ok(frames.length > 0);
    await fc.assert(
      fc.asyncProperty(anyRotation, async ({ cuts, keys }) => {
        const parts: Frame[][] = [];
        for (const [index, frame] of frames.entries()) {
          const first = parts.at(-1)?.[0];
          // Of two files that begin in the same microsecond nobody could tell which one is first.
          const isCut =
            first === undefined || (cuts.some((cut) => cut % frames.length === index) && frame.time > first.time);
          if (isCut) parts.push([]);
          parts.at(-1)?.push(frame);
        }
        const files = parts.map((part, index) => ({ key: keys[index] ?? 0, path: stored(part, keys[index] ?? 0) }));
        const paths = files.sort((a, b) => a.key - b.key).map(({ path }) => path);
        assert.deepEqual(await outcome(paths), whole);
      }),
      { numRuns: 15 },
    );
  });

  test(`${name} between any two moments gives what a capture of that time would have given`, async () => {
    const frames = await framesOf(`${golden}${name}`);
    const moment = fc.constantFrom(...frames.map(({ time }) => time), Number.POSITIVE_INFINITY);
    await fc.assert(
      fc.asyncProperty(moment, moment, async (one, other) => {
        const window = { since: Math.min(one, other), until: Math.max(one, other) };
        const inside = frames.filter(({ time }) => window.since <= time && time < window.until);
        assert.deepEqual(await outcome([`${golden}${name}`], window), await outcome([stored(inside, 2)]));
      }),
      { numRuns: 10 },
    );
  });
}

test('the two directions of a connection, each in a file of its own, are paired', async () => {
  const name = `${golden}keep-alive.pcap`;
  const frames = await framesOf(name);
  const sourceAddress = ({ bytes }: Frame) => bytes.subarray(26, 30).toString('hex');
  const directions = [...new Set(frames.map(sourceAddress))];
  assert.equal(directions.length, 2);
  const paths = directions.map((address, index) =>
    stored(
      frames.filter((each) => sourceAddress(each) === address),
      index,
    ),
  );
  assert.deepEqual(await outcome(paths), await outcome([name]));
});
