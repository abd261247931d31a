import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bodyReaderOf } from '../../src/app/body-reader.ts';
import { requestMessage } from '../support/record/exchanges.ts';

const fields = [
  ['Content-Type', 'application/json'],
  ['Content-Encoding', 'gzip'],
] as const;
const { headers } = requestMessage({ headers: fields }).head;
const body = { bytes: gzipSync('{"pin":1,"shoe_size":44,"a":2}'), truncated: false };
const read = (enabled: boolean, bodyLimitBytes: number) => {
  const redact = { enabled, headers: [], params: ['shoe_size'] };
  return bodyReaderOf({ redact, bodies: { kind: 'text' }, bodyLimitBytes })(body, headers);
};

test('bodies are decompressed, and redacted as settings say', () => {
  assert.equal(read(true, 100), '{"pin":"[redacted]","shoe_size":"[redacted]","a":2}');
  assert.equal(read(false, 100), '{"pin":1,"shoe_size":44,"a":2}');
  assert.equal(read(false, 8), '{"pin":1…[truncated]');
});
