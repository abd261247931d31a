import { parseAuthority } from '../authority.ts';
import { parseContentType } from '../body/content-type.ts';
import type { LogRecord, PodLabels } from '../record.ts';
import { formatTime } from '../rfc3339.ts';
import { targetScheme } from '../target.ts';
import type { SchemaRecord } from './schema-record.ts';

const ECS_VERSION = '8.17.0';
const directions = { incoming: 'ingress', outgoing: 'egress', unknown: 'unknown' } as const;

/**
 * Field names of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs) as nested objects. Headers are where Packetbeat puts
 * them; what ECS has no field for is under `exchange`.
 */
export function toEcs(record: LogRecord): SchemaRecord {
  const { identity } = record;
  const client = side(record.clientIp, record.clientPort, record.clientName);
  const server = side(record.serverIp, record.serverPort, record.serverName);
  return present({
    '@timestamp': formatTime(record.startTime),
    ecs: { version: ECS_VERSION },
    event: event(record),
    http: present({
      version: httpVersion(record.protocol),
      request: httpRequest(record),
      response: httpResponse(record),
    }),
    url: url(record),
    source: client,
    client,
    destination: server,
    server,
    network: {
      transport: 'tcp',
      protocol: 'http',
      type: record.clientIp.includes(':') ? 'ipv6' : 'ipv4',
      direction: directions[record.direction],
    },
    user_agent: group({ original: record.userAgent }),
    trace: group({ id: record.traceId }),
    span: group({ id: record.spanId }),
    exchange: present({
      outcome: record.outcome,
      send_ms: record.sendMs,
      wait_ms: record.waitMs,
      receive_ms: record.receiveMs,
      informational: record.informational,
      incomplete: record.incomplete ? true : undefined,
      gap_bytes: record.gapBytes,
    }),
    orchestrator: orchestrator(record),
    kubernetes: group({
      pod: group({ name: identity.pod }),
      namespace: identity.namespace,
      node: group({ name: identity.node }),
      labels: identity.labels && dotless(identity.labels),
    }),
    host: group({ hostname: identity.hostname }),
  });
}

function event(record: LogRecord): SchemaRecord {
  return present({
    kind: 'event',
    category: ['network', 'web'],
    type: ['access', 'protocol'],
    dataset: 'http',
    id: record.id,
    start: formatTime(record.startTime),
    end: formatTime(record.endTime),
    duration: record.durationMs === undefined ? undefined : Math.round(record.durationMs * 1000) * 1000,
    outcome: eventOutcome(record),
  });
}

function eventOutcome({ outcome, status }: LogRecord): 'success' | 'failure' | 'unknown' {
  if (outcome === 'unknown') return 'unknown';
  return outcome === 'answered' && status !== undefined && status < 400 ? 'success' : 'failure';
}

function httpRequest(record: LogRecord): SchemaRecord | undefined {
  return group({
    method: record.method,
    id: record.requestId,
    mime_type: mimeType(record.requestContentType),
    referrer: record.referrer,
    bytes: total(record.requestHeadBytes, record.requestBytes),
    body: group({ bytes: record.requestBytes, content: record.requestBody }),
    headers: record.requestHeaders?.object,
  });
}

function httpResponse(record: LogRecord): SchemaRecord | undefined {
  return group({
    status_code: record.status,
    mime_type: mimeType(record.contentType),
    bytes: total(record.responseHeadBytes, record.responseBytes),
    body: group({ bytes: record.responseBytes, content: record.responseBody }),
    headers: record.responseHeaders?.object,
  });
}

function url(record: LogRecord): SchemaRecord | undefined {
  if (record.url === undefined) return undefined;
  const authority = record.host === undefined ? undefined : parseAuthority(record.host);
  return present({
    original: record.url,
    scheme: targetScheme(record.url),
    domain: authority?.host,
    port: authority?.port,
    path: record.path,
    query: record.query,
  });
}

function orchestrator({ identity: { pod, namespace } }: LogRecord): SchemaRecord | undefined {
  if (pod === undefined && namespace === undefined) return undefined;
  return present({
    type: 'kubernetes',
    namespace,
    resource: pod === undefined ? undefined : { type: 'pod', name: pod },
  });
}

/** As Elastic's own collectors write them: a dot in a name would open an object, and `app` and `app.kubernetes.io/name` exclude each other. */
function dotless(labels: PodLabels): PodLabels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name.replaceAll('.', '_'), value]));
}

function side(ip: string, port: number, name: string | undefined): SchemaRecord {
  return name === undefined ? { address: ip, ip, port } : { address: ip, ip, port, domain: name };
}

/** Head and body; chunk framing is not counted. */
function total(headBytes: number | undefined, bodyBytes: number | undefined): number | undefined {
  return headBytes === undefined || bodyBytes === undefined ? undefined : headBytes + bodyBytes;
}

function mimeType(contentType: string | undefined): string | undefined {
  return contentType === undefined ? undefined : parseContentType(contentType).type || undefined;
}

/** `1.1` of `HTTP/1.1`. */
function httpVersion(protocol: string): string | undefined {
  return protocol.startsWith('HTTP/') ? protocol.slice(5) : undefined;
}

/** The fields that are known; a field that is not must not be there at all. */
function present(fields: SchemaRecord): SchemaRecord {
  const known: { [field: string]: unknown } = {};
  for (const name in fields) if (fields[name] !== undefined) known[name] = fields[name];
  return known;
}

/** The same, and undefined if nothing is known. */
function group(fields: SchemaRecord): SchemaRecord | undefined {
  for (const name in fields) if (fields[name] !== undefined) return present(fields);
  return undefined;
}
