import type { SchemaName } from '../../record/schema/schema.ts';
import type { Capabilities } from './elasticsearch-server.ts';

/**
 * `word`: found as a whole and counted. `line`: the same for what can be long. `text`: found by its words. `headers`: values by names that
 * nobody can foresee, of headers and labels.
 */
type FieldType = 'ip' | 'time' | 'date' | 'long' | 'double' | 'boolean' | 'word' | 'line' | 'text' | 'headers';
type Fields = { readonly [field: string]: FieldType };

const podFields: Fields = { pod: 'word', namespace: 'word', node: 'word', hostname: 'word', labels: 'headers' };

const flatFields: Fields = {
  '@timestamp': 'time',
  time: 'time',
  id: 'word',
  direction: 'word',
  client_ip: 'ip',
  client_port: 'long',
  server_ip: 'ip',
  server_port: 'long',
  protocol: 'word',
  client_name: 'word',
  server_name: 'word',
  method: 'word',
  host: 'word',
  url: 'line',
  path: 'line',
  status: 'long',
  outcome: 'word',
  duration_ms: 'double',
  send_ms: 'double',
  wait_ms: 'double',
  receive_ms: 'double',
  request_bytes: 'long',
  response_bytes: 'long',
  user_agent: 'line',
  content_type: 'word',
  request_headers: 'headers',
  response_headers: 'headers',
  request_body: 'text',
  response_body: 'text',
  informational: 'long',
  trace_id: 'word',
  span_id: 'word',
  incomplete: 'boolean',
  gap_bytes: 'long',
  ...podFields,
};

/** As the Elastic Common Schema says, its times included: they are `date`, like those of everything else that follows it. */
const ecsFields: Fields = {
  '@timestamp': 'date',
  'ecs.version': 'word',
  'event.kind': 'word',
  'event.category': 'word',
  'event.type': 'word',
  'event.dataset': 'word',
  'event.id': 'word',
  'event.start': 'date',
  'event.end': 'date',
  'event.duration': 'long',
  'event.outcome': 'word',
  'http.version': 'word',
  'http.request.method': 'word',
  'http.request.id': 'word',
  'http.request.mime_type': 'word',
  'http.request.referrer': 'line',
  'http.request.bytes': 'long',
  'http.request.body.bytes': 'long',
  'http.request.body.content': 'text',
  'http.request.headers': 'headers',
  'http.response.status_code': 'long',
  'http.response.mime_type': 'word',
  'http.response.bytes': 'long',
  'http.response.body.bytes': 'long',
  'http.response.body.content': 'text',
  'http.response.headers': 'headers',
  'url.original': 'line',
  'url.scheme': 'word',
  'url.domain': 'word',
  'url.port': 'long',
  'url.path': 'line',
  'url.query': 'line',
  ...sides(['source', 'client', 'destination', 'server']),
  'network.transport': 'word',
  'network.protocol': 'word',
  'network.type': 'word',
  'network.direction': 'word',
  'user_agent.original': 'line',
  'trace.id': 'word',
  'span.id': 'word',
  'exchange.outcome': 'word',
  'exchange.send_ms': 'double',
  'exchange.wait_ms': 'double',
  'exchange.receive_ms': 'double',
  'exchange.informational': 'long',
  'exchange.incomplete': 'boolean',
  'exchange.gap_bytes': 'long',
  'orchestrator.type': 'word',
  'orchestrator.namespace': 'word',
  'orchestrator.resource.type': 'word',
  'orchestrator.resource.name': 'word',
  'kubernetes.pod.name': 'word',
  'kubernetes.namespace': 'word',
  'kubernetes.node.name': 'word',
  'kubernetes.labels': 'headers',
  'host.hostname': 'word',
};

const otelFields: Fields = {
  '@timestamp': 'time',
  trace_id: 'word',
  span_id: 'word',
  'http.request.method': 'word',
  'http.request.method_original': 'word',
  'http.request.body.size': 'long',
  'http.request.header': 'headers',
  'http.response.status_code': 'long',
  'http.response.body.size': 'long',
  'http.response.header': 'headers',
  'error.type': 'word',
  'url.full': 'line',
  'url.scheme': 'word',
  'url.path': 'line',
  'url.query': 'line',
  'server.address': 'word',
  'server.port': 'long',
  'client.address': 'ip',
  'client.port': 'long',
  'network.peer.address': 'ip',
  'network.peer.port': 'long',
  'network.local.address': 'ip',
  'network.local.port': 'long',
  'network.transport': 'word',
  'network.type': 'word',
  'network.protocol.name': 'word',
  'network.protocol.version': 'word',
  'user_agent.original': 'line',
  'exchange.id': 'word',
  'exchange.direction': 'word',
  'exchange.client_name': 'word',
  'exchange.server_name': 'word',
  'exchange.outcome': 'word',
  'exchange.duration_ms': 'double',
  'exchange.send_ms': 'double',
  'exchange.wait_ms': 'double',
  'exchange.receive_ms': 'double',
  'exchange.request_body': 'text',
  'exchange.response_body': 'text',
  'exchange.informational': 'long',
  'exchange.incomplete': 'boolean',
  'exchange.gap_bytes': 'long',
  'k8s.pod.name': 'word',
  'k8s.namespace.name': 'word',
  'k8s.node.name': 'word',
  'k8s.pod.label': 'headers',
  'host.name': 'word',
};

const legacyFields: Fields = {
  '@timestamp': 'time',
  type: 'word',
  srcIP: 'ip',
  srcPort: 'long',
  dstIP: 'ip',
  dstPort: 'long',
  host: 'word',
  url: 'line',
  method: 'word',
  resTime: 'double',
  resCode: 'word',
  headers: 'headers',
  HOSTNAME: 'word',
};

/** Every field of each schema, as it is sent to Elasticsearch. */
export const elasticsearchFields: { readonly [Name in SchemaName]: Fields } = {
  flat: flatFields,
  ecs: ecsFields,
  otel: otelFields,
  legacy: legacyFields,
};

/** Longer values are kept but cannot be searched. A `line` is as long as a term can be: 32,766 bytes, up to four for a character. */
const wordLength = 1024;
const lineLength = 8191;

/** The mapping of a schema's fields, in the types that the server has. */
export function fieldMappings(schema: SchemaName, capabilities: Capabilities): { readonly [field: string]: object } {
  const entries = Object.entries(elasticsearchFields[schema]);
  return Object.fromEntries(entries.map(([field, type]) => [field, mapping(type, capabilities)]));
}

/** How fields are mapped that others add, for instance an ingest pipeline: as everything else, not as text. */
export const otherStrings = {
  strings_as_words: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: wordLength } },
};

function mapping(type: FieldType, { nanoseconds, headersType }: Capabilities): object {
  switch (type) {
    case 'word':
      return { type: 'keyword', ignore_above: wordLength };
    case 'line':
      return { type: 'keyword', ignore_above: lineLength };
    case 'time':
      return { type: nanoseconds ? 'date_nanos' : 'date' };
    case 'text':
      return { type: 'text', norms: false };
    case 'headers':
      return headersMapping(headersType);
    default:
      return { type };
  }
}

/** One field for all headers or labels: a field for each would be more than an index may have. */
function headersMapping(type: Capabilities['headersType']): object {
  if (type === 'flattened') return { type, ignore_above: wordLength };
  return type === undefined ? { type: 'object', enabled: false } : { type };
}

function sides(names: readonly string[]): Fields {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}.address`, 'word'],
      [`${name}.ip`, 'ip'],
      [`${name}.port`, 'long'],
      [`${name}.domain`, 'word'],
    ]),
  );
}
