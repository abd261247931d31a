import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCaptureFile } from '../support/program/run-pipeline.ts';

test('a second SYN-ACK costs no exchange, whichever of both the client believes', async () => {
  const { exchanges, counters } = await runCaptureFile('test/whole/cases/synack-other-isn.pcap');
  const lines = exchanges.map(
    ({ endpoints, request, response, outcome }) =>
      `${endpoints.clientPort} ${request?.head.target} ${response?.head.status} ${outcome}`,
  );
  assert.deepEqual(lines.sort(), [
    '40001 /a1 200 answered',
    '40001 /a2 200 answered',
    '40002 /b1 200 answered',
    '40002 /b2 200 answered',
    '40002 /b3 404 answered',
  ]);
  assert.deepEqual([counters.connections_opened, counters.connections_replaced, counters.gaps], [2, 0, 0]);
});
