import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../../src/app/decompress.ts';
import { type BodySelection, createBodyReader } from '../../../src/record/body/body.ts';
import { createBodyRedactor } from '../../../src/record/redact/body/redact-body.ts';
import { createSecretNameTest } from '../../../src/record/redact/secret-names.ts';
import { cpuRatio } from '../../support/program/cpu-cost.ts';
import { type Fields, headerFields } from '../../support/record/exchanges.ts';

const redactBody = createBodyRedactor(createSecretNameTest([]));
const text: BodySelection = { kind: 'text' };

function read(
  bytes: Buffer | string,
  fields: Fields,
  {
    selection = text,
    truncated = false,
    limit = 1000,
  }: { selection?: BodySelection; truncated?: boolean; limit?: number } = {},
): string | undefined {
  const reader = createBodyReader({ bodies: selection, decompress, bodyLimitBytes: limit }, redactBody);
  return reader({ bytes: Buffer.from(bytes), truncated }, headerFields(fields));
}

const type = (value: string) => [['Content-Type', value]] as const;
const plain = type('text/plain');

test('the types that are text are logged, others are not', () => {
  const yes = [
    'text/plain',
    'text/html; charset=utf-8',
    'TEXT/CSV',
    'application/json',
    'application/problem+json',
    'application/xml',
    'image/svg+xml',
    'application/atom+xml',
    'application/x-www-form-urlencoded',
    'application/graphql',
    'application/javascript',
    'application/x-ndjson',
    'application/yaml',
    'multipart/form-data; boundary=x',
  ];
  const no = [
    '',
    'image/png',
    'application/octet-stream',
    'application/grpc',
    'application/pdf',
    'video/mp4',
    'application/zip',
    'application/x-protobuf',
  ];
  for (const each of yes) assert.equal(read('a', type(each)), 'a', each);
  for (const each of no) assert.equal(read('a', type(each)), undefined, each);
  assert.equal(read('a', []), undefined);
});

test('a list of types replaces them', () => {
  const only = { selection: { kind: 'only', types: ['application/JSON', 'image/*'] } } as const;
  assert.equal(read('1', type('application/json'), only), '1');
  assert.equal(read('1', type('Image/x; a=b'), only), '1');
  assert.equal(read('1', type('text/plain'), only), undefined);
  assert.equal(read('1', [], only), undefined);
  assert.equal(read('1', plain, { selection: { kind: 'only', types: ['*/*'] } }), '1');
  assert.equal(read('1', plain, { selection: { kind: 'none' } }), undefined);
});

test('an empty or binary body is not logged', () => {
  assert.equal(read('', plain), undefined);
  assert.equal(read('a\0b', plain), undefined);
});

test('content codings are undone, the last one first', () => {
  const coded = brotliCompressSync(gzipSync('hello'));
  assert.equal(read(gzipSync('hello'), [...plain, ['Content-Encoding', 'gzip']]), 'hello');
  assert.equal(read(gzipSync('hello'), [...plain, ['Content-Encoding', ' X-GZIP , identity']]), 'hello');
  assert.equal(read(coded, [...plain, ['Content-Encoding', 'gzip, br']]), 'hello');
  assert.equal(read(coded, [...plain, ['Content-Encoding', 'gzip'], ['Content-Encoding', 'br']]), 'hello');
  assert.equal(read('hello', [...plain, ['Content-Encoding', 'identity']]), 'hello');
  assert.equal(read(coded, [...plain, ['Content-Encoding', 'gzip,br,br,br,br']]), '[br]');
});

const coded = (...values: readonly string[]) => [
  ...plain,
  ...values.map((value) => ['Content-Encoding', value] as const),
];
const compressors = [gzipSync, deflateSync, deflateRawSync, brotliCompressSync] as const;
const knownNames = ['gzip', 'x-gzip', 'GZIP', 'deflate', 'br', 'zstd', 'compress', 'dcb', 'exi', 'utf-8', 'none', ''];

