import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PcapngReader } from '../../../src/capture/file/pcapng.ts';
import type { FrameHandler } from '../../../src/capture/file/record-reader.ts';
import {
  type PcapngOptions,
  pcapngBlock,
  pcapngFile,
  type WrittenFrame,
  type WrittenInterface,
} from '../../support/capture/capture-writer.ts';
import { mutated } from '../../support/program/mutate.ts';
import { createRandom, randomInteger } from '../../support/program/random.ts';
import { readRecords } from '../../support/program/read-records.ts';

const time = 1_704_164_645_123_456;

const interfaces: readonly WrittenInterface[] = [
  { linkType: 1 },
  { linkType: 101, resolution: { base: 10, exponent: 9 }, snapLength: 16 },
  { linkType: 276, resolution: { base: 10, exponent: 3 }, timeOffset: 1_700_000_000 },
];

const frames: readonly WrittenFrame[] = [
  { time, bytes: Buffer.from('first packet') },
  { time: time + 1, bytes: Buffer.from('second packet, cut to 16 bytes'), interface: 1, direction: 'in' },
  { time: time + 2, bytes: Buffer.alloc(0), interface: 1, direction: 'out' },
  { time: time + 544, bytes: Buffer.from('odd'), interface: 2, wireLength: 1500 },
];

const expected = frames.map((frame) => {
  const on = interfaces[frame.interface ?? 0];
  return {
    packet: frame.bytes.subarray(0, on?.snapLength).toString('hex'),
    wireLength: frame.wireLength ?? frame.bytes.length,
    time: frame.time,
    linkType: on?.linkType,
    direction: frame.direction,
  };
});
const withoutDirection = expected.map((frame) => ({ ...frame, direction: undefined }));

const reader = (onFrame: FrameHandler) => new PcapngReader(onFrame);
const read = (file: Buffer, cuts?: readonly number[]) => readRecords(reader, file, cuts);
const write = (options: PcapngOptions = {}) => pcapngFile(frames, { interfaces, ...options });

for (const byteOrder of ['little', 'big'] as const) {
  test(`a ${byteOrder}-endian pcapng file is read whole, byte by byte and at every split`, () => {
    const file = write({ byteOrder });
    const whole = { frames: expected, unused: 0, damage: undefined };
    assert.deepEqual(read(file), whole);
    const everyByte = Array.from({ length: file.length }, (_, index) => index);
    assert.deepEqual(read(file, everyByte), whole);
    for (const cut of everyByte) assert.deepEqual(read(file, [cut]), whole, `split at ${cut}`);
  });

  test(`a ${byteOrder}-endian pcapng file cut anywhere gives the packets before the cut`, () => {
    const file = write({ byteOrder });
    for (let cut = 0; cut < file.length; cut++) {
      const result = read(file.subarray(0, cut));
      assert.equal(result.damage, undefined);
      assert.deepEqual(result.frames, expected.slice(0, result.frames.length));
    }
    assert.equal(read(file.subarray(0, -1)).frames.length, frames.length - 1);
  });

  test(`obsolete packet blocks of a ${byteOrder}-endian file are read`, () => {
    assert.deepEqual(read(write({ byteOrder, packetBlock: 'obsolete' })).frames, withoutDirection);
  });

  test(`simple packet blocks of a ${byteOrder}-endian file belong to the first interface and keep the time`, () => {
    const options: PcapngOptions = { byteOrder, interfaces: [{ linkType: 228, snapLength: 13 }] };
    const simple = pcapngFile([{ time: 0, bytes: Buffer.from('a simple packet') }], {
      ...options,
      packetBlock: 'simple',
    });
    const packet = { linkType: 228, direction: undefined };
    assert.deepEqual(read(simple).frames, [
      { ...packet, packet: Buffer.from('a simple pack').toString('hex'), wireLength: 15, time: 0 },
    ]);
    const onePacket = pcapngFile([{ time, bytes: Buffer.from('x') }], options);
    const afterPacket = Buffer.concat([onePacket, pcapngBlock(3, Buffer.from('0000000000000000', 'hex'), byteOrder)]);
    assert.deepEqual(read(afterPacket).frames[1], { ...packet, packet: '', wireLength: 0, time });
  });
}

test('each section has its own byte order and its own interfaces', () => {
  const file = Buffer.concat([
    write({ byteOrder: 'big' }),
    pcapngFile([{ time, bytes: Buffer.from('x') }], { interfaces: [{ linkType: 113 }] }),
    write({ byteOrder: 'little' }),
  ]);
  const between = { packet: '78', wireLength: 1, time, linkType: 113, direction: undefined };
  assert.deepEqual(read(file), { frames: [...expected, between, ...expected], unused: 0, damage: undefined });
});

test('interfaces of an earlier section are gone', () => {
  const file = Buffer.concat([write(), pcapngFile([{ time, bytes: Buffer.from('x') }], { interfaces: [] })]);
  assert.equal(read(file).damage, 'a packet belongs to interface 0, which is not described');
  assert.deepEqual(read(file).frames, expected);
});

