import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { generateCapture } from '../../bench/capture-generator.ts';
import { freshExchanges } from '../../bench/fresh-exchanges.ts';
import { FreshText } from '../../bench/fresh-text.ts';
import { freshHeads } from '../../bench/replay-workloads.ts';
import { programMissing, recordsOf, runLogger } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

const fields = 25;
const heads = freshExchanges().flatMap(({ requestHead, responseHead }) => [requestHead, responseHead]);

function linesOf(template: string, exchange: number): readonly string[] {
  const text = new FreshText(template);
  const bytes = Buffer.alloc(text.length);
  text.copy(bytes, 0, exchange);
  const [, ...lines] = bytes.toString('latin1').slice(0, -4).split('\r\n');
  return lines;
}

test('heads have 25 fields each way, with two cookies that are set', () => {
  for (const head of heads) assert.equal(linesOf(head, 0).length, fields);
  for (const { responseHead } of freshExchanges())
    assert.equal(linesOf(responseHead, 0).filter((line) => line.startsWith('Set-Cookie: ')).length, 2);
});

test('at least ten fields of each head never repeat, and the others always do', () => {
  const exchanges = 20_000;
  for (const head of heads) {
    const seen = Array.from({ length: fields }, () => new Set<string>());
    for (let exchange = 0; exchange < exchanges; exchange++)
      linesOf(head, exchange).forEach((line, index) => {
        seen[index]?.add(line);
      });
    const fresh = seen.filter(({ size }) => size === exchanges).length;
    const known = seen.filter(({ size }) => size === 1).length;
    assert.ok(fresh >= 10, `${fresh} fresh fields in ${head}`);
    // What has few digits comes again now and then.
    assert.ok(fresh + known >= fields - 3, `${fresh} fresh and ${known} known fields in ${head}`);
  }
});

test('the packets are the same in every run, and others after the first exchanges', () => {
  const bytesOf = (firstExchange: number) => captureOf({ exchanges: 100, firstExchange });
  assert.deepEqual(bytesOf(0), bytesOf(0));
  assert.notDeepEqual(bytesOf(0), bytesOf(100));
});

test('the logger pairs all of them, also those that follow with later numbers', { skip: programMissing }, async (t) => {
  const exchanges = 1000;
  const [first, second] = [0, exchanges].map((firstExchange) => captureOf({ exchanges, firstExchange }));
  const records = await recordsOfCapture(t, [first, second?.subarray(pcapHeader)]);
  assert.equal(records.length, 2 * exchanges);
  const requests = new Set<string>();
  for (const record of records) {
    assert.equal(record.outcome, 'answered');
    const { request_headers: request = {}, response_headers: response = {} } = record;
    // Two cookies are one name.
    assert.deepEqual([Object.keys(request).length, Object.keys(response).length], [fields, fields - 1]);
    assert.equal(request['x-request-id'], response['x-request-id']);
    assert.equal(record.trace_id, String(response['traceresponse']).slice(3, 35));
    requests.add(String(request['x-request-id']));
  }
  assert.equal(requests.size, records.length);
});

/** Of a pcap file. */
const pcapHeader = 24;

function captureOf(part: { readonly exchanges: number; readonly firstExchange: number }): Buffer {
  const pieces: Buffer[] = [];
  generateCapture({ ...freshHeads, ...part }, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

async function recordsOfCapture(t: TestContext, pieces: readonly (Buffer | undefined)[]): Promise<FlatRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'khl-fresh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fresh.pcap');
  const file = openSync(path, 'w');
  for (const piece of pieces) if (piece !== undefined) writeSync(file, piece);
  closeSync(file);
  const { code, stdout, stderr } = await runLogger(['--read', path], { env: { LOG_HEADERS: 'true' } });
  assert.equal(code, 0, stderr);
  return recordsOf(stdout);
}
