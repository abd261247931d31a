import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import zlib, { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../src/app/decompress.ts';

const text = Buffer.from(Array.from({ length: 400 }, (_, n) => `line ${n} of ${(n * n) % 977}\n`).join(''));
const encoders = [
  ['gzip', 'gzip', gzipSync],
  ['deflate', 'zlib', deflateSync],
  ['deflate', 'raw', deflateRawSync],
  ['br', 'brotli', brotliCompressSync],
] as const;

for (const [coding, format, encode] of encoders) {
  test(`${coding} (${format}) is decoded whole, and as far as it goes at every split`, () => {
    const encoded = encode(text);
    assert.deepEqual(decompress(coding, encoded, 1e6), { bytes: text, truncated: false });
    let longest = 0;
    for (let length = 0; length < encoded.length; length++) {
      const part = decompress(coding, encoded.subarray(0, length), 1e6);
      const bytes = part?.bytes ?? Buffer.alloc(0);
      assert.ok(text.subarray(0, bytes.length).equals(bytes), `a prefix of ${length} bytes`);
      assert.ok(bytes.length >= longest);
      longest = bytes.length;
    }
    assert.ok(longest > text.length * 0.9);
  });

  test(`${coding} (${format}) is cut at the limit`, () => {
    const encoded = encode(text);
    assert.deepEqual(decompress(coding, encoded, 100), { bytes: text.subarray(0, 100), truncated: true });
    assert.deepEqual(decompress(coding, encoded, text.length), { bytes: text, truncated: false });
  });

  test(`${coding} (${format}) bombs give no more than the limit`, () => {
    const bomb = encode(Buffer.alloc(30_000_000, 'a'));
    const output = decompress(coding, bomb, 4096);
    assert.ok(output === undefined || (output.truncated && output.bytes.length <= 4096));
    if (coding !== 'br') assert.equal(output?.bytes.length, 4096);
  });

  test(`${coding} (${format}) that is damaged gives what comes before`, () => {
    const encoded = Buffer.from(encode(text));
    encoded.fill(0xff, encoded.length / 2);
    const output = decompress(coding, encoded, 1e6)?.bytes ?? Buffer.alloc(0);
    assert.ok(output.length > 1000);
    assert.ok(text.subarray(0, 1000).equals(output.subarray(0, 1000)));
  });
}

const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
/** One frame of one raw block, without a checksum (RFC 8878, section 3.1.1). */
const zstdFrame = Buffer.concat([Buffer.from('28b52ffd2005290000', 'hex'), Buffer.from('hello')]);

test('zstd is decoded where node can, and gives nothing elsewhere', () => {
  const text = zstdCompressSync === undefined ? undefined : 'hello';
  assert.equal(decompress('zstd', zstdFrame, 100)?.bytes.toString(), text);
  if (zstdCompressSync !== undefined) assertDecodesZstd(zstdCompressSync);
});

/** Whole, by blocks as far as it goes, and cut at the limit. */
function assertDecodesZstd(zstdCompressSync: (bytes: Buffer) => Buffer): void {
  const large = Buffer.concat(Array.from({ length: 30 }, () => text));
  const encoded = zstdCompressSync(text);
  assert.deepEqual(decompress('zstd', encoded, 1e6), { bytes: text, truncated: false });
  assert.deepEqual(decompress('zstd', encoded, 100), { bytes: text.subarray(0, 100), truncated: true });
  const blocks = zstdCompressSync(large);
  const part = decompress('zstd', blocks.subarray(0, blocks.length - 10), 1e6);
  assert.ok(
    part !== undefined && part.bytes.length > 100_000 && large.subarray(0, part.bytes.length).equals(part.bytes),
  );
  for (let length = 0; length < encoded.length; length++) {
    const bytes = decompress('zstd', encoded.subarray(0, length), 1e6)?.bytes ?? Buffer.alloc(0);
    assert.ok(text.subarray(0, bytes.length).equals(bytes));
  }
  const bomb = decompress('zstd', zstdCompressSync(Buffer.alloc(30_000_000, 'a')), 4096);
  assert.deepEqual([bomb?.bytes.length, bomb?.truncated], [4096, true]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(encoded.length), (noise, at) => {
      const mutated = Buffer.concat([encoded.subarray(0, at), noise, encoded.subarray(at + noise.length)]);
      for (const bytes of [Buffer.from(noise), mutated]) {
        const output = decompress('zstd', bytes, 50);
        assert.ok(output === undefined || output.bytes.length <= 50);
      }
    }),
  );
}

// One look at all of it and twelve at parts, of which each stops at what an ordinary body may give.
test('a bomb costs no more than its attempts, each as much as a body that is decoded whole', (context) => {
  const limits: (number | undefined)[] = [];
  const { gunzipSync } = zlib;
  const gunzip = context.mock.method(zlib, 'gunzipSync', (bytes: Buffer, options: zlib.ZlibOptions) => {
    limits.push(options.maxOutputLength);
    return gunzipSync(bytes, options);
  });
  // What `decompress` has imported is told of the method that counts, and afterwards of the real one.
  syncBuiltinESMExports();
  try {
    const behindText = Buffer.concat([text.subarray(0, 3000), Buffer.alloc(30_000_000, 'a')]);
    for (const bomb of [gzipSync(Buffer.alloc(30_000_000, 'a')), gzipSync(behindText)]) {
      limits.length = 0;
      assert.equal(decompress('gzip', bomb, 4096)?.truncated, true);
      assert.ok(limits.length > 1 && limits.length <= 13, `${limits.length} attempts`);
      assert.deepEqual([...new Set(limits)], [64 * 1024]);
    }
  } finally {
    gunzip.mock.restore();
    syncBuiltinESMExports();
  }
});

test('brotli with a window that an attempt could fill for tens of milliseconds is left out', () => {
  const encode = (bits: number) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_LGWIN]: bits } });
  for (let bits = 10; bits <= 24; bits++) {
    assert.equal(decompress('br', encode(bits), 1e6) !== undefined, bits <= 22, `2^${bits} bytes`);
  }
});

test('a wrong checksum makes the content truncated', () => {
  const encoded = gzipSync(text);
  encoded.writeUInt32LE(0, encoded.length - 8);
  const output = decompress('gzip', encoded, 1e6);
  assert.equal(output?.truncated, true);
  assert.ok(output.bytes.equals(text));
});

test('several gzip members are one content', () => {
  assert.equal(decompress('gzip', Buffer.concat([gzipSync('a'), gzipSync('b')]), 10)?.bytes.toString(), 'ab');
});

test('what is not that coding, and codings that are not known, give nothing', () => {
  assert.equal(decompress('gzip', Buffer.from('plain text'), 100), undefined);
  assert.equal(decompress('gzip', Buffer.alloc(0), 100), undefined);
  for (const coding of ['compress', 'zstd', 'dcz', 'constructor', '__proto__', '']) {
    assert.equal(decompress(coding, gzipSync('a'), 100), undefined);
  }
});

test('no bytes make it throw or exceed the limit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('gzip', 'deflate', 'br'),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(300),
      fc.integer({ min: 1, max: 50 }),
      (coding, noise, at, limit) => {
        const valid =
          coding === 'br' ? brotliCompressSync(text) : coding === 'gzip' ? gzipSync(text) : deflateSync(text);
        const mutated = Buffer.concat([valid.subarray(0, at), noise, valid.subarray(at + noise.length)]);
        for (const bytes of [Buffer.from(noise), mutated]) {
          const output = decompress(coding, bytes, limit);
          assert.ok(output === undefined || output.bytes.length <= limit);
        }
      },
    ),
  );
});
