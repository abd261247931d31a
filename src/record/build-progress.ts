import type { Exchange } from '../exchange/exchange.ts';
import type { Progress } from '../exchange/progress.ts';
import type { LogRecord } from './record.ts';

/**
 * Makes interim records: with what that of the exchange would say now, but no outcome, as it has none yet. The duration
 * is until now: behind the last byte that was seen, nothing has come.
 */
export function createProgressRecordBuilder(
  buildRecord: (exchange: Exchange) => LogRecord,
): (progress: Progress) => LogRecord {
  return ({ exchange, part, time }) => {
    const record = buildRecord(exchange);
    const endTime = Math.max(record.endTime, Math.round(time));
    return {
      ...record,
      kind: 'progress',
      part,
      outcome: undefined,
      endTime,
      durationMs: (endTime - record.startTime) / 1000,
    };
  };
}
