import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPcapReader } from '../../../src/capture/file/pcap.ts';
import type { FrameHandler, RecordReader } from '../../../src/capture/file/record-reader.ts';
import { type PcapOptions, pcapFile, type WrittenFrame } from '../../support/capture/capture-writer.ts';
import { mutated } from '../../support/program/mutate.ts';
import { createRandom, randomInteger } from '../../support/program/random.ts';
import { readRecords } from '../../support/program/read-records.ts';

const frames: readonly WrittenFrame[] = [
  { time: 1_704_164_645_123_456, bytes: Buffer.from('first packet') },
  { time: 1_704_164_645_123_457, bytes: Buffer.alloc(0) },
  { time: 1_704_164_646_000_000, bytes: Buffer.from('third, cut on its way'), wireLength: 1500 },
  { time: 4_294_967_295_999_999, bytes: Buffer.from('the last moment of 32-bit seconds') },
];

const variants: readonly PcapOptions[] = [
  {},
  { byteOrder: 'big' },
  { resolution: 'nanoseconds' },
  { resolution: 'nanoseconds', byteOrder: 'big' },
  { modified: true },
  { modified: true, byteOrder: 'big' },
];

function expected(linkType: number) {
  return frames.map(({ bytes, time, wireLength = bytes.length }) => ({
    packet: bytes.toString('hex'),
    wireLength,
    time,
    linkType,
    direction: undefined,
  }));
}

function reader(file: Buffer): (onFrame: FrameHandler) => RecordReader {
  return (onFrame) => {
    const created = createPcapReader(file.readUInt32BE(0), onFrame);
    assert.ok(created, 'is a pcap file');
    return created;
  };
}

for (const options of variants) {
  const file = pcapFile(frames, { ...options, linkType: 113 });
  const name = JSON.stringify(options);

  test(`a pcap file written with ${name} is read whole, byte by byte and at every split`, () => {
    const whole = { frames: expected(113), unused: 0, damage: undefined };
    assert.deepEqual(readRecords(reader(file), file), whole);
    const everyByte = Array.from({ length: file.length }, (_, index) => index);
    assert.deepEqual(readRecords(reader(file), file, everyByte), whole);
    for (const cut of everyByte) assert.deepEqual(readRecords(reader(file), file, [cut]), whole, `split at ${cut}`);
  });

  test(`a pcap file written with ${name} and cut anywhere gives the packets before the cut`, () => {
    const recordEnds = frames.map((_, index) => pcapFile(frames.slice(0, index + 1), options).length);
    for (let cut = 4; cut < file.length; cut++) {
      const { frames: before, damage } = readRecords(reader(file), file.subarray(0, cut));
      assert.equal(damage, undefined);
      assert.deepEqual(before, expected(113).slice(0, recordEnds.filter((end) => end <= cut).length));
    }
  });
}

test('time stamps in nanoseconds are rounded down to microseconds', () => {
  const file = pcapFile([{ time: 1_704_164_645_000_001 + 0.75, bytes: Buffer.alloc(1) }], {
    resolution: 'nanoseconds',
  });
  assert.equal(file.readUInt32LE(28), 1750);
  assert.equal(readRecords(reader(file), file).frames[0]?.time, 1_704_164_645_000_001);
});

test('the length of the frame check sequence is not part of the link type', () => {
  const file = pcapFile(frames, { linkType: 0x4400_0001 });
  assert.deepEqual(readRecords(reader(file), file).frames, expected(1));
});

test('raw IP under its unregistered numbers is raw IP', () => {
  for (const linkType of [12, 14]) {
    const file = pcapFile(frames, { linkType });
    assert.deepEqual(readRecords(reader(file), file).frames, expected(101));
  }
});

test('a version that is not 2.3 or a later 2.x is named', () => {
  for (const [major, minor] of [
    [1, 4],
    [3, 0],
    [2, 2],
  ] as const) {
    const file = pcapFile(frames);
    file.writeUInt16LE(major, 4);
    file.writeUInt16LE(minor, 6);
    const result = readRecords(reader(file), file);
    assert.match(result.damage ?? '', new RegExp(`version is ${major}\\.${minor},`));
    assert.deepEqual({ frames: result.frames, unused: result.unused }, { frames: [], unused: file.length });
  }
});

test('an impossible packet length ends the reading at its record', () => {
  const file = pcapFile(frames);
  const third = 24 + 16 + 12 + 16;
  file.writeUInt32LE(0xffffffff, third + 8);
  const result = readRecords(reader(file), file);
  assert.equal(result.damage, 'a packet cannot be 4294967295 bytes long');
  assert.deepEqual(result.frames, expected(1).slice(0, 2));
  assert.equal(result.unused, file.length - third);
});

test('packets larger than usual are read when the snap length of the file announces them', () => {
  const large = [{ time: 0, bytes: Buffer.alloc(300_000, 7) }];
  const announced = pcapFile(large, { snapLength: 400_000 });
  assert.equal(readRecords(reader(announced), announced).frames[0]?.wireLength, 300_000);
  const file = pcapFile(large, { snapLength: 400_000 });
  file.writeUInt32LE(65535, 16);
  assert.equal(readRecords(reader(file), file).damage, 'a packet cannot be 300000 bytes long');
});

test('a wire length smaller than the packet is not believed', () => {
  const file = pcapFile([{ time: 0, bytes: Buffer.alloc(60), wireLength: 40 }]);
  assert.equal(readRecords(reader(file), file).frames[0]?.wireLength, 60);
});

test('other magic numbers are not pcap', () => {
  for (const magic of [0, 0x0a0d0d0a, 0x1f8b0800, 0xa1b2c3d5])
    assert.equal(
      createPcapReader(magic, () => true),
      undefined,
    );
});

test('mutated pcap files and random bytes never break the reader, whole or in pieces', () => {
  const random = createRandom(20260101);
  for (let round = 0; round < 6000; round++) {
    const file = mutated(pcapFile(frames, variants[round % variants.length]), random);
    if (round % 7 === 0) for (let at = 24; at < file.length; at++) file[at] = randomInteger(random, 0, 256);
    if (file.length < 4 || !createPcapReader(file.readUInt32BE(0), () => true)) continue;
    const whole = readRecords(reader(file), file);
    const cuts = [randomInteger(random, 0, file.length + 1), randomInteger(random, 0, file.length + 1)].sort(
      (a, b) => a - b,
    );
    assert.deepEqual(readRecords(reader(file), file, cuts), whole);
  }
});
