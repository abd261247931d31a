// Work per byte of hostile input is bounded by a constant: four times as many bytes may cost four times as much, not
// sixteen times. Each input goes the whole way, from the segments of a connection to what the sinks send, in every
// schema. A new kind of input is a new row.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { routeOf } from '../../src/metrics/route.ts';
import { createProtocols } from '../../src/protocols.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createTargetFilter } from '../../src/record/ignore-urls.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import type { SchemaName } from '../../src/record/schema/schemas.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { MessagePackWriter } from '../../src/sink/fluentd/fluentd-message-pack.ts';
import { ProtocolDetector } from '../../src/stream/protocol-detector.ts';
import { answer, get, Playbook } from '../support/http1/playbook.ts';
import { assertLinear, cpuRatio } from '../support/program/cpu-cost.ts';
import { fullOptions, withBodies } from '../support/record/exchanges.ts';

const KiB = 1024;
/** Enough for the square of it to be seen, and below the limit of a head. */
const manyBytes = 32 * KiB;
/** Bodies are also compared with four times as much. */
const bodyLimitBytes = 4 * manyBytes;
/** The same for a connection whose protocol is not known yet. */
const manySegments = 15 * KiB;
const packetBytes = 1460;
const schemaNames: readonly SchemaName[] = ['flat', 'ecs', 'otel', 'legacy'];

/** What a client sends: about so many bytes, one character each. */
type Hostile = (bytes: number) => string | Buffer;

/** `unit` again and again. */
function many(bytes: number, unit: string | ((index: number) => string)): string {
  let text = '';
  for (let index = 0; text.length < bytes; index++) text += typeof unit === 'string' ? unit : unit(index);
  return text;
}

let namesMadeUp = 0;
/** A name that nobody has seen before. */
const newName = () => `x${(namesMadeUp++).toString(36)}`;

const head = (fields: string) => `GET / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`;
const part = (fields: string) => `--b\r\n${fields}\r\n\r\nv\r\n`;

function post(type: string, body: string | Buffer, fields = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const start = `POST / HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n${fields}\r\n`;
  return Buffer.concat([Buffer.from(start, 'latin1'), bytes]);
}

/** Behind a body of which not all is kept. */
const more = ' '.repeat(bodyLimitBytes);
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
const multipart = 'multipart/form-data; boundary=b';

const heads: { readonly [title: string]: Hostile } = {
  'fields with names of their own': (bytes) => head(many(bytes, () => `${newName()}: v\r\n`)),
  'fields of one name': (bytes) => head(many(bytes, (index) => `x: ${index}\r\n`)),
  'the same field again': (bytes) => head(many(bytes, 'x: v\r\n')),
  'fields whose names are numbers': (bytes) => head(many(bytes, (index) => `${index * 7919}: v\r\n`)),
  'fields with secret names': (bytes) => head(many(bytes, () => `${newName()}-token: v\r\n`)),
  'fields that are not UTF-8': (bytes) => head(many(bytes, () => `x: \xff${newName()}\r\n`)),
  'lines without a colon': (bytes) => head(many(bytes, 'x\r\n')),
  'fields without a name or value': (bytes) => head(many(bytes, ':\n')),
  'one value': (bytes) => head(`x: ${many(bytes, 'v')}\r\n`),
  'one name': (bytes) => head(`${many(bytes, 'a.%zz')}: v\r\n`),
  'one value on many lines': (bytes) => head(`x: a\r\n${many(bytes, ' b\r\n')}`),
  'one value on empty lines': (bytes) => head(`x: a\r\n${many(bytes, '\t\r\n')}`),
  cookies: (bytes) => head(`Cookie: ${many(bytes, (index) => `c${index}=v; `)}\r\n`),
  'parameters in a field': (bytes) => head(`Link: ${many(bytes, () => `${newName()}=v; `)}\r\n`),
  'transfer codings': (bytes) => head(`Transfer-Encoding: ${many(bytes, 'gzip,')}\r\n`),
  'fields of transfer codings': (bytes) => head(many(bytes, 'Transfer-Encoding: gzip\r\n')),
  lengths: (bytes) => head(`Content-Length: ${many(bytes, '0,')}0\r\n`),
  'content codings': (bytes) => post('text/plain', 'a', `Content-Encoding: ${many(bytes, 'identity,')}gzip\r\n`),
  'parameters of a content type': (bytes) => post(`text/plain${many(bytes, '; charset')}`, 'a'),
  'a trace that does not end': (bytes) => head(`traceparent: 00-${many(bytes, '0')}\r\n`),
  'a trace of zeros': (bytes) => head(`x-b3-traceid: ${many(bytes, '0')}\r\nx-b3-spanid: ${many(bytes, '0')}\r\n`),
  'colons in a host': (bytes) => head(`Host: ${many(bytes, 'a:')}\r\n`),
  'brackets in a host': (bytes) => head(`Host: ${many(bytes, '[:]')}\r\n`),
  'a program with many products': (bytes) => head(`User-Agent: ${many(bytes, 'a/1 (b; c) ')}\r\n`),
  'control characters': (bytes) => head(`x: ${many(bytes, '\x01\x7f\x85')}\r\n`),
  'characters that change the direction of text': (bytes) => head(`x: ${many(bytes, '\xe2\x80\xae')}\r\n`),
  'starts of tokens in a field': (bytes) => head(`x: ${many(bytes, 'eyJ.')}\r\n`),
  'a token that does not end': (bytes) => head(`x: eyJ${many(bytes, 'a.-_')}\r\n`),
  'digits in a field': (bytes) => head(`x: ${many(bytes, '4111 ')}\r\n`),
  'fields that end in a bare LF': (bytes) => head(many(bytes, () => `${newName()}: v\n`)),
  'colons in a trace': (bytes) => head(`traceparent: ${many(bytes, '0-')}\r\nb3: ${many(bytes, '0-')}\r\n`),
};

