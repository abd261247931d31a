import type { SchemaName } from '../../record/schema/schemas.ts';
import { ecsFields } from './ecs-fields.ts';
import { type Fields, grpcFields, sessionFields } from './field-types.ts';
import { otelFields } from './otel-fields.ts';

const podFields: Fields = { pod: 'word', namespace: 'word', node: 'word', hostname: 'word', labels: 'labels' };

const flatFields: Fields = {
  '@timestamp': 'time',
  time: 'time',
  kind: 'word',
  part: 'long',
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
  ended_by: 'word',
  connect_ms: 'double',
  duration_ms: 'double',
  send_ms: 'double',
  wait_ms: 'double',
  receive_ms: 'double',
  request_bytes: 'long',
  response_bytes: 'long',
  user_agent: 'line',
  forwarded_for: 'word',
  content_type: 'word',
  request_headers: 'headers',
  response_headers: 'headers',
  request_trailers: 'trailers',
  response_trailers: 'trailers',
  request_body: 'text',
  response_body: 'text',
  informational: 'long',
  trace_id: 'word',
  span_id: 'word',
  retransmissions: 'long',
  stream_id: 'long',
  undecoded_fields: 'long',
  incomplete: 'boolean',
  gap_bytes: 'long',
  anomalies: 'word',
  ...grpcFields,
  ...sessionFields,
  late: 'boolean',
  ...podFields,
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
  late: 'boolean',
  HOSTNAME: 'word',
};

/** Every field of each schema, as it is sent to Elasticsearch. */
export const elasticsearchFields: { readonly [Name in SchemaName]: Fields } = {
  flat: flatFields,
  ecs: ecsFields,
  otel: otelFields,
  legacy: legacyFields,
};
