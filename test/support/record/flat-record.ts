import type { Direction, Outcome } from '../../../src/exchange/exchange.ts';
import type { Anomaly } from '../../../src/http/anomaly.ts';
import type { RecordHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { PodLabels } from '../../../src/record/record.ts';

/**
 * A record of the flat schema, as it is read back: what the documentation says (docs/records.md).
 */
export type FlatRecord = {
  time: string;
  kind?: 'connect';
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
  outcome: Outcome | 'refused';
  ended_by?: 'client' | 'server';
  connect_ms?: number;
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
  retransmissions?: number;
  stream_id?: number;
  undecoded_fields?: number;
  incomplete?: true;
  gap_bytes?: number;
  anomalies?: readonly Anomaly[];
  late?: true;
  pod?: string;
  namespace?: string;
  node?: string;
  hostname?: string;
  labels?: PodLabels;
};