const targets: { readonly [title: string]: Hostile } = {
  parameters: (bytes) => get(`/?${many(bytes, () => `${newName()}=1&`)}`),
  'parameters with broken escapes': (bytes) => get(`/?${many(bytes, () => `%zz%e9${newName()}=1&`)}`),
  'secret parameters': (bytes) => get(`/?${many(bytes, 'token=1&')}`),
  'separators in a secret': (bytes) => get(`/token=${many(bytes, ';a')}`),
  'equals signs': (bytes) => get(`/?${many(bytes, '=')}`),
  escapes: (bytes) => get(`/?${many(bytes, '%25')}`),
  'escapes of escapes': (bytes) => get(`/?%${many(bytes, '25')}`),
  'a user with colons': (bytes) => get(`http://${many(bytes, 'a:')}`),
  users: (bytes) => get(`http://${many(bytes, 'a:a@')}`),
  slashes: (bytes) => get(`${many(bytes, '/')}@`),
  authorities: (bytes) => get(`/@${many(bytes, '://a')}`),
  'parameters in an authority': (bytes) => get(`/@://${many(bytes, '&a')}`),
  'escaped authorities': (bytes) => get(`/${many(bytes, '%3a%2f%2fa')}`),
  'colons in an escaped authority': (bytes) => get(`/%3a%2f%2f${many(bytes, '%3aa')}`),
  segments: (bytes) => get(many(bytes, (index) => `/${index}`)),
  'JSON in a parameter': (bytes) => get(`/?q={${many(bytes, () => `"${newName()}":1,`)}}`),
  'secrets in JSON in a parameter': (bytes) => get(`/?q=${many(bytes, '{"token":')}`),
  'escaped JSON in a parameter': (bytes) => get(`/?q=${many(bytes, '%22token%22:')}`),
  'parameters in parameters': (bytes) => get(`/?${many(bytes, 'a=/?')}`),
  'a long token': (bytes) => get(`/${many(bytes, 'aB3-_')}`),
  'dots in a path': (bytes) => get(`/${many(bytes, '../')}`),
  'what is nearly a pattern of ignored paths': (bytes) => get(`/a${many(bytes, 'ab')}`),
  'control characters in a target': (bytes) => get(`/${many(bytes, '\x01\x9b')}`),
  'white space': (bytes) => `GET /${many(bytes, ' a')}\r\nHost: h\r\n\r\n`,
  'words like versions': (bytes) => `GET /${many(bytes, ' HTTPa a/')} x\r\nHost: h\r\n\r\n`,
};

