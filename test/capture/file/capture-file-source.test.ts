import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type CaptureFileOptions, createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import type { Frame } from '../../../src/capture/frame.ts';
import type { SourceEnd } from '../../../src/capture/source.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';
import { pcapFile, pcapngBlock, pcapngFile, type WrittenFrame } from '../../support/capture/capture-writer.ts';
import { mutated } from '../../support/program/mutate.ts';
import { createRandom } from '../../support/program/random.ts';
import { type SeenFrame, seen } from '../../support/program/read-records.ts';
import { startProgram } from '../../support/program/start-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'capture-file-'));
after(() => rmSync(folder, { recursive: true }));

const start = 1_704_164_645_000_000;

function numbered(count: number, size = 20): WrittenFrame[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.alloc(size, index);
    bytes.writeUInt32BE(index);
    return { time: start + index * 1000, bytes };
  });
}

function packets(frames: readonly WrittenFrame[]): string[] {
  return frames.map(({ bytes }) => bytes.toString('hex'));
}

function stored(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

type Seen = { readonly end: SourceEnd; readonly frames: readonly SeenFrame[] };

async function readFile(path: string, options: Partial<CaptureFileOptions> = {}): Promise<Seen> {
  const frames: SeenFrame[] = [];
  const counters = createCounters();
  const source = createCaptureFileSource({ paths: [path], ...options }, counters);
  const end = await source.run({ frame: (frame: Frame) => frames.push(seen(frame)), tick: () => {} });
  assert.equal(counters.frames_received, frames.length);
  return { end, frames };
}

function messageOf(end: SourceEnd): string {
  assert.equal(end.kind, 'failed');
  return end.kind === 'failed' ? end.message : '';
}

test('pcap and pcapng files of many pieces are read to the end, also compressed', async () => {
  const frames = numbered(3000, 1460);
  for (const [name, content] of [
    ['many.pcap', pcapFile(frames)],
    ['many.pcapng', pcapngFile(frames)],
    ['many.pcap.gz', gzipSync(pcapFile(frames))],
    [
      'members.pcap.gz',
      Buffer.concat([gzipSync(pcapFile(frames.slice(0, 9))), gzipSync(pcapFile(frames.slice(9)).subarray(24))]),
    ],
  ] as const) {
    const result = await readFile(stored(name, content));
    assert.deepEqual(result.end, { kind: 'finished' }, name);
    assert.deepEqual(
      result.frames.map(({ packet }) => packet),
      packets(frames),
      name,
    );
  }
});

test('records larger than the buffer make it grow', async () => {
  const frames = [...numbered(2), { time: start, bytes: Buffer.alloc(5_000_001, 5) }, ...numbered(2)];
  const big = pcapngBlock(0x0bad, Buffer.alloc(3_000_000));
  for (const content of [
    pcapFile(frames, { snapLength: 6_000_000 }),
    gzipSync(pcapFile(frames, { snapLength: 6_000_000 })),
    Buffer.concat([pcapngFile([]), big, pcapngFile(frames, { interfaces: [{ snapLength: 6_000_000 }] })]),
  ]) {
    const result = await readFile(stored('large', content));
    assert.deepEqual(result.end, { kind: 'finished' });
    assert.deepEqual(
      result.frames.map(({ packet }) => packet),
      packets(frames),
    );
  }
});

test('a file without packets is finished at once', async () => {
  for (const content of [pcapFile([]), pcapngFile([])]) {
    assert.deepEqual((await readFile(stored('none', content))).end, { kind: 'finished' });
  }
});

test('ticks follow capture time in steps of 100 ms or more, also once its clock has been set back', async () => {
  const offsets = [
    0, 50_000, 99_999, 100_000, 150_000, 90_000, 199_999, 200_001, 7_200_000_000, 7_200_000_001, 300_000,
  ];
  const frames = offsets.map((offset) => ({ time: start + offset, bytes: Buffer.alloc(1) }));
  const order: string[] = [];
  await createCaptureFileSource({ paths: [stored('ticks', pcapFile(frames))] }, createCounters()).run({
    frame: ({ time }) => order.push(`frame ${time - start}`),
    tick: (now) => order.push(`tick ${now - start}`),
  });
  const isTick = (offset: number) => [100_000, 200_001, 7_200_000_000, 300_000].includes(offset);
  assert.deepEqual(
    order,
    offsets.flatMap((offset) => [...(isTick(offset) ? [`tick ${offset}`] : []), `frame ${offset}`]),
  );
});

test('progress is told in bytes of the file', async () => {
  const content = pcapFile(numbered(3000, 1460));
  const calls: (readonly [number, number | undefined])[] = [];
  await readFile(stored('progress', content), { onProgress: (...call) => calls.push(call) });
  assert.ok(calls.length > 3);
  assert.deepEqual(calls.at(-1), [content.length, content.length]);
  const compressed = gzipSync(content);
  await readFile(stored('progress', compressed), { onProgress: (...call) => calls.push(call) });
  assert.deepEqual(calls.at(-1), [compressed.length, compressed.length]);
});

test('nothing more is read while the consumer is not ready', async () => {
  const path = stored('ready', pcapFile(numbered(3000, 1460)));
  let count = 0;
  const countsWhenReady: number[] = [];
  const ready = async () => {
    const before = count;
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    countsWhenReady.push(before, count);
  };
  const source = createCaptureFileSource({ paths: [path], ready }, createCounters());
  await source.run({ frame: () => count++, tick: () => {} });
  assert.equal(count, 3000);
  assert.ok(countsWhenReady.length > 6);
  for (let call = 0; call < countsWhenReady.length; call += 2) {
    assert.equal(countsWhenReady[call], countsWhenReady[call + 1]);
  }
});

test('a stop between two packets ends the run soon', async () => {
  const path = stored('stop', pcapFile(numbered(30_000, 1460)));
  const counters = createCounters();
  const source = createCaptureFileSource({ paths: [path] }, counters);
  const end = await source.run({ frame: () => source.stop(), tick: () => {} });
  assert.deepEqual(end, { kind: 'stopped' });
  assert.ok(counters.frames_received < 2000, `${counters.frames_received} packets`);
});

test('a stop before the run reads nothing', async () => {
  const source = createCaptureFileSource({ paths: [stored('unread', pcapFile(numbered(1)))] }, createCounters());
  source.stop();
  assert.deepEqual(await source.run({ frame: () => assert.fail(), tick: () => {} }), { kind: 'stopped' });
});

test('a stop ends the wait for a silent pipe', { timeout: 120_000 }, async (t) => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const writer = startProgram('sh', ['-c', `exec 3> '${path}'; cat >&3`], { stdio: ['pipe', 'ignore', 'ignore'] });
  t.after(() => writer.kill());
  const source = createCaptureFileSource({ paths: [path] }, createCounters());
  const run = source.run({ frame: () => source.stop(), tick: () => {} });
  writer.stdin.write(pcapFile(numbered(1)));
  assert.deepEqual(await run, { kind: 'stopped' });
  writer.stdin.end();
  await once(writer, 'close');
});

