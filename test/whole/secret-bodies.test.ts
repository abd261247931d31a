import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { LinkType } from '../../src/capture/frame.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';
import { defaultPipelineSettings, runPackets } from '../support/program/run-pipeline.ts';
import { fullOptions, withBodies } from '../support/record/exchanges.ts';
import { secretBodies } from '../support/record/secret-bodies.ts';
import { toSchema } from '../support/record/to-schema.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const secret = 'Zq7Kp2Xw9';
const beginning = /zq/i;
const wholeLimit = 100_000;

const charsets: readonly (readonly [parameter: string, encode: (text: string) => Buffer])[] = [
  ['', (text) => Buffer.from(text)],
  ['; charset=utf-8', (text) => Buffer.from(`\ufeff${text}`)],
  ['; charset="ISO-8859-1"', (text) => Buffer.from(text.replaceAll('\ufeff', ''), 'latin1')],
  ['; charset=windows-1252', (text) => Buffer.from(text.replaceAll('\ufeff', ''), 'latin1')],
  ['; charset=shift_jis', (text) => Buffer.from(text.replaceAll('\ufeff', ''), 'latin1')],
  ['; charset=unknown-8bit', (text) => Buffer.from(text.replaceAll('\ufeff', ''), 'latin1')],
  ['; charset=utf-16', (text) => Buffer.from(text, 'utf16le')],
  ['; charset=utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['; charset=UTF-16BE', (text) => Buffer.from(text, 'utf16le').swap16()],
  ['', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];
const codings: readonly (readonly [name: string, encode: (bytes: Buffer) => Buffer])[] = [
  ['identity', (bytes) => bytes],
  ['gzip', (bytes) => gzipSync(bytes)],
  ['deflate', (bytes) => deflateSync(bytes)],
  ['deflate', (bytes) => deflateRawSync(bytes)],
  ['br', brotli],
  ['gzip, br', (bytes) => brotli(gzipSync(bytes))],
];

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } });
}

/** A body with its fields of a head, in one of the ways to send it. */
function encoded(type: string, text: string, variant: number): Buffer {
  const [charset, toBytes] = charsets[variant % charsets.length] ?? ['', Buffer.from];
  const [coding, encode] = codings[variant % codings.length] ?? ['identity', (bytes: Buffer) => bytes];
  const body = encode(toBytes(text.replaceAll('¤', secret)));
  const fields = `Content-Type: ${type}${charset}\r\nContent-Encoding: ${coding}\r\n`;
  if (variant % 2 === 0) return Buffer.concat([Buffer.from(`${fields}Content-Length: ${body.length}\r\n\r\n`), body]);
  const chunks: Buffer[] = [Buffer.from(`${fields}Transfer-Encoding: chunked\r\n\r\n`)];
  for (let start = 0; start < body.length; start += 7) {
    const chunk = body.subarray(start, start + 7);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

/** The records of all bodies, each sent in a request and in its response. */
function recordsWithLimit(bodyLimitBytes: number, firstVariant: number) {
  const settings = defaultPipelineSettings();
  const build = createRecordBuilder(withBodies(fullOptions, bodyLimitBytes));
  const conversation = new TcpConversation({ mss: 500 });
  for (const [index, { type, text }] of secretBodies.entries()) {
    const message = encoded(type, text, firstVariant + index);
    conversation.client(Buffer.concat([Buffer.from(`POST /${index} HTTP/1.1\r\nHost: shop\r\n`), message]));
    conversation.server(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), message]));
  }
  const exchange = { ...settings.exchange, bodyLimitBytes };
  const run = runPackets(conversation.close().packets, LinkType.raw, { ...settings, exchange });
  assert.equal(run.exchanges.length, secretBodies.length);
  return run.exchanges.map(build);
}

test('no secret of a body is in any record, whatever its charset, coding and framing, and what is no secret is', () => {
  for (let variant = 0; variant < 3; variant++) {
    const records = recordsWithLimit(wholeLimit, variant * 5);
    for (const [index, record] of records.entries()) {
      const { kept = [], text = '' } = secretBodies[index] ?? {};
      for (const body of [record.requestBody, record.responseBody]) {
        assert.ok(body !== undefined, `${text} is not logged`);
        for (const each of kept) assert.ok(body.includes(each), `${each} is lost: ${body}`);
      }
      for (const encode of Object.values(toSchema)) assert.doesNotMatch(JSON.stringify(encode(record)), beginning);
      assert.doesNotMatch(formatPretty(record, true), beginning);
    }
  }
});

test('no secret of a body is in any record where the limit cuts it', () => {
  const random = createRandom(20261130);
  for (let variant = 0; variant < 6; variant++) {
    const limit = randomInteger(random, 5, 150);
    for (const { requestBody = '', responseBody = '' } of recordsWithLimit(limit, variant)) {
      assert.doesNotMatch(requestBody + responseBody, beginning, `limit ${limit}`);
    }
  }
});
