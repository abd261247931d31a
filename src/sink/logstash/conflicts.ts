import { type Conflict, ConflictList, type GivenValues } from '../conflict-list.ts';
import type { LogstashValues } from './variables.ts';

/** Set by Logstash or its inputs, or read by it. */
const fieldsOfLogstash = /^(host|port|http|url|user_agent|headers|event|message|tags|type)$/;

/** Variables that are fine alone but not together. */
export function logstashConflicts({
  values,
  isGiven,
}: GivenValues<LogstashValues>): readonly Conflict<keyof LogstashValues>[] {
  const conflicts = new ConflictList(isGiven);
  const { LOGSTASH_TYPE: type, LOGSTASH_TLS: isTls, LOGSTASH_FIELD: field = '' } = values;
  for (const name of ['CA', 'CERT', 'KEY', 'VERIFY'] as const) {
    conflicts.needs(`LOGSTASH_TLS_${name}`, 'LOGSTASH_TLS=true', isTls);
  }
  conflicts.needEachOther('LOGSTASH_TLS_CERT', 'LOGSTASH_TLS_KEY');
  conflicts.needs('LOGSTASH_UDP_RATE', 'LOGSTASH_TYPE=udp', type === 'udp');
  conflicts.needs('LOGSTASH_TIMEOUT_MS', 'LOGSTASH_TYPE=tcp or LOGSTASH_TYPE=http', type !== 'udp');
  conflicts.needs('LOGSTASH_USER', 'LOGSTASH_TYPE=http', type === 'http');
  conflicts.needEachOther('LOGSTASH_USER', 'LOGSTASH_PASSWORD');
  if (isTls && type === 'udp') {
    conflicts.add('LOGSTASH_TLS=true does not go together with LOGSTASH_TYPE=udp: datagrams are not encrypted.');
  }
  if (fieldsOfLogstash.test(field)) {
    conflicts.add(`LOGSTASH_FIELD=${field} is a field that Logstash has its own use for: choose another name.`);
  }
  return conflicts.found;
}
