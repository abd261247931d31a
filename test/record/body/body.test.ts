import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompress } from '../../../src/app/decompress.ts';
import { type BodySelection, createBodyReader } from '../../../src/record/body/body.ts';
import { createBodyRedactor } from '../../../src/record/redact/redact-body.ts';
import { createSecretNameTest } from '../../../src/record/redact/secret-names.ts';
import { type Fields, headerFields } from '../exchanges.ts';

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
  const reader = createBodyReader(selection, redactBody, decompress, limit);
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
  assert.equal(read('hello', [...plain, ['Content-Encoding', 'zstd']]), undefined);
  assert.equal(read('hello', [...plain, ['Content-Encoding', 'gzip']]), undefined, 'not what it says');
  assert.equal(read(coded, [...plain, ['Content-Encoding', 'gzip,br,br,br,br']]), undefined);
});

test('without a decompressor, coded bodies are left out', () => {
  const reader = createBodyReader(text, undefined, undefined);
  const body = { bytes: gzipSync('hello'), truncated: false };
  assert.equal(reader(body, headerFields([...plain, ['Content-Encoding', 'gzip']])), undefined);
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
  for (let length = 1; length < bytes.length; length += 1) {
    const shown = read(bytes.subarray(0, length), plain, { truncated: true }) ?? '';
    assert.ok(shown.endsWith('…[truncated]'));
    assert.ok(whole.startsWith(shown.slice(0, -'…[truncated]'.length)), shown);
  }
  const wide = Buffer.from(whole, 'utf16le');
  for (let length = 2; length < wide.length; length += 1) {
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
  for (let length = 0; length < bytes.length; length += 1) {
    const shown = read(bytes.subarray(0, length), fields, { truncated: true, limit: 10_000 });
    if (shown === undefined) continue;
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
