import type { Direction, Outcome } from '../../exchange/exchange.ts';
import type { RecordHeaders } from '../headers/logged-headers.ts';
import type { LogRecord, PodLabels } from '../record.ts';
import { formatTime } from '../rfc3339.ts';

/** The project's own field names, in the order in which they are written (docs/records.md); what is absent is unknown. */
export type FlatRecord = {
  time: string;
  id: string;
  direction: Direction;
  client_ip: string;
  client_port: number;
  server_ip: string;
  server_port: number;
  protocol: string;
  client_name?: string;
  server_name?: string;
  method?: string;
  host?: string;
  url?: string;
  path?: string;
  status?: number;
  outcome: Outcome;
  duration_ms?: number;
  send_ms?: number;
  wait_ms?: number;
  receive_ms?: number;
  request_bytes?: number;
  response_bytes?: number;
  user_agent?: string;
  content_type?: string;
  request_headers?: RecordHeaders;
  response_headers?: RecordHeaders;
  request_body?: string;
  response_body?: string;
  informational?: readonly number[];
  trace_id?: string;
  span_id?: string;
  incomplete?: true;
  gap_bytes?: number;
  pod?: string;
  namespace?: string;
  node?: string;
  hostname?: string;
  labels?: PodLabels;
};

export function toFlat(record: LogRecord): FlatRecord {
  const flat = {
    time: formatTime(record.startTime),
    id: record.id,
    direction: record.direction,
    client_ip: record.clientIp,
    client_port: record.clientPort,
    server_ip: record.serverIp,
    server_port: record.serverPort,
    protocol: record.protocol,
  } as FlatRecord;
  if (record.clientName !== undefined) flat.client_name = record.clientName;
  if (record.serverName !== undefined) flat.server_name = record.serverName;
  if (record.method !== undefined) flat.method = record.method;
  if (record.host !== undefined) flat.host = record.host;
  if (record.url !== undefined) flat.url = record.url;
  if (record.path !== undefined) flat.path = record.path;
  if (record.status !== undefined) flat.status = record.status;
  flat.outcome = record.outcome;
  if (record.durationMs !== undefined) flat.duration_ms = record.durationMs;
  if (record.sendMs !== undefined) flat.send_ms = record.sendMs;
  if (record.waitMs !== undefined) flat.wait_ms = record.waitMs;
  if (record.receiveMs !== undefined) flat.receive_ms = record.receiveMs;
  if (record.requestBytes !== undefined) flat.request_bytes = record.requestBytes;
  if (record.responseBytes !== undefined) flat.response_bytes = record.responseBytes;
  if (record.userAgent !== undefined) flat.user_agent = record.userAgent;
  if (record.contentType !== undefined) flat.content_type = record.contentType;
  if (record.requestHeaders !== undefined) flat.request_headers = record.requestHeaders.object;
  if (record.responseHeaders !== undefined) flat.response_headers = record.responseHeaders.object;
  if (record.requestBody !== undefined) flat.request_body = record.requestBody;
  if (record.responseBody !== undefined) flat.response_body = record.responseBody;
  if (record.informational !== undefined) flat.informational = record.informational;
  if (record.traceId !== undefined) flat.trace_id = record.traceId;
  if (record.spanId !== undefined) flat.span_id = record.spanId;
  if (record.incomplete) flat.incomplete = true;
  if (record.gapBytes !== undefined) flat.gap_bytes = record.gapBytes;
  const { pod, namespace, node, hostname, labels } = record.identity;
  if (pod !== undefined) flat.pod = pod;
  if (namespace !== undefined) flat.namespace = namespace;
  if (node !== undefined) flat.node = node;
  if (hostname !== undefined) flat.hostname = hostname;
  if (labels !== undefined) flat.labels = labels;
  return flat;
}
