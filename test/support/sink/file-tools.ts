// What the tests of the file sink have in common: transports with small files, and everything that is in the files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '../../../src/record/record.ts';
import { type Batch, BatchBuilder } from '../../../src/sink/batch.ts';
import { FileTransport } from '../../../src/sink/file/file.ts';
import type { FileSettings } from '../../../src/sink/file/file-settings.ts';
import type { SendOutcome } from '../../../src/sink/transport.ts';
import { LogLines } from '../program/log-lines.ts';
import { createRecord } from '../record/create-record.ts';
import { toSchema } from '../record/to-schema.ts';

export const KiB = 1024;
/** The name of a rotated file behind that of the file. */
export const rotatedName = /^\.\d{8}T\d{6}\.\d{3}Z(\.gz)?$/;

export const encodeLine = (record: LogRecord) => `${JSON.stringify(toSchema.flat(record))}\n`;

/** A path in a directory of its own, which is removed after `release`. */
export function temporaryPath(t: TestContext, release = () => {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'file-sink-'));
  t.after(() => {
    release();
    rmSync(directory, { recursive: true, force: true });
  });
  return join(directory, 'records.log');
}

/** Rotates by size alone, and late, unless told otherwise. */
export function openFile(path: string, changes: Partial<FileSettings> = {}, now?: () => number) {
  const lines = new LogLines();
  const settings = {
    path,
    rotateBytes: 1024 * 1024 * KiB,
    rotateAgeMs: 0,
    keep: 10_000,
    gzip: false,
    stallMs: 200,
    hangMs: 5000,
    ...changes,
  };
  return { transport: new FileTransport(settings, lines.log, now), lines };
}

/** The same, closed when the test is over. */
export function openForTest(t: TestContext, ...args: Parameters<typeof openFile>) {
  const opened = openFile(...args);
  t.after(() => opened.transport.close());
  return opened;
}

/** Records of the following indexes; each is a line of about 1,000 bytes with a `body` of 300. */
export function batchOf(from: number, count: number, body = 300): Batch {
  const builder = new BatchBuilder();
  for (let index = from; index < from + count; index++) {
    builder.append(encodeLine(createRecord(index, { responseBody: 'b'.repeat(body) })));
  }
  return builder.seal();
}

export function idsOf(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => createRecord(from + index).id);
}

export async function deliver(transport: FileTransport, from: number, count: number, body?: number): Promise<void> {
  assert.deepEqual(await transport.send(batchOf(from, count, body)), { kind: 'delivered' });
}

/** Sends five records; returns what became of them. */
export async function sendFive(transport: FileTransport, from = 0): Promise<string> {
  return tell(await transport.send(batchOf(from, 5)));
}

/** `kind: reason` in a word. */
export function tell(outcome: SendOutcome): string {
  return 'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;
}

/** What is behind the name of the file in the names beside it, sorted: '' is the file itself. */
export function namesBeside(path: string): readonly string[] {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
  return names.map((name) => name.slice(basename(path).length)).sort();
}

/**
 * All lines of all files, oldest first, the file itself last; not those that are being compressed twice. Each must be
 * whole.
 */
export function linesIn(path: string): readonly string[] {
  const all = namesBeside(path);
  const names = all.filter(
    (name) => !name.endsWith('.part') && !(name.endsWith('.gz') && all.includes(name.slice(0, -3))),
  );
  return [...names.filter((name) => name !== ''), ...names.filter((name) => name === '')].flatMap((name) => {
    const bytes = readFileSync(path + name);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    assert.ok(text === '' || text.endsWith('\n'), `${name} ends in ${text.slice(-50)}`);
    return text.split('\n').slice(0, -1);
  });
}

export function idsIn(path: string): readonly string[] {
  return linesIn(path).map((line) => JSON.parse(line).id);
}

/** A small file system on a directory; false when it may not be mounted. */
export function mountSmall(directory: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function unmount(directory: string): void {
  execFileSync('umount', ['-l', directory]);
}

/** Writes into another file of the file system until nothing fits any more. */
export function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const bytes of [Buffer.alloc(64 * KiB), Buffer.alloc(4 * KiB)]) fillWith(file, bytes);
  } finally {
    closeSync(file);
  }
}

function fillWith(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

/** A small file system for one path. */
export function onSmallDisk(t: TestContext, options: string): string | undefined {
  let isMounted = false;
  const path = temporaryPath(t, () => {
    if (isMounted) unmount(dirname(path));
  });
  isMounted = mountSmall(dirname(path), options);
  if (!isMounted) t.skip('needs the right to mount a small file system');
  return isMounted ? path : undefined;
}
