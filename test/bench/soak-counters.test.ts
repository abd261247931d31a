import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastCounters, unconserved } from '../../bench/soak-counters.ts';

const line =
  'debug counters: frames_received=12 segments_received=10 frames_skipped_not_tcp=2 payload_bytes_received=90 ' +
  'payload_bytes_delivered=80 payload_bytes_duplicate=10 connections_opened=3 connections_finished=2 ' +
  'connections_shutdown=1 connections_http1=3 exchanges_answered=4 exchanges_closed=1 records_built=5';

test('the last line of counters counts', () => {
  const count = lastCounters(`counters: records_built=1\n${line}\nend`);
  assert.equal(count('records_built'), 5);
  assert.equal(count('exchanges_answered', 'exchanges_closed', 'exchanges_reset'), 5);
  assert.equal(lastCounters('nothing')('records_built'), 0);
});

test('an account that adds up has nothing to say, and one that does not says where', () => {
  assert.deepEqual(unconserved(lastCounters(line), 5), []);
  assert.deepEqual(unconserved(lastCounters(line), 4), ['records: 5 seen, 4 accounted for']);
  assert.deepEqual(unconserved(lastCounters(`${line} stdout_dropped_queue_full=1`), 4), []);
  const damaged = line.replace('segments_received=10', 'segments_received=9');
  assert.deepEqual(unconserved(lastCounters(damaged), 5), ['frames: 12 seen, 11 accounted for']);
});
