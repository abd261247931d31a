import type { LogRecord } from '../../record/record.ts';
import { formatTime } from '../../record/rfc3339.ts';

/** A record in JSON, with its time under the name by which Logstash and Elasticsearch order events; schemas that have it need no help. */
export function withTimestamp(record: LogRecord, json: string): string {
  return json.startsWith('{"@timestamp":') ? json : `{"@timestamp":"${formatTime(record.startTime)}",${json.slice(1)}`;
}
