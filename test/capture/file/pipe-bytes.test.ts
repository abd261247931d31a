import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import { PipeBytes } from '../../../src/capture/file/pipe-bytes.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';
import { pcapFile } from '../../support/capture/capture-writer.ts';
import { startProgram } from '../../support/program/start-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'pipe-bytes-'));
after(() => rmSync(folder, { recursive: true }));

function makePipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

async function readAll(pipe: PipeBytes, pieceLength: number, pauseMs: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(pieceLength + 10);
  for (let count = await pipe.read(buffer, 10); count > 0; count = await pipe.read(buffer, 10)) {
    pieces.push(Buffer.from(buffer.subarray(10, 10 + count)));
    if (pauseMs > 0 && pieces.length % 10 === 0) await setTimeout(pauseMs);
  }
  return Buffer.concat(pieces);
}

for (const [title, pieceLength, pauseMs] of [
  ['faster than it is written', 1024 * 1024, 0],
  ['more slowly than it is written', 1024 * 1024, 20],
  ['in small pieces', 1000, 0],
] as const) {
  test(`a pipe that is read ${title} gives every byte in order`, { timeout: 120_000 }, async () => {
    const path = makePipe(`read-${pieceLength}-${pauseMs}`);
    const content = randomBytes(3_000_000);
    const pipe = new PipeBytes(openSync(path, 'r+'));
    // Opened for both, it has no end of its own.
    const writing = pipeline(Readable.from([content.subarray(0, 5), content.subarray(5)]), createWriteStream(path));
    const first = Buffer.alloc(2);
    assert.equal(await pipe.read(first, 0), 2);
    pipe.unread(first);
    assert.equal(pipe.position, 0);
    const reading = readAll(pipe, pieceLength, pauseMs);
    await writing;
    while (pipe.position < content.length) await setTimeout(10);
    pipe.close();
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    assert.equal(hash(await reading), hash(content));
  });
}

test('a stop ends the wait for a silent pipe of compressed data', { timeout: 120_000 }, async () => {
  const path = makePipe('silent');
  const compressed = gzipSync(pcapFile([{ time: 0, bytes: Buffer.alloc(20) }]));
  const source = createCaptureFileSource({ paths: [path] }, createCounters());
  const run = source.run({ frame: () => {}, tick: () => {} });
  const writer = await open(path, 'w');
  await writer.write(compressed.subarray(0, -10));
  await setTimeout(200);
  source.stop();
  assert.deepEqual(await run, { kind: 'stopped' });
  await writer.close();
});

test('a connection that is reset ends in one sentence', { timeout: 120_000 }, async (t) => {
  const server = createServer((socket: Socket) => {
    socket.write(pcapFile([{ time: 0, bytes: Buffer.alloc(20) }]));
    socket.once('data', () => socket.resetAndDestroy());
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  const program = `
    import { createCaptureFileSource } from './src/capture/file/capture-file-source.ts';
    import { createCounters } from './src/telemetry/counters.ts';
    const end = await createCaptureFileSource({ paths: ['-'] }, createCounters()).run({
      frame: () => process.stdout.write('packet '), tick() {} });
    console.log(JSON.stringify(end));`;
  const reader = startProgram(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: [client, 'pipe', 'inherit'],
  });
  let output = '';
  reader.stdout.on('data', (text) => {
    if (output === '') client.write('seen');
    output += text;
  });
  await new Promise((resolve) => reader.once('close', resolve));
  assert.match(output, /^packet \{"kind":"failed","message":"Standard input cannot be read .*ECONNRESET.*"\}$/m);
});

for (const [kind, command, message] of [
  ['a pipe', 'cat file | node', 'finished'],
  ['a file', 'node < file', 'finished'],
  ['nothing', 'node < /dev/null', 'Standard input is empty.'],
] as const) {
  test(`standard input may be ${kind}`, { timeout: 120_000 }, () => {
    const content = pcapFile(Array.from({ length: 5000 }, (_, time) => ({ time, bytes: Buffer.alloc(60) })));
    const file = join(folder, 'content');
    writeFileSync(file, content);
    const program = `
      import { createCaptureFileSource } from './src/capture/file/capture-file-source.ts';
      import { createCounters } from './src/telemetry/counters.ts';
      const counters = createCounters();
      const end = await createCaptureFileSource({ paths: ['-'] }, counters).run({ frame() {}, tick() {} });
      console.log(end.message ?? end.kind, counters.frames_received);`;
    const node = `'${process.execPath}' --import tsx --input-type=module --eval "$PROGRAM"`;
    const line = command.replace('file', `'${file}'`).replace('node', node);
    const output = execFileSync('sh', ['-c', line], { env: { ...process.env, PROGRAM: program }, encoding: 'utf8' });
    assert.equal(output, `${message} ${kind === 'nothing' ? 0 : 5000}\n`);
  });
}
