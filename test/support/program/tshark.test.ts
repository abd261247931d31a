import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCaptureFileSource } from '../../../src/capture/file/capture-file-source.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';
import { type PcapngOptions, type PcapOptions, pcapFile, pcapngFile } from '../capture/capture-writer.ts';
import { goldenCaptures } from '../golden/golden.ts';
import { ethernet } from '../packet/link-headers.ts';
import { TcpConversation } from '../tcp/tcp-conversation.ts';

const skip = spawnSync('tshark', ['--version']).status === 0 ? false : 'tshark is not installed';
const folder = mkdtempSync(join(tmpdir(), 'tshark-'));
after(() => rmSync(folder, { recursive: true }));

const frameFields = ['frame.time_epoch', 'frame.cap_len', 'frame.len'] as const;
const checksums = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);

/** The columns that tshark prints of every packet. */
function tshark(path: string, ...fields: readonly string[]): string[][] {
  const columns = fields.flatMap((field) => ['-e', field]);
  const run = spawnSync('tshark', ['-n', '-r', path, ...checksums, '-T', 'fields', ...columns], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

async function ourColumns(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  await createCaptureFileSource({ paths: [path] }, createCounters()).run({
    frame: ({ time, start, end, wireLength }) => rows.push([time, end - start, wireLength].map(String)),
    tick: () => {},
  });
  return rows;
}

function inMicroseconds([time = '', ...others]: readonly string[]): string[] {
  const [seconds, fraction = ''] = time.split('.');
  return [`${seconds}${fraction.padEnd(6, '0').slice(0, 6)}`, ...others];
}

function stored(name: string, content: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

for (const { name, file } of goldenCaptures()) {
  test(`tshark reads ${name} as we do and finds every checksum right`, { skip }, async () => {
    const path = stored(name, file);
    const rows = tshark(path, ...frameFields, 'ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status');
    assert.deepEqual(
      await ourColumns(path),
      rows.map((row) => inMicroseconds(row.slice(0, 3))),
    );
    const statuses = rows.map((row) => row.slice(3));
    assert.ok(
      statuses.flat().every((status) => status === '' || status === '1'),
      statuses.join('; '),
    );
    assert.ok(statuses.some((row) => row[1] === '1'));
  });
}

const files: readonly (readonly [options: PcapOptions | PcapngOptions, write: () => Buffer])[] = [
  pcap({ byteOrder: 'big' }),
  pcap({ resolution: 'nanoseconds' }),
  pcap({ modified: true, byteOrder: 'big' }),
  pcap({ snapLength: 60 }),
  pcapng({ byteOrder: 'big' }),
  pcapng({ packetBlock: 'obsolete' }),
  pcapng({ interfaces: [{ resolution: { base: 10, exponent: 3 }, timeOffset: 1_700_000_000, snapLength: 60 }] }),
  pcapng({ interfaces: [{ resolution: { base: 2, exponent: 10 } }] }),
];

function frames() {
  const { packets } = new TcpConversation({ interval: 123_457 }).client('hello').server('world').close();
  return packets.map(({ time, bytes }) => ({ time, bytes: ethernet(bytes), direction: 'in' as const }));
}

function pcap(options: PcapOptions) {
  return [options, () => pcapFile(frames(), options)] as const;
}

function pcapng(options: PcapngOptions) {
  return [options, () => pcapngFile(frames(), options)] as const;
}

for (const [options, write] of files) {
  test(`tshark reads a file written with ${JSON.stringify(options)} as we do`, { skip }, async () => {
    const path = stored('variant', write());
    const theirs = tshark(path, ...frameFields);
    assert.equal(theirs.length, frames().length);
    assert.deepEqual(await ourColumns(path), theirs.map(inMicroseconds));
  });
}