test('names that are no codings are ignored, alone and in lists', () => {
  const content = 'a body with Grüße';
  const names = [
    'utf-8',
    'UTF8',
    'none',
    'binary',
    'aws-chunked',
    'identity',
    'ISO-8859-1',
    '8bit',
    '',
    'None',
    '"none"',
  ];
  for (const name of names) {
    assert.equal(read(content, coded(name)), content, name);
    assert.equal(read(gzipSync(content), coded(`${name},gzip`)), content, name);
    assert.equal(read(gzipSync(content), coded('gzip', name)), content, name);
    assert.equal(read(Buffer.from(content, 'latin1'), coded(name)), content, `${name}, Latin-1`);
  }
});

test('what reads as text is shown, whatever coding its head names', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((each) => !/[\p{Cc}\ufffd\ufeff]/u.test(each));
  const value = fc.array(fc.oneof(fc.constantFrom(...knownNames), fc.stringMatching(/^[a-z0-9.-]{1,12}$/)), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(text, value, (content, names) => {
      assert.equal(read(content, coded(names.join(', '))), read(content, plain));
    }),
  );
  assert.equal(
    read('{"token":"s3cret"}', [...type('application/json'), ['Content-Encoding', 'gzip']]),
    '{"token":"[redacted]"}',
  );
});

test('a text is undone of any list of known codings, or marked with one that is not known', () => {
  const content = 'what is to be read, again and again and again';
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 1, maxLength: 4 }), fc.nat(3), (chain, at) => {
      const bytes = chain.reduce((inner, index) => compressors[index]?.(inner) ?? inner, Buffer.from(content));
      const names = chain.map((index) => ['gzip', 'deflate', 'deflate', 'br'][index] ?? '');
      assert.equal(read(bytes, coded(names.join(','))), content);
      const wrong = names.with(at % names.length, 'x-secret');
      assert.equal(read(bytes, coded(...wrong)), '[x-secret]');
    }),
  );
});

test('a coding that cannot be undone is marked, by a name that is one', () => {
  const unreadable = Buffer.from('28b52ffd00581100', 'hex');
  assert.equal(read(unreadable, coded('dcz')), '[dcz]');
  assert.equal(read(unreadable, coded('X-Compress')), '[compress]');
  assert.equal(read(unreadable, coded('gzip')), '[gzip]');
  assert.equal(read(unreadable, coded('a b\u0007')), '[unknown coding]');
  assert.equal(read(unreadable, coded('x'.repeat(33))), '[unknown coding]');
  assert.equal(read(gzipSync(unreadable), coded('zst', 'gzip')), '[zst]');
  assert.equal(read(gzipSync('hello').subarray(0, 11), coded('gzip'), { truncated: true }), '[gzip]');
  assert.equal(read(gzipSync(''), coded('gzip')), undefined);
});

test('without a decompressor, coded bodies are marked', () => {
  const reader = createBodyReader({ bodies: text }, undefined);
  const body = { bytes: gzipSync('hello'), truncated: false };
  assert.equal(reader(body, headerFields([...plain, ['Content-Encoding', 'gzip']])), '[gzip]');
});

test('a bomb is cut at the limit', () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, 'a'));
  assert.equal(read(bomb, [...plain, ['Content-Encoding', 'gzip']], { limit: 50 }), `${'a'.repeat(50)}…[truncated]`);
});

