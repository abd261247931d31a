import { isAddress } from '../../packet/address.ts';
import { type Authority, parseAuthority } from '../authority.ts';
import { parseContentType } from '../content-type.ts';
import type { LogRecord } from '../record.ts';
import { isErrorStatus } from '../status.ts';
import { targetScheme } from '../target.ts';
import type { Field } from './field.ts';
import { grpcFields } from './grpc-fields.ts';
import type { Schema } from './schema.ts';
import { sessionFields } from './session-fields.ts';

const ecsVersion = '8.17.0';
const categories: readonly string[] = ['network', 'web'];
const types: readonly string[] = ['access', 'protocol'];
/** Of a connection that never came up. */
const connectCategories: readonly string[] = ['network'];
const connectTypes: readonly string[] = ['connection'];
const directions = { incoming: 'ingress', outgoing: 'egress', unknown: 'unknown' } as const;

/**
 * Field names of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs) as nested objects. Headers are
 * where Packetbeat puts them; what ECS has no field for is under `exchange`.
 */
export const ecs: Schema = {
  isNested: true,
  readsAllOfHead: true,
  fields: [
    { name: '@timestamp', kind: 'time', of: (record) => record.startTime },
    { name: 'ecs.version', kind: 'token', of: () => ecsVersion },
    { name: 'event.kind', kind: 'token', of: () => 'event' },
    { name: 'event.category', kind: 'tokens', of: ({ kind }) => (kind === undefined ? categories : connectCategories) },
    { name: 'event.type', kind: 'tokens', of: ({ kind }) => (kind === undefined ? types : connectTypes) },
    { name: 'event.dataset', kind: 'token', of: () => 'http' },
    { name: 'event.id', kind: 'id', of: (record) => record.id },
    { name: 'event.start', kind: 'time', of: (record) => record.startTime },
    { name: 'event.end', kind: 'time', of: (record) => record.endTime },
    { name: 'event.duration', kind: 'integer', of: nanoseconds },
    { name: 'event.outcome', kind: 'token', of: eventOutcome },
    { name: 'http.version', kind: 'token', of: (record) => record.protocol?.slice('HTTP/'.length) },
    { name: 'http.request.method', kind: 'word', of: (record) => record.method },
    { name: 'http.request.id', kind: 'word', of: (record) => record.requestId },
    { name: 'http.request.mime_type', kind: 'word', of: (record) => mimeType(record.requestContentType) },
    { name: 'http.request.referrer', kind: 'line', of: (record) => record.referrer },
    {
      name: 'http.request.bytes',
      kind: 'integer',
      of: (record) => total(record.requestHeadBytes, record.requestBytes),
    },
    { name: 'http.request.body.bytes', kind: 'integer', of: (record) => record.requestBytes },
    { name: 'http.request.body.content', kind: 'text', of: (record) => record.requestBody },
    { name: 'http.request.headers', kind: 'headers', of: (record) => record.requestHeaders },
    { name: 'http.response.status_code', kind: 'integer', of: (record) => record.status },
    { name: 'http.response.mime_type', kind: 'word', of: (record) => mimeType(record.contentType) },
    {
      name: 'http.response.bytes',
      kind: 'integer',
      of: (record) => total(record.responseHeadBytes, record.responseBytes),
    },
    { name: 'http.response.body.bytes', kind: 'integer', of: (record) => record.responseBytes },
    { name: 'http.response.body.content', kind: 'text', of: (record) => record.responseBody },
    { name: 'http.response.headers', kind: 'headers', of: (record) => record.responseHeaders },
    { name: 'url.original', kind: 'line', of: (record) => record.url },
    { name: 'url.scheme', kind: 'token', of: ({ url }) => (url === undefined ? undefined : targetScheme(url)) },
    { name: 'url.domain', kind: 'word', of: (record) => authority(record)?.host },
    { name: 'url.port', kind: 'integer', of: (record) => authority(record)?.port },
    { name: 'url.path', kind: 'line', of: (record) => record.path },
    { name: 'url.query', kind: 'line', of: (record) => record.query },
    ...client('source'),
    ...client('client'),
    ...server('destination'),
    ...server('server'),
    { name: 'network.transport', kind: 'token', of: () => 'tcp' },
    { name: 'network.protocol', kind: 'token', of: ({ protocol }) => protocol && 'http' },
    {
      name: 'network.type',
      kind: 'token',
      of: ({ endpoints }) => (endpoints.serverIp.includes(':') ? 'ipv6' : 'ipv4'),
    },
    { name: 'network.forwarded_ip', kind: 'ip', of: ({ forwardedFor }) => addressOnly(forwardedFor) },
    { name: 'network.direction', kind: 'token', of: (record) => directions[record.endpoints.direction] },
    { name: 'user_agent.original', kind: 'line', of: (record) => record.userAgent },
    { name: 'trace.id', kind: 'id', of: (record) => record.traceId },
    { name: 'span.id', kind: 'id', of: (record) => record.spanId },
    { name: 'exchange.forwarded_for', kind: 'word', of: (record) => record.forwardedFor },
    { name: 'exchange.kind', kind: 'token', of: (record) => record.kind },
    { name: 'exchange.part', kind: 'integer', of: (record) => record.part },
    { name: 'exchange.outcome', kind: 'token', of: (record) => record.outcome },
    { name: 'exchange.ended_by', kind: 'token', of: (record) => record.endedBy },
    { name: 'exchange.connect_ms', kind: 'milliseconds', of: (record) => record.connectMs },
    { name: 'exchange.send_ms', kind: 'milliseconds', of: (record) => record.sendMs },
    { name: 'exchange.wait_ms', kind: 'milliseconds', of: (record) => record.waitMs },
    { name: 'exchange.receive_ms', kind: 'milliseconds', of: (record) => record.receiveMs },
    { name: 'exchange.request_trailers', kind: 'headers', of: (record) => record.requestTrailers },
    { name: 'exchange.response_trailers', kind: 'headers', of: (record) => record.responseTrailers },
    { name: 'exchange.informational', kind: 'integers', of: (record) => record.informational },
    { name: 'exchange.retransmissions', kind: 'integer', of: (record) => record.retransmissions },
    { name: 'exchange.incomplete', kind: 'flag', of: (record) => record.incomplete || undefined },
    { name: 'exchange.gap_bytes', kind: 'integer', of: (record) => record.gapBytes },
    { name: 'exchange.anomalies', kind: 'tokens', of: (record) => record.anomalies },
    { name: 'exchange.stream_id', kind: 'integer', of: (record) => record.streamId },
    { name: 'exchange.undecoded_fields', kind: 'integer', of: (record) => record.undecodedFields },
    ...grpcFields('exchange.'),
    ...sessionFields('exchange.'),
    { name: 'exchange.late', kind: 'flag', of: (record) => record.late || undefined },
    { name: 'orchestrator.type', kind: 'token', of: orchestrator },
    { name: 'orchestrator.namespace', kind: 'word', of: (record) => record.identity.namespace },
    { name: 'orchestrator.resource.type', kind: 'token', of: resourceType },
    { name: 'orchestrator.resource.name', kind: 'word', of: (record) => record.identity.pod },
    { name: 'kubernetes.pod.name', kind: 'word', of: (record) => record.identity.pod },
    { name: 'kubernetes.namespace', kind: 'word', of: (record) => record.identity.namespace },
    { name: 'kubernetes.node.name', kind: 'word', of: (record) => record.identity.node },
    { name: 'kubernetes.labels', kind: 'names', of: (record) => record.identity.labels },
    { name: 'host.hostname', kind: 'word', of: (record) => record.identity.hostname },
  ],
};

