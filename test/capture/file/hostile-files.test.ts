// What a capture file makes the readers do grows no faster than the file: it may come from anybody.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';
import { pcapFile, pcapngBlock, pcapngFile, type WrittenFrame } from '../../support/capture/capture-writer.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-files-'));
after(() => rmSync(folder, { recursive: true }));

const time = 1_704_164_645_000_000;
const tiny = (count: number, bytes = Buffer.from('x')): readonly WrittenFrame[] =>
  Array.from({ length: count }, (_, index) => ({ time: time + index, bytes }));
const repeated = (count: number, bytes: Buffer) => Buffer.concat(new Array(Math.trunc(count)).fill(bytes));
const section = pcapngFile([]);
/** An option that nobody asks for, with nothing in it. */
const option = Buffer.from([0x0f, 0x27, 0, 0]);
const packetHead = Buffer.alloc(20);
const interfaceHead = Buffer.alloc(8, 1);

/** Files of about so many bytes. */
const files: { readonly [title: string]: (bytes: number) => readonly Buffer[] } = {
  'tiny packets': (bytes) => [pcapFile(tiny(bytes / 17))],
  'tiny packets in blocks': (bytes) => [pcapngFile(tiny(bytes / 36))],
  'empty blocks': (bytes) => [Buffer.concat([section, repeated(bytes / 12, pcapngBlock(0x0bad, Buffer.alloc(0)))])],
  sections: (bytes) => [repeated(bytes / section.length, section)],
  'options of a packet': (bytes) => [
    Buffer.concat([section, pcapngBlock(6, Buffer.concat([packetHead, repeated(bytes / 4, option)]))]),
  ],
  'options of an interface': (bytes) => [
    Buffer.concat([section, pcapngBlock(1, Buffer.concat([interfaceHead, repeated(bytes / 4, option)]))]),
  ],
  'a large block': (bytes) => [Buffer.concat([section, pcapngBlock(0x0bad, Buffer.alloc(bytes))])],
  'a large block, compressed': (bytes) => [
    gzipSync(Buffer.concat([section, pcapngBlock(0x0bad, Buffer.alloc(8 * bytes))])),
  ],
  'compressed members': (bytes) => [gzipSync(section), ...tiny(bytes / 400).map(() => gzipSync(section))],
  'files of the same time': (bytes) => Array.from({ length: 60 }, () => pcapFile(tiny(bytes / 60 / 17))),
};

const many = 2 ** 21;
let written = 0;

/** Where files are that were never read before; compressed parts that belong together are one. */
function stored(title: string, parts: readonly Buffer[]): readonly string[] {
  const contents = title === 'compressed members' ? [Buffer.concat(parts)] : parts;
  return contents.map((content) => {
    const path = join(folder, `${written++}`);
    writeFileSync(path, content);
    return path;
  });
}

async function readAll(paths: readonly string[]): Promise<void> {
  const end = await createCaptureFileSource({ paths }, createCounters()).run({ frame: () => {}, tick: () => {} });
  assert.equal(end.kind, 'finished', JSON.stringify(end));
}

describe('bytes of a capture file cost no more each when there are many:', () => {
  for (const [title, make] of Object.entries(files)) {
    test(title, async () => {
      const [less, more] = [stored(title, make(many / 4)), stored(title, make(many))];
      await assertLinear({ run: readAll, less: () => less, more: () => more });
    });
  }
});

test('a section describes no more interfaces than its packets can name', async () => {
  const [path = ''] = stored('interfaces', [Buffer.concat([section, repeated(70_000, pcapngBlock(1, interfaceHead))])]);
  const source = createCaptureFileSource({ paths: [path] }, createCounters());
  const end = await source.run({ frame: () => {}, tick: () => {} });
  assert.equal(end.kind, 'failed');
});