const bodies: { readonly [title: string]: Hostile } = {
  'a user with colons, cut off': (bytes) => post('text/plain', `://${many(bytes - 4, ':')}/${more}`),
  'a user behind escaped slashes, cut off': (bytes) => post('text/plain', `:\\/\\/${many(bytes - 9, 'a:')}/${more}`),
  'users, cut off': (bytes) => post('text/plain', many(bytes, '://a:') + more),
  'digits, cut off': (bytes) => post('text/plain', many(bytes, '4-') + more),
  'lines of fields': (bytes) =>
    post(
      'text/plain',
      many(bytes, () => `${newName()}: b\n`),
    ),
  'names without end': (bytes) => post('text/plain', many(bytes, '"a')),
  'blanks behind a name': (bytes) => post('text/plain', `a${many(bytes, ' ')}b`),
  'secrets without end': (bytes) => post('text/plain', many(bytes, 'token: "')),
  'blocks of YAML': (bytes) => post('application/yaml', many(bytes, 'token: |\n')),
  'a block of empty lines': (bytes) => post('application/yaml', `token: |${many(bytes, '\n   \t')}`),
  digits: (bytes) => post('text/plain', many(bytes, '4')),
  'digits one by one': (bytes) => post('text/plain', many(bytes, '4 ')),
  'numbers that are no cards': (bytes) => post('text/plain', many(bytes, '4111 1111 1111 1112 ')),
  'starts of tokens': (bytes) => post('text/plain', many(bytes, 'eyJ')),
  'starts of keys': (bytes) => post('text/plain', many(bytes, 'sk-a ghp_ ')),
  'starts of private keys': (bytes) => post('text/plain', many(bytes, '-----BEGIN A')),
  'a private key that does not end': (bytes) =>
    post('text/plain', `-----BEGIN PRIVATE KEY-----${many(bytes, '-----END AAAAAAAA')}`),
  'a form': (bytes) =>
    post(
      form,
      many(bytes, () => `%e9${newName()}=b&`),
    ),
  'a string of JSON that does not end': (bytes) => post(json, `"${many(bytes, 'a')}`),
  quotes: (bytes) => post(json, many(bytes, '"')),
  'escaped quotes': (bytes) => post(json, `"${many(bytes, '\\"')}"`),
  backslashes: (bytes) => post(json, `"${many(bytes, '\\')}"`),
  brackets: (bytes) => post(json, many(bytes, '[')),
  'objects in objects': (bytes) => post(json, many(bytes, '{"a":')),
  'secret arrays in secret arrays': (bytes) => post(json, many(bytes, '{"token":[')),
  'secrets without a value': (bytes) => post(json, many(bytes, '"token":')),
  'JSON in JSON': (bytes) => post(json, nested(bytes)),
  'angle brackets': (bytes) => post('text/xml', many(bytes, '<')),
  'tags that do not end': (bytes) => post('text/xml', many(bytes, '<a ')),
  attributes: (bytes) => post('text/html', `<a${many(bytes, ' name ')}>`),
  'blanks in a tag': (bytes) => post('text/html', `<a name${many(bytes, ' ')}>`),
  'secret elements that do not end': (bytes) => post('text/xml', many(bytes, '<token>')),
  'secret elements': (bytes) => post('text/xml', many(bytes, '<token>a</token>')),
  boundaries: (bytes) => post(multipart, many(bytes, '--b')),
  'empty parts': (bytes) => post(multipart, many(bytes, '--b\n\n')),
  parts: (bytes) => post(multipart, many(bytes, part('Content-Disposition: form-data; name="x"'))),
  'parts in parts': (bytes) =>
    post(
      multipart,
      many(bytes, (index) => `--${index || 'b'}\nContent-Type: multipart/x\n\n`),
    ),
  'names of a part': (bytes) => post(multipart, part(`Content-Disposition: form-data${many(bytes, '; name ')}`)),
  'lines of a part': (bytes) => post(multipart, part(`Content-Disposition:${many(bytes, '\n ')}`)),
  'bytes that are not UTF-8': (bytes) => post('text/plain', many(bytes, '\xff')),
  'compressed bytes that are cut off': (bytes) => post('text/plain', gzipSync(noise(bytes)), gzip),
  'compressed bytes that are damaged': (bytes) => post('text/plain', damaged(gzipSync(noise(bytes))), gzip),
  'compressed members': (bytes) => post('text/plain', Buffer.concat(times(bytes / 25, () => gzipSync('ab'))), gzip),
  'a bomb of members': (bytes) =>
    post('text/plain', Buffer.concat(times(bytes / 120, () => gzipSync(Buffer.alloc(100_000)))), gzip),
  'a bomb of zlib': (bytes) =>
    post('text/plain', deflateSync(Buffer.alloc(bytes * 100)), 'Content-Encoding: deflate\r\n'),
  'a bomb of Brotli': (bytes) =>
    post('text/plain', brotliCompressSync(Buffer.alloc(bytes * 1000)), 'Content-Encoding: br\r\n'),
  'a coding in a coding': (bytes) =>
    post(
      'text/plain',
      gzipSync(gzipSync(Buffer.alloc(bytes * 100))),
      `Content-Encoding: ${many(bytes / 4, 'gzip,')}gzip\r\n`,
    ),
  'control characters in a body': (bytes) => post('text/plain', many(bytes, '\x01\x1b[2J')),
  'a bomb': (bytes) => post('text/plain', gzipSync(Buffer.alloc(bytes * 100)), gzip),
};

