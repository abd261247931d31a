import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type CaptureFileOptions, createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import type { SourceEnd } from '../../../src/capture/source.ts';
import { type Counters, createCounters } from '../../../src/telemetry/counters.ts';
import { pcapFile, pcapngFile, type WrittenFrame } from '../../support/capture/capture-writer.ts';
import { type SeenFrame, seen } from '../../support/program/read-records.ts';
import { startProgram } from '../../support/program/start-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'several-files-'));
after(() => rmSync(folder, { recursive: true }));

const start = 1_704_164_645_000_000;
const formats: readonly ((frames: readonly WrittenFrame[]) => Buffer)[] = [
  (frames) => pcapFile(frames),
  (frames) => pcapngFile(frames),
  (frames) => gzipSync(pcapFile(frames, { resolution: 'nanoseconds', byteOrder: 'big' })),
  (frames) => gzipSync(pcapngFile(frames)),
];

/** Frames that can be told apart, captured so many microseconds after the start. */
function framesAt(times: readonly number[], first = 0): WrittenFrame[] {
  return times.map((time, index) => ({ time: start + time, bytes: Buffer.from(`${first + index}`) }));
}

function stored(name: string, content: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

type Seen = { readonly end: SourceEnd; readonly frames: readonly SeenFrame[]; readonly counters: Counters };

async function readFiles(paths: readonly string[], options: Partial<CaptureFileOptions> = {}): Promise<Seen> {
  const frames: SeenFrame[] = [];
  const counters = createCounters();
  const source = createCaptureFileSource({ paths, ...options }, counters);
  const end = await source.run({ frame: (frame) => frames.push(seen(frame)), tick: () => {} });
  assert.equal(counters.frames_received, frames.length);
  return { end, frames, counters };
}

function texts(frames: readonly SeenFrame[]): string[] {
  return frames.map(({ packet }) => Buffer.from(packet, 'hex').toString());
}

function writtenTexts(frames: readonly WrittenFrame[]): string[] {
  return frames.map(({ bytes }) => bytes.toString());
}

/** The naive way: always the file whose next frame is the earliest, of equal ones the one that began first. */
function merged(files: readonly (readonly WrittenFrame[])[]): WrittenFrame[] {
  const timeOf = (frames: readonly WrittenFrame[]) => frames[0]?.time ?? Number.POSITIVE_INFINITY;
  const left = [...files].sort((a, b) => timeOf(a) - timeOf(b)).map((frames) => [...frames]);
  const result: WrittenFrame[] = [];
  for (;;) {
    const earliest = left.reduce((best, frames) => (timeOf(frames) < timeOf(best) ? frames : best), left[0] ?? []);
    const frame = earliest.shift();
    if (frame === undefined) return result;
    result.push(frame);
  }
}

const anyFiles = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 }), {
  minLength: 2,
  maxLength: 6,
});

test('files of any formats, with any times, are merged as the naive way does it', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(anyFiles, fc.nat(), async (timesOfFiles, seed) => {
      round++;
      let count = 0;
      const files = timesOfFiles.map((times) => {
        const frames = framesAt(times, count);
        count += times.length;
        return frames;
      });
      const paths = files.map((frames, index) =>
        stored(`any-${round}-${index}`, (formats[(seed + index) % formats.length] ?? pcapFile)(frames)),
      );
      const { end, frames } = await readFiles(paths);
      assert.deepEqual(end, { kind: 'finished' });
      assert.deepEqual(texts(frames), writtenTexts(merged(files)));
    }),
    { numRuns: 150 },
  );
});

test('a capture that was rotated anywhere is the same as the whole one, in any order of arguments', async () => {
  let round = 0;
  const anyRotation = fc.record({
    gaps: fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 2, maxLength: 30 }),
    cuts: fc.array(fc.nat(30), { maxLength: 5 }),
    keys: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(anyRotation, async ({ gaps, cuts, keys }) => {
      round++;
      let time = 0;
      const whole = framesAt(gaps.map((gap) => (time += gap)));
      const bounds = [0, ...cuts.map((cut) => cut % whole.length).sort((a, b) => a - b), whole.length];
      const paths = bounds.slice(1).map((bound, index) => {
        const format = formats[(keys[index] ?? 0) % formats.length] ?? pcapFile;
        return stored(`rotated-${round}-${index}`, format(whole.slice(bounds[index], bound)));
      });
      const shuffled = paths.map((path, index) => [keys[index] ?? 0, path] as const).sort((a, b) => a[0] - b[0]);
      const { end, frames } = await readFiles(shuffled.map(([, path]) => path));
      assert.deepEqual(end, { kind: 'finished' });
      assert.deepEqual(texts(frames), writtenTexts(whole));
    }),
    { numRuns: 150 },
  );
});

test('files larger than a part, and records larger than the first part, are merged alike', async () => {
  const large = (odd: number) =>
    Array.from({ length: 400 }, (_, index) => ({
      time: start + 2 * index + odd,
      bytes: Buffer.alloc(9000, `${2 * index + odd} `),
    }));
  const files = [large(0), large(1)];
  const paths = files.map((frames, index) => stored(`large-${index}`, (formats[index] ?? pcapFile)(frames)));
  const { frames } = await readFiles(paths);
  assert.deepEqual(texts(frames), writtenTexts(merged(files)));
});

