import { parseAuthority } from '../authority.ts';
import type { LoggedHeaders } from '../headers/logged-headers.ts';
import { knownMethods } from '../known-methods.ts';
import type { LogRecord } from '../record.ts';
import { formatTime } from '../rfc3339.ts';
import { targetScheme } from '../target.ts';
import type { SchemaRecord } from './schema-record.ts';

/**
 * The stable HTTP semantic conventions of OpenTelemetry (https://opentelemetry.io/docs/specs/semconv/http/http-spans/) as one level of dotted
 * attributes, with the resource attributes of the pod beside them; what they have no attribute for begins with `exchange.`.
 */
export function toOtel(record: LogRecord): SchemaRecord {
  const otel: { [attribute: string]: unknown } = { '@timestamp': formatTime(record.startTime) };
  const set = (attribute: string, value: unknown) => {
    if (value !== undefined) otel[attribute] = value;
  };
  set('trace_id', record.traceId);
  set('span_id', record.spanId);
  setRequest(set, record);
  set('http.response.status_code', record.status);
  set('http.response.body.size', record.responseBytes);
  set('error.type', errorType(record));
  setAddresses(set, record);
  set('network.transport', 'tcp');
  set('network.type', record.clientIp.includes(':') ? 'ipv6' : 'ipv4');
  set('network.protocol.name', 'http');
  if (record.protocol.startsWith('HTTP/')) set('network.protocol.version', record.protocol.slice(5));
  set('user_agent.original', record.userAgent);
  setHeaders(set, 'http.request.header.', record.requestHeaders);
  setHeaders(set, 'http.response.header.', record.responseHeaders);
  setExchange(set, record);
  set('k8s.pod.name', record.identity.pod);
  set('k8s.namespace.name', record.identity.namespace);
  set('k8s.node.name', record.identity.node);
  set('host.name', record.identity.hostname);
  for (const [name, value] of Object.entries(record.identity.labels ?? {})) set(`k8s.pod.label.${name}`, value);
  return otel;
}

type Set = (attribute: string, value: unknown) => void;

function setRequest(set: Set, record: LogRecord): void {
  const { method, url } = record;
  if (method !== undefined) {
    const known = knownMethods.has(method);
    set('http.request.method', known ? method : '_OTHER');
    if (!known) set('http.request.method_original', method);
  }
  set('http.request.body.size', record.requestBytes);
  if (url === undefined) return;
  if (record.direction === 'outgoing') set('url.full', fullUrl(record, url));
  set('url.scheme', targetScheme(url));
  set('url.path', record.path);
  set('url.query', record.query);
}

function fullUrl({ host, path }: LogRecord, url: string): string | undefined {
  if (url.startsWith('/')) return host === undefined ? undefined : `http://${host}${url}`;
  return path === undefined || path === '*' ? undefined : url;
}

/** `server.*` is what the client asked for, `network.peer.*` the other end of the connection as seen from this pod. */
function setAddresses(set: Set, record: LogRecord): void {
  const scheme = targetScheme(record.url);
  const server = record.host === undefined ? undefined : parseAuthority(record.host);
  set('server.address', server === undefined ? record.serverIp : server.host);
  set('server.port', server === undefined ? record.serverPort : (server.port ?? (scheme === 'https' ? 443 : 80)));
  set('client.address', record.clientIp);
  set('client.port', record.clientPort);
  if (record.direction === 'unknown') return;
  const incoming = record.direction === 'incoming';
  set('network.peer.address', incoming ? record.clientIp : record.serverIp);
  set('network.peer.port', incoming ? record.clientPort : record.serverPort);
  set('network.local.address', incoming ? record.serverIp : record.clientIp);
  set('network.local.port', incoming ? record.serverPort : record.clientPort);
}

/** A client error is an error for the client, not for the server that reports it. */
function errorType({ outcome, status, direction }: LogRecord): string | undefined {
  if (outcome === 'timeout' || outcome === 'reset' || outcome === 'closed') return outcome;
  if (status === undefined) return undefined;
  return status >= (direction === 'outgoing' ? 400 : 500) ? String(status) : undefined;
}

function setHeaders(set: Set, prefix: string, headers: LoggedHeaders | undefined): void {
  for (const [name, value] of Object.entries(headers?.object ?? {})) {
    set(prefix + name, typeof value === 'string' ? [value] : value);
  }
}

function setExchange(set: Set, record: LogRecord): void {
  set('exchange.id', record.id);
  set('exchange.direction', record.direction);
  set('exchange.client_name', record.clientName);
  set('exchange.server_name', record.serverName);
  set('exchange.outcome', record.outcome);
  set('exchange.duration_ms', record.durationMs);
  set('exchange.send_ms', record.sendMs);
  set('exchange.wait_ms', record.waitMs);
  set('exchange.receive_ms', record.receiveMs);
  set('exchange.request_body', record.requestBody);
  set('exchange.response_body', record.responseBody);
  set('exchange.informational', record.informational);
  if (record.incomplete) set('exchange.incomplete', true);
  set('exchange.gap_bytes', record.gapBytes);
}
