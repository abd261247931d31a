import { type Conflict, ConflictList, type GivenValues } from '../conflict-list.ts';
import { isDated } from './elasticsearch-index.ts';
import type { ElasticsearchValues } from './variables.ts';

/** Variables that are fine alone but not together. */
export function elasticsearchConflicts({
  values,
  isGiven,
}: GivenValues<ElasticsearchValues>): readonly Conflict<keyof ElasticsearchValues>[] {
  const conflicts = new ConflictList(isGiven);
  const ports = values.ELASTICSEARCH_HOST.map((address) => address.port ?? values.ELASTICSEARCH_PORT);
  if (isGiven('ELASTICSEARCH_PORT') && !ports.includes(values.ELASTICSEARCH_PORT)) {
    conflicts.contradict(['ELASTICSEARCH_PORT', 'ELASTICSEARCH_HOST'], 'the two ports must not differ');
  }
  conflicts.needEachOther('ELASTICSEARCH_USER', 'ELASTICSEARCH_PASSWORD');
  conflicts.needEachOther('ELASTICSEARCH_TLS_CERT', 'ELASTICSEARCH_TLS_KEY');
  const isTls = values.ELASTICSEARCH_HOST.some(({ protocol }) => protocol === 'https');
  for (const name of ['CA', 'CERT', 'KEY', 'VERIFY'] as const) {
    conflicts.needs(`ELASTICSEARCH_TLS_${name}`, 'an https:// URL in ELASTICSEARCH_HOST', isTls);
  }
  if (isGiven('ELASTICSEARCH_API_KEY') && isGiven('ELASTICSEARCH_USER')) {
    conflicts.add('ELASTICSEARCH_API_KEY and ELASTICSEARCH_USER are both set: only one may be.');
  }
  if (/[^\x21-\x7e]/.test(values.ELASTICSEARCH_API_KEY ?? '')) {
    conflicts.add('ELASTICSEARCH_API_KEY has white space or other characters in it that no API key has.');
  }
  const { ELASTICSEARCH_DATA_STREAM: isDataStream, ELASTICSEARCH_INDEX: index } = values;
  if (isGiven('ELASTICSEARCH_DATA_STREAM') && isDataStream && isDated(index)) {
    conflicts.add('ELASTICSEARCH_DATA_STREAM=true does not go together with a date in ELASTICSEARCH_INDEX.');
  }
  return conflicts.found;
}