test('of a thousand files in a row only a few are open at any time', async () => {
  const paths = Array.from({ length: 1000 }, (_, index) =>
    stored(`row-${index}`, pcapFile(framesAt([index * 1000, index * 1000 + 1500], index * 2))),
  );
  const before = readdirSync('/proc/self/fd').length;
  let most = 0;
  const onProgress = () => {
    most = Math.max(most, readdirSync('/proc/self/fd').length);
  };
  const { end, frames } = await readFiles(paths.toReversed(), { onProgress });
  assert.deepEqual(end, { kind: 'finished' });
  assert.equal(frames.length, 2000);
  assert.ok(most - before < 20, `${most - before} more are open`);
  const times = frames.map(({ time }) => time);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('more than 64 files of one time are too many: each one more is named, the others are read', async () => {
  const paths = Array.from({ length: 66 }, (_, index) => stored(`same-${index}`, pcapFile(framesAt([index, 10_000]))));
  const { end, frames } = await readFiles(paths);
  const because = 'cannot be read: 64 other files are of the same time; merge some of them first.';
  assert.deepEqual(end, {
    kind: 'failed',
    message: `Capture file ${paths[64]} ${because} Capture file ${paths[65]} ${because}`,
  });
  assert.equal(frames.length, 128);
});

test('each file that cannot be read, or not to its end, is named, and the others are read', async () => {
  const missing = join(folder, 'missing');
  const empty = stored('empty', Buffer.alloc(0));
  const stranger = stored('stranger', Buffer.from('hello'));
  const cut = stored('cut', pcapFile(framesAt([3, 4])).subarray(0, -1));
  const damaged = pcapngFile(framesAt([5]));
  const odd = stored('odd', Buffer.concat([damaged, Buffer.alloc(12)]));
  const without = stored('without', pcapFile([]));
  const fine = stored('fine', pcapFile(framesAt([1, 9])));
  const { end, frames } = await readFiles([missing, empty, cut, odd, stranger, without, fine]);
  assert.ok(end.kind === 'failed');
  assert.equal(
    end.message,
    [
      `Capture file ${missing} cannot be opened: there is no such file.`,
      `Capture file ${empty} is empty.`,
      `Capture file ${cut} is cut short beyond byte 41, after 1 packet: only 16 bytes are left of what begins there.`,
      `Capture file ${odd} cannot be read beyond byte ${damaged.length}, after 1 packet: ` +
        'a block cannot be 0 bytes long.',
      `Capture file ${stranger} is not a pcap or pcapng capture: it begins with 68 65 6c 6c (text).`,
    ].join(' '),
  );
  assert.deepEqual(
    frames.map(({ time }) => time - start),
    [1, 3, 5, 9],
  );
});

test('a pipe is merged with files, and read only once', { timeout: 120_000 }, async (t) => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const even = Array.from({ length: 20_000 }, (_, index) => 2 * index);
  const file = stored('beside', pcapFile(framesAt(even)));
  const odd = stored('piped', gzipSync(pcapFile(framesAt(even.map((time) => time + 1)))));
  const writer = startProgram('sh', ['-c', `cat '${odd}' > '${path}'`], { stdio: 'ignore' });
  t.after(() => writer.kill());
  const { end, frames } = await readFiles([file, path]);
  assert.deepEqual(end, { kind: 'finished' });
  assert.ok(frames.length === 40_000 && frames.every(({ time }, index) => time === start + index));
});

test('a stop ends several files, also while it is not known yet where each begins', { timeout: 120_000 }, async () => {
  const path = join(folder, 'lonely-pipe');
  execFileSync('mkfifo', [path]);
  const waiting = createCaptureFileSource(
    { paths: [stored('first', pcapFile(framesAt([0]))), path] },
    createCounters(),
  );
  const run = waiting.run({ frame: () => assert.fail(), tick: () => {} });
  setTimeout(() => waiting.stop(), 100);
  assert.deepEqual(await run, { kind: 'stopped' });
  const paths = [0, 1].map((index) => stored(`stopped-${index}`, pcapFile(framesAt([index, index + 10]))));
  const source = createCaptureFileSource({ paths }, createCounters());
  assert.deepEqual(await source.run({ frame: () => source.stop(), tick: () => {} }), { kind: 'stopped' });
});

test('progress is that of all files', async () => {
  const contents = [0, 1, 2].map((index) => pcapFile(framesAt([index, index + 2])));
  const paths = contents.map((content, index) => stored(`progress-${index}`, content));
  const calls: (readonly [number, number | undefined])[] = [];
  await readFiles(paths, { onProgress: (...call) => calls.push(call) });
  const total = Buffer.concat(contents).length;
  assert.deepEqual(calls.at(-1), [total, total]);
  assert.ok(calls.every(([bytes], index) => bytes >= (calls[index - 1]?.[0] ?? 0)));
});

test('only packets of the window count; the others are counted apart, and do not move the clock', async () => {
  const anyWindow = fc.tuple(fc.integer({ min: -5, max: 50 }), fc.integer({ min: -5, max: 50 }));
  await fc.assert(
    fc.asyncProperty(anyFiles, anyWindow, async (timesOfFiles, [since, until]) => {
      const paths = timesOfFiles.map((times, index) => stored(`window-${index}`, pcapFile(framesAt(times))));
      const all = timesOfFiles.flat();
      const inside = all.filter((time) => since <= time && time < until);
      const window = { since: start + since, until: start + until };
      const { frames, counters } = await readFiles(paths, { window });
      assert.deepEqual(
        frames.map(({ time }) => time - start).sort((a, b) => a - b),
        inside.sort((a, b) => a - b),
      );
      assert.equal(counters.frames_outside_window, all.length - inside.length);
    }),
    { numRuns: 60 },
  );
  const ticks: number[] = [];
  const path = stored('clock', pcapFile(framesAt([0, 1e6, 2e6, 3e6, 4e6])));
  const window = { since: start + 1e6, until: start + 4e6 };
  const source = createCaptureFileSource({ paths: [path], window }, createCounters());
  await source.run({ frame: () => {}, tick: (now) => ticks.push(now - start) });
  assert.deepEqual(ticks, [2e6, 3e6]);
});