test('unknown blocks are skipped', () => {
  const file = Buffer.concat([
    pcapngFile([], { interfaces }),
    pcapngBlock(0x0bad, Buffer.alloc(1000, 0xff)),
    pcapngBlock(5, Buffer.alloc(0)),
    write(),
  ]);
  assert.deepEqual(read(file), { frames: expected, unused: 0, damage: undefined });
});

test('time stamps in powers of two and with an offset are converted', () => {
  for (const exponent of [0, 10, 20, 24, 32]) {
    const file = pcapngFile([{ time: 1_704_164_645_500_000, bytes: Buffer.from('x') }], {
      interfaces: [{ resolution: { base: 2, exponent }, timeOffset: 1_704_000_000 }],
    });
    assert.equal(read(file).frames[0]?.time, exponent === 0 ? 1_704_164_645_000_000 : 1_704_164_645_500_000);
  }
});

test('an interface without packets, a section without interfaces and an empty end of options are fine', () => {
  const empty = pcapngFile([], { interfaces: [] });
  const file = Buffer.concat([empty, pcapngFile([], { interfaces: [{}] })]);
  assert.deepEqual(read(file), { frames: [], unused: 0, damage: undefined });
});

test('options that reach beyond their block are left alone', () => {
  const file = pcapngFile([{ time, bytes: Buffer.from('1234'), direction: 'in' }]);
  const commentLength = file.indexOf('1234') + 4 + 2;
  file.writeUInt16LE(60_000, commentLength);
  assert.equal(read(file).frames[0]?.direction, undefined);
});

test('an option whose value is missing is left alone', () => {
  const head = pcapngFile([], { interfaces: [] });
  const resolutionWithoutValue = pcapngBlock(1, Buffer.from('0100000000000000' + '09000100', 'hex'));
  const packet = pcapngFile([{ time, bytes: Buffer.from('x') }]).subarray(28 + 20);
  assert.equal(read(Buffer.concat([head, resolutionWithoutValue, packet])).frames[0]?.time, time);
});

const damages: readonly (readonly [title: string, spoil: (file: Buffer) => Buffer, damage: RegExp, packets: number])[] =
  [
    ['a block length that is not a multiple of 4', put(4, 29), /^a block cannot be 29 bytes long$/, 0],
    ['a block length too small for a block', put(4, 8), /^a block cannot be 8 bytes long$/, 0],
    ['a huge block length', put(4, 0xfffffffc), /^a block cannot be 4294967292 bytes long$/, 0],
    ['a version that is not known', put(12, 2), /version is 2\.0,/, 0],
    ['a byte-order magic that is none', put(8, 7), /does not tell its byte order/, 0],
    ['lengths that contradict each other', put(24, 32), /is 28 at its beginning and 32 at its end$/, 0],
    [
      'a packet larger than its block',
      (file) => put(file.indexOf('first') - 8, 13)(file),
      /^a packet in a block of 12 bytes cannot be 13 bytes long$/,
      0,
    ],
    [
      'a packet of an interface that is not described',
      (file) => put(file.indexOf('second') - 20, 9)(file),
      /^a packet belongs to interface 9, which is not described$/,
      1,
    ],
    ['a packet block that is too short', append(6, 16), /^a packet block is only 16 bytes long$/, 4],
    ['a simple packet block that is too short', append(3, 0), /^a packet block is only 0 bytes long$/, 4],
    ['an interface description that is too short', append(1, 4), /^an interface description is only 4 bytes long$/, 4],
  ];

for (const [title, spoil, damage, packets] of damages) {
  test(`${title} ends the reading there`, () => {
    const result = read(spoil(write()));
    assert.match(result.damage ?? '', damage);
    assert.deepEqual(result.frames, expected.slice(0, packets));
    assert.ok(result.unused > 0);
  });
}

test('a section cannot make us remember interfaces without end', () => {
  const one = pcapngFile([], { interfaces: [{}] }).subarray(28);
  const file = Buffer.concat([pcapngFile([], { interfaces: [] }), ...new Array<Buffer>(65_536).fill(one)]);
  assert.match(read(file).damage ?? '', /more than 65535 interfaces/);
});

test('mutated pcapng files and random bytes never break the reader, whole or in pieces', () => {
  const random = createRandom(20260102);
  const packetBlocks = ['enhanced', 'simple', 'obsolete'] as const;
  for (let round = 0; round < 6000; round++) {
    const valid = write({
      packetBlock: packetBlocks[round % 3] ?? 'enhanced',
      byteOrder: round % 2 ? 'big' : 'little',
    });
    const file = mutated(valid, random);
    if (round % 7 === 0) for (let at = 28; at < file.length; at++) file[at] = randomInteger(random, 0, 256);
    const whole = read(file);
    const cuts = [randomInteger(random, 0, file.length + 1), randomInteger(random, 0, file.length + 1)];
    assert.deepEqual(
      read(
        file,
        cuts.sort((a, b) => a - b),
      ),
      whole,
    );
  }
});

function put(offset: number, value: number): (file: Buffer) => Buffer {
  return (file) => {
    file.writeUInt32LE(value, offset);
    return file;
  };
}

function append(type: number, bodyLength: number): (file: Buffer) => Buffer {
  return (file) => Buffer.concat([file, pcapngBlock(type, Buffer.alloc(bodyLength))]);
}
