import assert from 'node:assert/strict';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeHttp2Capture } from '../../bench/http2-capture.ts';
import { grpcCalls } from '../../bench/message-templates.ts';
import { freshHeads } from '../../bench/replay-workloads.ts';
import { programMissing, recordsOf, runLogger } from '../support/program/run-logger.ts';

for (const [name, exchangeTemplates] of Object.entries({ fresh: freshHeads.exchangeTemplates, gRPC: grpcCalls() })) {
  test(`the logger pairs all exchanges of HTTP/2: ${name}`, { skip: programMissing }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'http2-capture-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'http2.pcap');
    const workload = { ...freshHeads, exchangeTemplates, exchanges: 200, exchangesPerConnection: 20 };
    await writeHttp2Capture(openSync(path, 'w'), workload);
    const { code, stdout, stderr } = await runLogger(['--read', path]);
    assert.equal(code, 0, stderr);
    const records = recordsOf(stdout);
    assert.equal(records.length, 200);
    const calls = records.filter(({ grpc_service }) => grpc_service !== undefined);
    assert.equal(calls.length, name === 'gRPC' ? 200 : 0);
    for (const { grpc_method, grpc_status, request_messages, response_messages } of calls) {
      const expected = [grpc_method === 'Put' ? 5 : 0, 1, 1];
      assert.deepEqual([grpc_status, request_messages, response_messages], expected);
    }
    for (const { protocol, outcome, stream_id, request_headers: asked, response_headers: answer } of records) {
      assert.deepEqual([protocol, outcome, typeof stream_id], ['HTTP/2', 'answered', 'number']);
      if (name === 'fresh') assert.equal(asked?.['x-request-id'], answer?.['x-request-id']);
    }
  });
}
