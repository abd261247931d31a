import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Counters, createCounters } from '../../src/telemetry/counters.ts';
import { counterLine, exchangesSeen, type SinkSummary, summaryLine } from '../../src/telemetry/summary.ts';

const idle = { openConnections: 0, openRequests: 0 };
const stdout: SinkSummary = {
  name: 'stdout',
  delivered: 0,
  retried: 0,
  duplicates: 0,
  cut: 0,
  spoolCutBytes: 0,
  queued: 0,
  spooled: 0,
  dropped: [],
};

const counting = (counts: Partial<Counters>): Counters => ({ ...createCounters(), ...counts });

test('a summary of nothing says so', () => {
  assert.equal(
    summaryLine(createCounters(), idle, [stdout]),
    '0 exchanges; 0 records written; 0 requests waiting; 0 connections; 0 packets; no loss',
  );
});

test('every outcome, sink and kind of connection has its number', () => {
  const counters = counting({
    exchanges_answered: 5,
    exchanges_timeout: 4,
    exchanges_reset: 3,
    exchanges_closed: 2,
    exchanges_unknown: 1,
    exchanges_ignored_url: 6,
    exchanges_own_traffic: 12,
    connections_opened: 20,
    connections_tls: 7,
    connections_http2: 8,
    connections_not_http: 9,
    http_tunnels: 10,
    frames_received: 1,
  });
  const fluentd = { ...stdout, name: 'fluentd', delivered: 1, retried: 2, duplicates: 3, queued: 4, spooled: 5 };
  assert.equal(exchangesSeen(counters), 15);
  assert.equal(
    summaryLine(counters, { openConnections: 11, openRequests: 1 }, [{ ...stdout, delivered: 9 }, fluentd]),
    '15 exchanges (5 answered, 4 timed out, 3 reset, 2 closed, 1 unknown); ' +
      '9 records written (6 ignored by URL, 12 own traffic); ' +
      'fluentd: 1 record delivered (6 ignored by URL, 12 own traffic, 2 sent again, 3 known to the server already, ' +
      '4 still queued, 5 in the spool); ' +
      '1 request waiting; 20 connections (7 TLS, 8 HTTP/2, 9 not HTTP, 10 tunnels, 11 open); 1 packet; no loss',
  );
});

test('late answers are told beside their exchanges, which count once', () => {
  const counters = counting({ exchanges_timeout: 2, exchanges_answered: 1, http_late_responses: 1 });
  const line = () => summaryLine(counters, { openConnections: 0, openRequests: 0 }, []);
  assert.match(line(), /^3 exchanges \(1 answered, 2 timed out\), 1 late answer; /);
  counters.http_late_responses = 2;
  assert.match(line(), /, 2 late answers; /);
});

test('every loss is named', () => {
  const counters = counting({
    frames_dropped_kernel: 1,
    gaps: 2,
    gap_bytes: 3000,
    frames_skipped_link_type: 7,
    frames_skipped_truncated: 8,
    frames_skipped_malformed: 9,
    fragments_dropped_timeout: 1,
    fragments_dropped_limit: 2,
    fragments_dropped_malformed: 3,
    fragments_dropped_shutdown: 4,
    http_malformed: 10,
    http_heads_too_large: 11,
    http_unpaired_requests: 12,
    connections_evicted_count: 4,
    connections_evicted_memory: 5,
    internal_errors: 6,
  });
  const dropping: SinkSummary = {
    ...stdout,
    dropped: [
      [7, 'queue full'],
      [0, 'too large'],
      [8, 'output closed'],
    ],
  };
  const line = summaryLine(counters, { ...idle, isInputTruncated: true }, [dropping]);
  assert.match(line, /; 0 records written \(7 dropped \(queue full\), 8 dropped \(output closed\)\); /);
  assert.ok(
    line.endsWith(
      '; lost: 1 packet dropped by the kernel, 7 packets of an unknown link type, 8 packets cut by the snap length, ' +
        '9 malformed packets, 10 IP fragments without the rest of their packet, 2 gaps in TCP streams (3000 bytes), ' +
        '10 places that could not be parsed, 11 heads over MAX_HEAD, 12 requests that could not be paired, ' +
        '9 connections evicted, 15 records dropped, 6 internal errors, the rest of the input',
    ),
    line,
  );
});

test('a summary says nothing of losses where nothing was captured', () => {
  const end = new Date(0);
  const endOf = (captured: readonly string[], missed: readonly string[], counts: Partial<Counters> = {}) => {
    const line = summaryLine(counting(counts), { ...idle, liveCapture: { end, captured, missed } }, [stdout]);
    return line.slice(line.indexOf('0 packets; ') + '0 packets; '.length);
  };
  const ended = 'capture ended at 1970-01-01T00:00:00.000Z with no connection open';
  assert.equal(endOf(['eth0'], []), `${ended}; no loss until then`);
  assert.equal(endOf(['lo'], ['eth7']), `${ended}; waited for eth7 to the end; no loss on lo until then`);
  assert.equal(endOf([], ['eth7', 'eth8']), 'nothing was captured; waited for eth7, eth8 to the end');
  assert.equal(endOf([], []), 'nothing was captured');
  assert.match(endOf([], ['eth7'], { internal_errors: 1 }), /^nothing was captured; .*; lost: 1 internal error$/);
});

test('the counter line has every counter that is not zero', () => {
  assert.equal(counterLine(createCounters()), '');
  assert.equal(counterLine(counting({ gaps: 2, frames_received: 7 })), 'frames_received=7 gaps=2');
});

test('whatever is lost, no summary says that nothing is', () => {
  const clean = summaryLine(createCounters(), idle, [stdout]);
  assert.match(clean, /; no loss$/);
  const lossy: readonly (readonly [Partial<SinkSummary>, Partial<Counters>, RegExp])[] = [
    [{ dropped: [[1, 'expired']] }, {}, /; lost: 1 record dropped$/],
    [
      {
        dropped: [
          [2, 'expired'],
          [3, 'rejected'],
        ],
      },
      {},
      /; lost: 5 records dropped$/,
    ],
    [{ cut: 1 }, {}, /; lost: 1 record cut to fit a datagram$/],
    [{ spoolCutBytes: 40 }, {}, /; lost: 40 bytes of a damaged spool$/],
    [{}, { header_fields_not_logged: 1 }, /; lost: 1 header field over MAX_FIELDS$/],
  ];
  for (const [sink, counts, expected] of lossy) {
    assert.match(summaryLine(counting(counts), idle, [{ ...stdout, ...sink }]), expected);
  }
});