function times<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: Math.trunc(count) }, make);
}

const gzip = 'Content-Encoding: gzip\r\n';

/** JSON in a string in a string ... */
function nested(bytes: number): string {
  let text = '"a"';
  while (text.length < bytes) text = JSON.stringify(text + text.slice(0, 3));
  return text.slice(0, bytes);
}

/** Hardly compressible, the same each time. */
function noise(bytes: number): string {
  return many(bytes, (index) => Math.abs(Math.sin(index)).toString(36).slice(2));
}

function damaged(bytes: Buffer): Buffer {
  return bytes.fill(0xff, bytes.length - 100);
}

/** In segments of so many bytes. */
const segments: { readonly [title: string]: readonly [bytes: number, Hostile] } = {
  'a head byte by byte': [1, (bytes) => head(`x: ${many(bytes, 'v')}\r\n`)],
  'a first line byte by byte': [1, (bytes) => get(`/${many(bytes, 'v')}`)],
  'a first line of unknown form byte by byte': [1, (bytes) => `GET x${many(bytes, 'v')}\nno field`],
  'the first line of a second request byte by byte': [1, (bytes) => `${get('/')}GET /${many(bytes, 'v')}`],
  'empty lines byte by byte': [1, (bytes) => many(bytes, '\r\n')],
  'nothing known byte by byte': [1, (bytes) => many(bytes, 'v')],
  'chunks of one byte': [packetBytes, (bytes) => chunked(many(bytes, '1\r\na\r\n'))],
  'chunks of one byte, byte by byte': [1, (bytes) => chunked(many(bytes, '1\r\na\r\n'))],
  'a chunk with a long extension byte by byte': [1, (bytes) => chunked(`1;${many(bytes, 'v')}\r\na\r\n`)],
  'a chunk size of zeros byte by byte': [1, (bytes) => chunked(`${many(bytes, '0')}1\r\na\r\n`)],
  'trailers byte by byte': [
    1,
    (bytes) =>
      chunked(
        '',
        many(bytes, () => `${newName()}: v\r\n`),
      ),
  ],
  'a trailer on many lines byte by byte': [1, (bytes) => chunked('', `x: a\r\n${many(bytes, ' b\r\n')}`)],
  'many fields byte by byte': [1, (bytes) => head(many(bytes, () => `${newName()}: v\r\n`))],
  'one value on many lines byte by byte': [1, (bytes) => head(`x: a\r\n${many(bytes, ' b\r\n')}`)],
  'bare line feeds byte by byte': [1, (bytes) => head(many(bytes, 'x: v\n'))],
  'a PROXY header byte by byte': [1, (bytes) => `PROXY ${many(bytes, 'v')}`],
  'a long PROXY header byte by byte': [1, (bytes) => longProxyHeader(bytes)],
  'PROXY headers in each other': [packetBytes, (bytes) => many(bytes, 'PROXY UNKNOWN\r\n')],
  'a record of TLS byte by byte': [1, (bytes) => `\x16\x03\x01\x40\x00${many(bytes, 'v')}`],
};

function chunked(chunks: string, trailers = ''): string {
  return `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${trailers}\r\n`;
}

/** Of version 2. */
function longProxyHeader(bytes: number): Buffer {
  const start = Buffer.from('\r\n\r\n\0\r\nQUIT\n\x21\x11\0\0', 'latin1');
  start.writeUInt16BE(bytes, start.length - 2);
  return Buffer.concat([start, Buffer.alloc(bytes), Buffer.from(get('/'))]);
}

