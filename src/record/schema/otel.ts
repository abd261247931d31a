import { isAddress } from '../../packet/address.ts';
import { parseAuthority } from '../authority.ts';
import { grpcStatusName } from '../grpc-status.ts';
import { knownMethods } from '../known-methods.ts';
import type { LogRecord } from '../record.ts';
import { isErrorStatus } from '../status.ts';
import { targetScheme } from '../target.ts';
import { grpcDetailFields } from './grpc-fields.ts';
import type { Schema } from './schema.ts';
import { sessionFields } from './session-fields.ts';

/**
 * The stable HTTP semantic conventions of OpenTelemetry (https://opentelemetry.io/docs/specs/semconv/http/http-spans/)
 * as one level of dotted attributes, with the resource attributes of the pod beside them; what they have no attribute
 * for begins with `exchange.`. `server.*` is what the client asked for, `network.peer.*` the other end of the
 * connection as seen from this pod.
 */
export const otel: Schema = {
  isNested: false,
  fields: [
    { name: '@timestamp', kind: 'time', of: (record) => record.startTime },
    { name: 'trace_id', kind: 'id', of: (record) => record.traceId },
    { name: 'span_id', kind: 'id', of: (record) => record.spanId },
    { name: 'http.request.method', kind: 'token', of: knownMethod },
    { name: 'http.request.method_original', kind: 'word', of: otherMethod },
    { name: 'http.request.body.size', kind: 'integer', of: (record) => record.requestBytes },
    { name: 'url.full', kind: 'line', of: fullUrl },
    { name: 'url.scheme', kind: 'token', of: ({ url }) => (url === undefined ? undefined : targetScheme(url)) },
    { name: 'url.path', kind: 'line', of: (record) => record.path },
    { name: 'url.query', kind: 'line', of: (record) => record.query },
    { name: 'http.response.status_code', kind: 'integer', of: (record) => record.status },
    { name: 'http.response.body.size', kind: 'integer', of: (record) => record.responseBytes },
    { name: 'error.type', kind: 'token', of: errorType },
    { name: 'server.address', kind: 'word', of: askedAddress },
    { name: 'server.port', kind: 'integer', of: askedPort },
    { name: 'client.address', kind: 'ip', of: (record) => originalClient(record) ?? record.endpoints.clientIp },
    {
      name: 'client.port',
      kind: 'integer',
      of: (record) => (originalClient(record) === undefined ? record.endpoints.clientPort : undefined),
    },
    {
      name: 'network.peer.address',
      kind: 'ip',
      from: 'endpoints',
      of: (record) => seenFromHere(record, record.endpoints.clientIp, record.endpoints.serverIp),
    },
    {
      name: 'network.peer.port',
      kind: 'integer',
      from: 'endpoints',
      of: (record) => seenFromHere(record, record.endpoints.clientPort, record.endpoints.serverPort),
    },
    {
      name: 'network.local.address',
      kind: 'ip',
      from: 'endpoints',
      of: (record) => seenFromHere(record, record.endpoints.serverIp, record.endpoints.clientIp),
    },
    {
      name: 'network.local.port',
      kind: 'integer',
      from: 'endpoints',
      of: (record) => seenFromHere(record, record.endpoints.serverPort, record.endpoints.clientPort),
    },
    { name: 'network.transport', kind: 'token', from: 'endpoints', of: () => 'tcp' },
    {
      name: 'network.type',
      kind: 'token',
      from: 'endpoints',
      of: ({ endpoints: { serverIp } }) => (serverIp.includes(':') ? 'ipv6' : 'ipv4'),
    },
    { name: 'network.protocol.name', kind: 'token', of: ({ protocol }) => protocol && 'http' },
    { name: 'network.protocol.version', kind: 'token', of: ({ protocol }) => protocol?.slice('HTTP/'.length) },
    { name: 'user_agent.original', kind: 'line', of: (record) => record.userAgent },
    { name: 'http.request.header', kind: 'attributes', of: (record) => record.requestHeaders?.lists },
    { name: 'http.response.header', kind: 'attributes', of: (record) => record.responseHeaders?.lists },
    { name: 'rpc.system.name', kind: 'token', of: ({ grpc }) => grpc?.system },
    { name: 'rpc.method', kind: 'word', of: fullMethod },
    { name: 'rpc.response.status_code', kind: 'token', of: grpcStatus },
    { name: 'exchange.kind', kind: 'token', of: (record) => record.kind },
    { name: 'exchange.part', kind: 'integer', of: (record) => record.part },
    { name: 'exchange.id', kind: 'id', of: (record) => record.id },
    { name: 'exchange.direction', kind: 'token', of: (record) => record.endpoints.direction },
    { name: 'exchange.client_name', kind: 'word', of: (record) => record.clientName },
    { name: 'exchange.server_name', kind: 'word', of: (record) => record.serverName },
    { name: 'exchange.forwarded_for', kind: 'word', of: (record) => record.forwardedFor },
    { name: 'exchange.outcome', kind: 'token', of: (record) => record.outcome },
    { name: 'exchange.ended_by', kind: 'token', of: (record) => record.endedBy },
    { name: 'exchange.connect_ms', kind: 'milliseconds', of: (record) => record.connectMs },
    { name: 'exchange.duration_ms', kind: 'milliseconds', of: (record) => record.durationMs },
    { name: 'exchange.send_ms', kind: 'milliseconds', of: (record) => record.sendMs },
    { name: 'exchange.wait_ms', kind: 'milliseconds', of: (record) => record.waitMs },
    { name: 'exchange.receive_ms', kind: 'milliseconds', of: (record) => record.receiveMs },
    { name: 'exchange.request_trailer', kind: 'attributes', of: (record) => record.requestTrailers?.lists },
    { name: 'exchange.response_trailer', kind: 'attributes', of: (record) => record.responseTrailers?.lists },
    { name: 'exchange.request_body', kind: 'text', of: (record) => record.requestBody },
    { name: 'exchange.response_body', kind: 'text', of: (record) => record.responseBody },
    { name: 'exchange.informational', kind: 'integers', of: (record) => record.informational },
    { name: 'exchange.retransmissions', kind: 'integer', of: (record) => record.retransmissions },
    { name: 'exchange.incomplete', kind: 'flag', of: (record) => record.incomplete || undefined },
    { name: 'exchange.gap_bytes', kind: 'integer', of: (record) => record.gapBytes },
    { name: 'exchange.anomalies', kind: 'tokens', of: (record) => record.anomalies },
    { name: 'exchange.stream_id', kind: 'integer', of: (record) => record.streamId },
    { name: 'exchange.undecoded_fields', kind: 'integer', of: (record) => record.undecodedFields },
    ...grpcDetailFields('exchange.'),
    ...sessionFields('exchange.'),
    { name: 'exchange.late', kind: 'flag', of: (record) => record.late || undefined },
    { name: 'k8s.pod.name', kind: 'word', from: 'identity', of: (record) => record.identity.pod },
    { name: 'k8s.namespace.name', kind: 'word', from: 'identity', of: (record) => record.identity.namespace },
    { name: 'k8s.node.name', kind: 'word', from: 'identity', of: (record) => record.identity.node },
    { name: 'host.name', kind: 'word', from: 'identity', of: (record) => record.identity.hostname },
    { name: 'k8s.pod.label', kind: 'attributes', from: 'identity', of: (record) => record.identity.labels },
  ],
};

