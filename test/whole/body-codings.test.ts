import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { programMissing, recordsOf, runLogger } from '../support/program/run-logger.ts';

const capture = fileURLToPath(new URL('cases/body-codings.pcap', import.meta.url));
const json = '{"a":"hello world","b":2}';
/** Codings that can be undone, or are none, or are not what the body has. */
const understood = [
  ...['plain', 'gzip', 'GZIP', 'x-gzip', 'two-members', 'double', 'deflate-zlib', 'deflate-raw', 'identity', 'charset'],
  ...['utf-8', 'UTF8', 'none', 'aws-chunked', 'lie'],
];

test('bodies are logged whatever their coding is called, as long as they can be read', {
  skip: programMissing,
}, async () => {
  const { stdout } = await runLogger(['--read', capture], { env: { LOG_BODIES: 'true' } });
  const bodies = new Map(recordsOf(stdout).map((record) => [record['url'], record['response_body']]));
  for (const name of understood) assert.equal(bodies.get(`/${name}`), json, name);
});
