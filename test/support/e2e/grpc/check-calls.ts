import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { FlatRecord } from '../../record/flat-record.ts';
import { type CallReport, calls, failure, type Method, metadata, service } from './calls.ts';
import type { Logged, ObservedCalls } from './observed-calls.ts';

/** How calls are spoken. */
export type Wire = { readonly protocol: 'grpc' | 'grpc-web' | 'connect'; readonly http: 'HTTP/1.1' | 'HTTP/2' };

/** Where both ends speak at once. */
const duplex: readonly string[] = ['Chat', 'Leave'];
const streams: readonly string[] = ['Collect', 'Spread', ...duplex];
const cancelled = 1;
/** What ends a response in its body, or is an error there. */
const mostEndBytes = 400;

/** Every call once at each end, with the status, the messages and the sizes that its client reports. */
export function checkCalls({ reports, atServer, atClient }: ObservedCalls, wire: Wire): void {
  const all = Object.entries(calls).map(([method, expected]) => ({ method, ...expected }));
  assert.deepEqual(
    reports.map(({ method, status, sent, received }) => ({ method, status: meant(method, status), sent, received })),
    all.filter(({ method }) => wire.http === 'HTTP/2' || !duplex.includes(method)),
  );
  checkRecords(atServer, reports, wire);
  checkRecords(atClient, reports, wire);
  for (const { method } of reports) {
    assert.deepEqual(commonFields(recordOf(atServer, method)), commonFields(recordOf(atClient, method)));
  }
  assert.ok(atServer.records.every(({ direction }) => direction === 'incoming'));
  assert.ok(atClient.records.every(({ direction }) => direction === 'outgoing'));
}

/** The same for one logger alone. */
export function checkRecords(logger: Logged, reports: readonly CallReport[], wire: Wire): void {
  for (const report of reports) checkCall(recordOf(logger, report.method), report, wire);
  checkWhole(logger, reports.length);
}

/** tonic says CANCELLED when a deadline has passed. */
function meant(method: Method, status: number): number {
  return method === 'Silence' && status === cancelled ? calls.Silence.status : status;
}

/** The only record of a call. */
function recordOf({ records }: Logged, method: Method): FlatRecord {
  const [record, ...others] = records.filter(({ grpc_method }) => grpc_method === method);
  assert.ok(record !== undefined && others.length === 0, `${method}, once: ${JSON.stringify(records)}`);
  return record;
}

function checkCall(record: FlatRecord, report: CallReport, wire: Wire): void {
  const about = `${report.method}: ${JSON.stringify(record)}`;
  const { grpc_service, protocol, stream_id, incomplete, undecoded_fields, anomalies, kind } = record;
  assert.deepEqual([grpc_service, protocol], [service, wire.http], about);
  assert.equal(stream_id === undefined ? 'HTTP/1.1' : 'HTTP/2', wire.http, about);
  assert.deepEqual([incomplete, undecoded_fields, anomalies, kind], Array(4).fill(undefined), about);
  checkMessages(record, report, wire.protocol);
  const ending = { outcome: record.outcome, ended_by: record.ended_by, grpc_status: record.grpc_status };
  assert.ok(
    endings(report, record).some((possible) => isDeepStrictEqual(possible, ending)),
    about,
  );
  if (report.method === 'Fail') assert.deepEqual([report.message, record.grpc_message], [failure, failure], about);
  if (report.method === 'Annotate') checkMetadata(record, wire.protocol);
}

/** A message of gRPC has a prefix; in Connect, one that is alone has none. */
function checkMessages(record: FlatRecord, report: CallReport, protocol: Wire['protocol']): void {
  const about = `${report.method}: ${JSON.stringify(record)}`;
  const { sent, received, sent_bytes, received_bytes } = report;
  const prefixBytes = protocol === 'connect' && !streams.includes(report.method) ? 0 : 5;
  const { request_messages, request_bytes, response_messages = 0, response_bytes = 0 } = record;
  // Who does not know a method need not wait for its message, and a client that hears so does not send it.
  if (report.method !== 'Missing' || request_messages !== 0) {
    assert.deepEqual([request_messages, request_bytes], [sent, sent_bytes + sent * prefixBytes], about);
  }
  assert.equal(response_messages, received, about);
  const endBytes = response_bytes - received_bytes - received * prefixBytes;
  assert.ok(endBytes >= 0 && endBytes <= (protocol === 'grpc' ? 0 : mostEndBytes), about);
}

/**
 * How a call may have ended on the wire: both ends know of a deadline, and say so or just hang up. A server that does
 * not know a method may answer as any server of HTTP does.
 */
function endings({ method, status }: CallReport, record: FlatRecord): readonly object[] {
  const answered = (as: number | undefined) => ({ outcome: 'answered', ended_by: undefined, grpc_status: as });
  const cut = (how: 'reset' | 'closed', by: 'client' | 'server') => {
    return { outcome: how, ended_by: by, grpc_status: undefined };
  };
  if (method === 'Leave') return [cut('reset', 'client')];
  if (method === 'Missing' && record.status === 404) return [answered(undefined)];
  if (method !== 'Silence') return [answered(status)];
  return [
    answered(calls.Silence.status),
    answered(cancelled),
    cut('reset', 'client'),
    cut('reset', 'server'),
    cut('closed', 'client'),
  ];
}

/** Only gRPC has trailers outside of the body. */
function checkMetadata({ request_headers, response_headers, response_trailers }: FlatRecord, protocol: string): void {
  const [[textName, text], [binaryName, bytes]] = [metadata.text, metadata.binary];
  const messages = [request_headers, response_headers];
  for (const fields of protocol === 'grpc' ? [...messages, response_trailers] : messages) {
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

/**
 * What does not depend on where it is seen. When a deadline passes, what both ends send may cross; so may the message
 * to a method that there is not, and the answer.
 */
function commonFields(record: FlatRecord): Partial<FlatRecord> {
  const { time, direction, connect_ms, duration_ms, send_ms, wait_ms, receive_ms, retransmissions, ...common } = record;
  if (record.grpc_method === 'Missing') {
    const { request_messages, request_bytes, ...answer } = common;
    return answer;
  }
  if (record.grpc_method !== 'Silence') return common;
  const { status, outcome, ended_by, grpc_status, grpc_message, content_type, ...asked } = common;
  const { response_headers, response_trailers, response_messages, response_bytes, ...request } = asked;
  return request;
}
