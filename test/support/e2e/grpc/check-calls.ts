import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { FlatRecord } from '../../record/flat-record.ts';
import { type CallReport, calls, type Method, metadata, service } from './calls.ts';
import type { Logged, ObservedCalls } from './observed-calls.ts';

/** Which calls a client made, and how many bytes stand before each message on the wire. */
export type Wire = { readonly methods: readonly Method[]; readonly prefixBytes: number };

export const grpcWire: Wire = { methods: Object.keys(calls) as Method[], prefixBytes: 5 };

/** Every call once at each end, with the status, the messages and the sizes that its client reports. */
export function checkCalls({ reports, atServer, atClient }: ObservedCalls, { methods, prefixBytes }: Wire): void {
  assert.deepEqual(
    reports.map(({ method, status, sent, received }) => ({ method, status, sent, received })),
    methods.map((method) => ({ method, ...calls[method] })),
  );
  for (const logger of [atServer, atClient]) {
    for (const report of reports) checkCall(recordOf(logger, report.method), report, prefixBytes);
    checkWhole(logger, reports.length);
  }
  for (const method of methods) {
    assert.deepEqual(commonFields(recordOf(atServer, method)), commonFields(recordOf(atClient, method)));
  }
  assert.ok(atServer.records.every(({ direction }) => direction === 'incoming'));
  assert.ok(atClient.records.every(({ direction }) => direction === 'outgoing'));
}

/** The only record of a call. */
function recordOf({ records }: Logged, method: Method): FlatRecord {
  const [record, ...others] = records.filter(({ grpc_method }) => grpc_method === method);
  assert.ok(record !== undefined && others.length === 0, `${method}, once: ${JSON.stringify(records)}`);
  return record;
}

function checkCall(record: FlatRecord, report: CallReport, prefixBytes: number): void {
  const { method, status, message, sent, received } = report;
  const about = `${method}: ${JSON.stringify(record)}`;
  const { request_messages, request_bytes, response_messages = 0, response_bytes = 0 } = record;
  assert.deepEqual([request_messages, request_bytes], [sent, report.sent_bytes + sent * prefixBytes], about);
  assert.deepEqual(
    [response_messages, response_bytes],
    [received, report.received_bytes + received * prefixBytes],
    about,
  );
  const { grpc_service, outcome, ended_by, grpc_status } = record;
  const ending = { outcome, ended_by, grpc_status };
  assert.ok(
    endings(report).some((possible) => isDeepStrictEqual(possible, ending)),
    about,
  );
  // What the client says of its deadline are words of its own.
  if (status !== 0 && outcome === 'answered' && method !== 'Silence') assert.equal(record.grpc_message, message, about);
  if (method === 'Annotate') checkMetadata(record);
  const { incomplete, undecoded_fields, anomalies, kind } = record;
  assert.deepEqual([grpc_service, incomplete, undecoded_fields, anomalies, kind], [service, ...Array(4)], about);
}

/** How a call may have ended on the wire: both ends know of a deadline, and say so or just hang up. */
function endings({ method, status }: CallReport): readonly object[] {
  const answered = { outcome: 'answered', ended_by: undefined, grpc_status: status };
  const reset = (by: 'client' | 'server') => ({ outcome: 'reset', ended_by: by, grpc_status: undefined });
  if (method === 'Silence') return [answered, reset('client'), reset('server')];
  return [method === 'Leave' ? reset('client') : answered];
}

function checkMetadata({ request_headers, response_headers, response_trailers }: FlatRecord): void {
  const [[textName, text], [binaryName, bytes]] = [metadata.text, metadata.binary];
  for (const fields of [request_headers, response_headers, response_trailers]) {
    assert.equal(fields?.[textName], text);
    assert.deepEqual(bytesIn(String(fields?.[binaryName])), bytes);
  }
}

/** In base64, with or without padding; two ends of gRPC's C core agree on the bytes themselves, behind a zero. */
function bytesIn(value: string): Buffer {
  return value.startsWith('\0') ? Buffer.from(value.slice(1), 'latin1') : Buffer.from(value, 'base64');
}

/** Nothing but these calls was seen, and the counters add up. */
function checkWhole({ records, code, stderr }: Logged, count: number): void {
  assert.equal(code, 0, stderr);
  assert.equal(records.length, count, JSON.stringify(records));
  const counted = ['answered', 'timeout', 'reset', 'closed', 'unknown']
    .map((outcome) => [records.filter((record) => record.outcome === outcome).length, outcome] as const)
    .filter(([times]) => times > 0)
    .map((words) => words.join(' '));
  assert.ok(stderr.includes(`summary: ${count} exchanges (${counted.join(', ')}); ${count} records written;`), stderr);
  assert.match(stderr, /; no loss/);
}

/** What does not depend on where it is seen. When a deadline passes, what both ends send may cross. */
function commonFields(record: FlatRecord): Partial<FlatRecord> {
  const { time, direction, connect_ms, duration_ms, send_ms, wait_ms, receive_ms, retransmissions, ...common } = record;
  if (record.grpc_method !== 'Silence') return common;
  const { status, outcome, ended_by, grpc_status, grpc_message, content_type, ...asked } = common;
  const { response_headers, response_trailers, response_messages, response_bytes, ...request } = asked;
  return request;
}