/** The same as a connection hands it over, in segments of `size` bytes. */
function segmentsOf(sent: string | Buffer, size: number): readonly Buffer[] {
  const bytes = typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent;
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

const isIgnored = createTargetFilter(['/*a*b*c*', '*/x']);

/** From the segments of a connection to what all sinks send. */
function logEverything(segments: readonly Buffer[]): void {
  const playbook = new Playbook({
    bodyLimitBytes,
    listen: (connection, context) =>
      new ProtocolDetector(connection, {
        protocols: Object.values(createProtocols(context)),
        counters: context.counters,
        isOwn: () => false,
      }),
  });
  for (const segment of segments) playbook.client(segment);
  playbook.server(answer(200, '')).finish();
  // The most fields that can be asked for: what one costs must not depend on how many there are.
  const build = createRecordBuilder(withBodies({ ...fullOptions, maxFields: 10_000 }, bodyLimitBytes));
  for (const exchange of playbook.exchanges) {
    const record = build(exchange);
    formatPretty(record, true);
    routeOf(record.path ?? '');
    isIgnored(record.url ?? '');
    for (const name of schemaNames) {
      const encodings = createEncodings(name);
      encodings.toJson(record);
      new MessagePackWriter().value(encodings.toSchema(record));
      createBulkEncoder('index', encodings).content(record);
    }
  }
}

async function assertLinearInBytes(hostile: Hostile, size: number, more: number): Promise<void> {
  const make = (bytes: number) => () => segmentsOf(hostile(bytes), size);
  await assertLinear({ run: logEverything, less: make(more / 4), more: make(more) });
}

/** What is written of a body is long enough for the collector of garbage to come in between from some size on. */
async function assertLinearInBody(hostile: Hostile): Promise<void> {
  const make = (bytes: number) => () => segmentsOf(hostile(bytes), packetBytes);
  await assertLinear({
    run: logEverything,
    less: make(manyBytes / 4),
    more: make(manyBytes),
    most: make(bodyLimitBytes),
  });
}

for (const [kind, table] of Object.entries({ heads, targets })) {
  describe(`${kind} cost no more per byte when there is much of`, () => {
    for (const [title, hostile] of Object.entries(table))
      test(title, () => assertLinearInBytes(hostile, packetBytes, manyBytes));
  });
}

describe('bodies cost no more per byte when there is much of', () => {
  for (const [title, hostile] of Object.entries(bodies)) test(title, () => assertLinearInBody(hostile));
});

describe('segments cost no more each when there are many of', () => {
  for (const [title, [size, hostile]] of Object.entries(segments))
    test(title, () => assertLinearInBytes(hostile, size, manySegments));
});

/** Of the same size, and how many times as much the odd one may cost. */
const pairs: readonly (readonly [title: string, odd: Hostile, ordinary: Hostile, times: number])[] = [
  [
    'names that nobody has seen before',
    (bytes) => many(bytes, () => head(many(2 * KiB, () => `${newName()}: v\r\n`))),
    (bytes) => many(bytes, () => head(many(2 * KiB, (index) => `x${index % 9}: v\r\n`))),
    14,
  ],
  [
    'values that are not UTF-8',
    (bytes) => many(bytes, () => head(many(2 * KiB, () => `x: \xff${newName()}\r\n`))),
    (bytes) => many(bytes, () => head(many(2 * KiB, () => `x: \xc3\xbc${newName()}\r\n`))),
    3,
  ],
  [
    'names of parameters with broken escapes',
    (bytes) => get(`/?${many(bytes, () => `%zz${newName()}=1&`)}`),
    (bytes) => get(`/?${many(bytes, () => `%5b${newName()}=1&`)}`),
    3,
  ],
];

describe('what is odd costs not many times as much as what is ordinary:', () => {
  for (const [title, odd, ordinary, times] of pairs) {
    test(title, async () => {
      const ratio = await cpuRatio({
        run: logEverything,
        less: () => segmentsOf(ordinary(manyBytes), packetBytes),
        more: () => segmentsOf(odd(manyBytes), packetBytes),
      });
      assert.ok(ratio <= times, `it costs ${ratio.toFixed(1)} times as much`);
    });
  }
});
