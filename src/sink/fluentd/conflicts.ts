import { type Conflict, ConflictList, type GivenValues } from '../conflict-list.ts';
import type { FluentdValues } from './variables.ts';

/** Variables that are fine alone but not together. */
export function fluentdConflicts({
  values,
  isGiven,
}: GivenValues<FluentdValues>): readonly Conflict<keyof FluentdValues>[] {
  const conflicts = new ConflictList(isGiven);
  for (const name of ['CA', 'CERT', 'KEY', 'SERVER_NAME', 'VERIFY'] as const) {
    conflicts.needs(`FLUENTD_TLS_${name}`, 'FLUENTD_TLS=true', values.FLUENTD_TLS);
  }
  conflicts.needEachOther('FLUENTD_TLS_CERT', 'FLUENTD_TLS_KEY');
  conflicts.needs('FLUENTD_USER', 'FLUENTD_SHARED_KEY', isGiven('FLUENTD_SHARED_KEY'));
  conflicts.needEachOther('FLUENTD_USER', 'FLUENTD_PASSWORD');
  return conflicts.found;
}