test('charsets are decoded, unknown ones as Latin-1', () => {
  const cases: readonly (readonly [bytes: Buffer, charset: string, expected: string])[] = [
    [Buffer.from('Grüße'), '', 'Grüße'],
    [Buffer.from('Grüße'), '; charset=UTF-8', 'Grüße'],
    [Buffer.from('Gr\xfc\xdfe', 'latin1'), '', 'Grüße'],
    [Buffer.from('Gr\xfc\xdfe', 'latin1'), '; charset="iso-8859-1"', 'Grüße'],
    [Buffer.from('Gr\xfc\xdfe', 'latin1'), '; charset=latin1', 'Grüße'],
    [Buffer.from('\x93a\x94', 'latin1'), '; charset=windows-1252', '“a”'],
    [Buffer.from('Gr\xfc\xdfe', 'latin1'), '; charset=klingon', 'Grüße'],
    [Buffer.from('Gr\xfcx', 'latin1'), '; charset=utf-8', 'Gr\ufffdx'],
    [Buffer.from('aü', 'utf16le'), '; charset=utf-16', 'aü'],
    [Buffer.from('aü', 'utf16le').swap16(), '; charset=utf-16be', 'aü'],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('aü', 'utf16le')]), '; charset=utf-8', 'aü'],
    [Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('aü', 'utf16le').swap16()]), '', 'aü'],
    [Buffer.from('\ufeffaü'), '; charset=latin1', 'aü'],
  ];
  for (const [bytes, charset, expected] of cases) {
    assert.equal(read(bytes, type(`text/plain${charset}`)), expected, `${charset} ${bytes.toString('hex')}`);
  }
});

test('a truncated body says so, and a character cut in two is left out, at every split', () => {
  const whole = 'aü世🚀b';
  const bytes = Buffer.from(whole);
  for (let length = 1; length < bytes.length; length++) {
    const shown = read(bytes.subarray(0, length), plain, { truncated: true }) ?? '';
    assert.ok(shown.endsWith('…[truncated]'));
    assert.ok(whole.startsWith(shown.slice(0, -'…[truncated]'.length)), shown);
  }
  const wide = Buffer.from(whole, 'utf16le');
  for (let length = 2; length < wide.length; length++) {
    const shown = read(wide.subarray(0, length), type('text/plain;charset=utf-16le'), { truncated: true });
    assert.ok(shown !== undefined && whole.startsWith(shown.replace('…[truncated]', '')), shown);
  }
});

test('a truncated body in a content coding gives its beginning, at every split', () => {
  const content = Array.from({ length: 60 }, (_, n) => `{"number":${n * 7919},"token":"s3cret"}`).join('\n');
  const bytes = gzipSync(content);
  const fields = [...type('application/x-ndjson'), ['Content-Encoding', 'gzip']] as const;
  const whole = read(bytes, fields, { limit: 10_000 }) ?? '';
  assert.equal(whole, content.replaceAll('s3cret', '[redacted]'));
  for (let length = 0; length < bytes.length; length++) {
    const shown = read(bytes.subarray(0, length), fields, { truncated: true, limit: 10_000 });
    if (shown === undefined || shown === '[gzip]') continue;
    assert.doesNotMatch(shown, /s3c/);
    const start = shown.replace('…[truncated]', '').replace(/"\[redacted\]"$/, '');
    assert.ok(whole.startsWith(start), `${length}: ${shown}`);
  }
});

test('no bytes and no headers make it throw', () => {
  const anyType = fc.oneof(
    fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=b',
      'text/xml;charset=x',
      'text/plain; charset=utf-16',
      'application/x-www-form-urlencoded',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      anyType,
      fc.constantFrom('', 'gzip', 'deflate', 'br', 'gzip,br', ','),
      fc.boolean(),
      (bytes, contentType, coding, truncated) => {
        const shown = read(Buffer.from(bytes), [...type(contentType), ['content-encoding', coding]], { truncated });
        assert.ok(shown === undefined || shown.length > 0);
      },
    ),
    { numRuns: 2000 },
  );
});

test('names of codings that nobody knows cost no more than those that are known', async () => {
  const body = gzipSync('hello');
  const many = (name: string) => () => [...plain, ['Content-Encoding', `${`${name},`.repeat(10_000)}gzip`]] as const;
  const readOften = (fields: Fields) => {
    for (let round = 0; round < 10; round++) assert.equal(read(body, fields), 'hello');
  };
  const ratio = await cpuRatio({ run: readOften, less: many('gzip'), more: many('x') });
  assert.ok(ratio < 8, `${ratio}`);
});

test('the last of many codings counts', () => {
  assert.equal(read(gzipSync('hello'), [...plain, ['Content-Encoding', `${'none,'.repeat(100)}gzip`]]), 'hello');
});