/** ECS wants who began a connection twice: as its source, and as a client. */
function client(group: 'source' | 'client'): readonly Field[] {
  return [
    { name: `${group}.address`, kind: 'token', of: (record) => record.endpoints.clientIp },
    { name: `${group}.ip`, kind: 'ip', of: (record) => record.endpoints.clientIp },
    { name: `${group}.port`, kind: 'integer', of: (record) => record.endpoints.clientPort },
    { name: `${group}.domain`, kind: 'word', of: (record) => record.clientName },
  ];
}

function server(group: 'destination' | 'server'): readonly Field[] {
  return [
    { name: `${group}.address`, kind: 'token', of: (record) => record.endpoints.serverIp },
    { name: `${group}.ip`, kind: 'ip', of: (record) => record.endpoints.serverIp },
    { name: `${group}.port`, kind: 'integer', of: (record) => record.endpoints.serverPort },
    { name: `${group}.domain`, kind: 'word', of: (record) => record.serverName },
  ];
}

/** A type that takes nothing but addresses: a proxy may name a client in another way. */
function addressOnly(client: string | undefined): string | undefined {
  return client !== undefined && isAddress(client) ? client : undefined;
}

function nanoseconds({ durationMs }: LogRecord): number | undefined {
  return durationMs === undefined ? undefined : Math.round(durationMs * 1000) * 1000;
}

function eventOutcome({ kind, outcome, status }: LogRecord): 'success' | 'failure' | 'unknown' {
  if (kind === 'session' && outcome === 'closed') return 'success';
  if (outcome === undefined || outcome === 'unknown' || (outcome === 'answered' && status === undefined))
    return 'unknown';
  return outcome === 'answered' && !isErrorStatus(status, 400) ? 'success' : 'failure';
}

function authority({ url, host }: LogRecord): Authority | undefined {
  return url === undefined || host === undefined ? undefined : parseAuthority(host);
}

function orchestrator({ identity: { pod, namespace } }: LogRecord): string | undefined {
  return pod === undefined && namespace === undefined ? undefined : 'kubernetes';
}

function resourceType({ identity: { pod } }: LogRecord): string | undefined {
  return pod === undefined ? undefined : 'pod';
}

/** Head and body; chunk framing is not counted. */
function total(headBytes: number | undefined, bodyBytes: number | undefined): number | undefined {
  return headBytes === undefined || bodyBytes === undefined ? undefined : headBytes + bodyBytes;
}

function mimeType(contentType: string | undefined): string | undefined {
  return contentType === undefined ? undefined : parseContentType(contentType).type || undefined;
}