test('a pipe is waited for until its first writer comes, and read to its end', { timeout: 120_000 }, async (t) => {
  const path = join(folder, 'late-pipe');
  execFileSync('mkfifo', [path]);
  const reading = readFile(path);
  await setTimeout(200);
  const writer = startProgram('sh', ['-c', `cat '${stored('piped', pcapFile(numbered(30_000)))}' > '${path}'`], {
    stdio: 'ignore',
  });
  t.after(() => writer.kill());
  const { end, frames } = await reading;
  assert.deepEqual([end, frames.length], [{ kind: 'finished' }, 30_000]);
});

test('a stop ends the wait for a pipe that nobody writes to', { timeout: 120_000 }, async () => {
  const path = join(folder, 'lonely-pipe');
  execFileSync('mkfifo', [path]);
  const source = createCaptureFileSource({ paths: [path] }, createCounters());
  const run = source.run({ frame: () => {}, tick: () => {} });
  await setTimeout(200);
  source.stop();
  assert.deepEqual(await run, { kind: 'stopped' });
});

test('standard input is read in pieces of any size, also compressed', async () => {
  const content = pcapFile(numbered(200));
  const program = `
    import { createCaptureFileSource } from './src/capture/file/capture-file-source.ts';
    import { createCounters } from './src/telemetry/counters.ts';
    const counters = createCounters();
    const end = await createCaptureFileSource({ paths: ['-'] }, counters).run({ frame() {}, tick() {} });
    console.log(JSON.stringify([end, counters.frames_received]));`;
  const expectations = [
    [content, [{ kind: 'finished' }, 200]],
    [gzipSync(content), [{ kind: 'finished' }, 200]],
    [Buffer.alloc(0), [{ kind: 'failed', message: 'Standard input is empty.' }, 0]],
    [
      content.subarray(0, -1),
      [{ kind: 'failed', message: cutShort('Standard input', content.length - 36, 199, 35) }, 199],
    ],
  ] as const;
  for (const [bytes, expected] of expectations) {
    const reader = startProgram(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
    const output = reader.stdout.toArray();
    for (const cut of [0, 1, 3, 100]) {
      reader.stdin.write(bytes.subarray(cut, [1, 3, 100, bytes.length][[0, 1, 3, 100].indexOf(cut)]));
      await setTimeout(5);
    }
    reader.stdin.end();
    assert.deepEqual(JSON.parse(Buffer.concat(await output).toString()), expected);
  }
});

function cutShort(name: string, offset: number, count: number, left: number): string {
  return (
    `${name} is cut short beyond byte ${offset}, after ${count} packets: only ${left} bytes are left of what ` +
    'begins there.'
  );
}

test('a cut file gives what comes before the cut and says where it is', async () => {
  const content = pcapFile(numbered(100));
  const path = stored('cut.pcap', content.subarray(0, -5));
  const { end, frames } = await readFile(path);
  assert.equal(messageOf(end), cutShort(`Capture file ${path}`, content.length - 36, 99, 31));
  assert.equal(frames.length, 99);
});

test('a damaged file gives what comes before the damage and says where and what it is', async () => {
  const content = pcapFile(numbered(3000, 1460));
  const offset = 24 + 2000 * 1476;
  content.writeUInt32LE(0xdeadbeef, offset + 8);
  const path = stored('damaged.pcap', content);
  const { end, frames } = await readFile(path);
  const problem = `beyond byte ${offset}, after 2000 packets: a packet cannot be 3735928559 bytes long`;
  assert.equal(messageOf(end), `Capture file ${path} cannot be read ${problem}.`);
  assert.equal(frames.length, 2000);
});

test('compressed data that ends early or is damaged gives what comes before', async () => {
  const frames = numbered(20_000, 100);
  const compressed = gzipSync(pcapFile(frames));
  const early = stored('early.gz', compressed.subarray(0, -100));
  const first = await readFile(early);
  assert.match(
    messageOf(first.end),
    /beyond byte \d+ of its expanded content, after \d+ packets: its gzip data ends too early\.$/,
  );
  assert.ok(first.frames.length > 19_000, `${first.frames.length} packets`);
  const checksum = compressed.length - 8;
  compressed[checksum] = compressed.readUInt8(checksum) ^ 1;
  const second = await readFile(stored('wrong.gz', compressed));
  assert.match(messageOf(second.end), /: its gzip data is damaged\.$/);
  assert.ok(second.frames.length > 19_800, `${second.frames.length} packets`);
  const afterGzip = await readFile(stored('text.gz', gzipSync('hello')));
  assert.match(messageOf(afterGzip.end), /is not a pcap or pcapng capture: it begins with 68 65 6c 6c \(text\)\.$/);
});

const strangers: readonly (readonly [content: Buffer | string, message: RegExp])[] = [
  ['', /is empty\.$/],
  ['\n', /is not a pcap or pcapng capture: it begins with 0a \(text\)\.$/],
  ['{"log":{"version":"1.2"}}', /it begins with 7b 22 6c 6f \(JSON or HAR text\)\.$/],
  ['GET / HTTP/1.1\r\n', /it begins with 47 45 54 20 \(text\)\.$/],
  [Buffer.from('28b52ffd0000', 'hex'), /\(compressed with zstd; expand it first\)\.$/],
  [gzipSync(gzipSync(pcapFile([]))), /\(compressed with gzip twice; expand it first\)\.$/],
  [Buffer.from('snoop\0\0\0'), /\(a snoop capture; convert it to pcapng first\)\.$/],
  [Buffer.alloc(100), /it begins with 00 00 00 00\.$/],
];

for (const [content, message] of strangers) {
  test(`a file that is not a capture is refused with a hint: ${message}`, async () => {
    const path = stored('stranger', content);
    const { end, frames } = await readFile(path);
    assert.match(messageOf(end), message);
    assert.ok(messageOf(end).startsWith(`Capture file ${path} is `));
    assert.deepEqual(frames, []);
  });
}

test('a missing file and a directory are refused in one sentence', async () => {
  const missing = join(folder, 'nothing', 'here.pcap');
  assert.equal(
    messageOf((await readFile(missing)).end),
    `Capture file ${missing} cannot be opened: there is no such file.`,
  );
  assert.equal(messageOf((await readFile(folder)).end), `Capture file ${folder} cannot be opened: it is a directory.`);
});

test('a file that may not be read is refused in one sentence', async (t) => {
  const path = stored('secret.pcap', pcapFile([]));
  chmodSync(path, 0);
  chmodSync(folder, 0o755);
  // Root may read every file.
  if (process.getuid?.() === 0) {
    t.after(() => process.seteuid?.(0));
    process.seteuid?.(65_534);
  }
  assert.equal(messageOf((await readFile(path)).end), `Capture file ${path} cannot be opened: permission denied.`);
});

test('a length field never makes the buffer larger than what the file has', async () => {
  const file = Buffer.concat([pcapngFile(numbered(3)), pcapngBlock(0x0bad, Buffer.alloc(1_200_000))]);
  file.writeUInt32LE(60_000_000, file.length - 1_200_012 + 4);
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const onProgress = () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  };
  const { end, frames } = await readFile(stored('claim', file), { onProgress });
  assert.match(messageOf(end), /is cut short beyond byte \d+, after 3 packets: only 1200012 bytes are left/);
  assert.equal(frames.length, 3);
  assert.ok(most - before < 8_000_000, `${most - before} bytes`);
});

test('mutated files end in one of the ways a run can end, with frames in bounds', async () => {
  const random = createRandom(20260103);
  const valid = [pcapFile(numbered(20)), pcapngFile(numbered(20)), gzipSync(pcapFile(numbered(20)))];
  const kinds = new Map<string, number>();
  for (let round = 0; round < 600; round++) {
    const { end } = await readFile(stored('mutated', mutated(valid[round % 3] ?? Buffer.alloc(0), random)));
    kinds.set(end.kind, (kinds.get(end.kind) ?? 0) + 1);
    if (end.kind === 'failed') assert.match(end.message, /^Capture file \S+ (is|cannot be) [^\n]+[^.]\.$/);
  }
  assert.deepEqual([...kinds.keys()].sort(), ['failed', 'finished']);
});