/** Service and method as one name. */
function fullMethod({ grpc }: LogRecord): string | undefined {
  if (grpc?.service === undefined || grpc.method === undefined) return undefined;
  return `${grpc.service}/${grpc.method}`;
}

function grpcStatus({ grpc }: LogRecord): string | undefined {
  return grpc?.status === undefined ? undefined : grpcStatusName(grpc.status);
}

function knownMethod({ method }: LogRecord): string | undefined {
  return method === undefined || knownMethods.has(method) ? method : '_OTHER';
}

function otherMethod({ method }: LogRecord): string | undefined {
  return method === undefined || knownMethods.has(method) ? undefined : method;
}

/** Only of outgoing requests: an incoming one may have come through a proxy with another name. */
function fullUrl({ endpoints, host, url, path }: LogRecord): string | undefined {
  if (endpoints.direction !== 'outgoing' || url === undefined) return undefined;
  if (url.startsWith('/')) return host === undefined ? undefined : `http://${host}${url}`;
  return path === undefined || path === '*' ? undefined : url;
}

/** A client error is an error for the client, not for the server that reports it. */
function errorType(record: LogRecord): string | undefined {
  const { kind, outcome, status, endpoints, grpc } = record;
  if (kind === 'session' && outcome === 'closed') return undefined;
  if (outcome !== 'answered' && outcome !== 'unknown') return outcome;
  if (grpc?.hasFailed === true) return grpc.status === undefined ? 'no_grpc_status' : grpcStatusName(grpc.status);
  if (status === undefined) return undefined;
  return isErrorStatus(status, endpoints.direction === 'outgoing' ? 400 : 500) ? String(status) : undefined;
}

/** The client behind all proxies, of what this pod serves. Its port is not told. */
function originalClient({ endpoints, forwardedFor }: LogRecord): string | undefined {
  const isIncoming = endpoints.direction === 'incoming';
  return isIncoming && forwardedFor !== undefined && isAddress(forwardedFor) ? forwardedFor : undefined;
}

function askedAddress({ host, endpoints }: LogRecord): string {
  return host === undefined ? endpoints.serverIp : parseAuthority(host).host;
}

function askedPort({ host, endpoints, url }: LogRecord): number {
  if (host === undefined) return endpoints.serverPort;
  return parseAuthority(host).port ?? (targetScheme(url) === 'https' ? 443 : 80);
}

/** `network.*` is seen from this pod: the peer of an incoming connection is the client. */
function seenFromHere<Value>(
  { endpoints: { direction } }: LogRecord,
  incoming: Value,
  outgoing: Value,
): Value | undefined {
  if (direction === 'unknown') return undefined;
  return direction === 'incoming' ? incoming : outgoing;
}
