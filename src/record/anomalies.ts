import type { Exchange } from '../exchange/exchange.ts';
import type { Anomaly } from '../http/anomaly.ts';
import type { HeaderFields } from '../http/header-fields.ts';

/**
 * What was odd about an exchange, each word once; `undefined` if nothing was. A message with more than `maxFields`
 * header fields is odd, too: its record does not carry them all.
 */
export function anomaliesOf({ request, response }: Exchange, maxFields: number): readonly Anomaly[] | undefined {
  const asked = request?.head;
  const answered = response?.head;
  const hasTooMany = hasMore(asked?.headers, maxFields) || hasMore(answered?.headers, maxFields);
  const inRequest = asked?.anomalies.length ?? 0;
  const inResponse = answered?.anomalies.length ?? 0;
  if (inRequest + inResponse === 0 && !hasTooMany) return undefined;
  const found = new Set<Anomaly>([...(asked?.anomalies ?? []), ...(answered?.anomalies ?? [])]);
  if (hasTooMany) found.add('too_many_fields');
  return [...found];
}

function hasMore(headers: HeaderFields | undefined, maxFields: number): boolean {
  return headers !== undefined && headers.fields.length > maxFields;
}
