import type { Settings } from '../config/settings.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { createRecordBuilder, type RecordOptions } from '../record/build.ts';
import type { LogRecord } from '../record/record.ts';
import type { Sink } from '../sink/sink.ts';
import type { Counters } from '../telemetry/counters.ts';

export type RecorderOptions = Pick<RecordOptions, 'decompress' | 'nameOf'> & {
  readonly settings: Settings;
  readonly hostname: string;
};

/** From an exchange to its record in the sinks, unless its URL is ignored. */
export function createRecorder(
  { settings, hostname, decompress, nameOf }: RecorderOptions,
  counters: Counters,
  sinks: readonly Sink[],
  isIgnored: (target: string) => boolean,
): (exchange: Exchange) => void {
  const { record } = settings;
  const build = createRecordBuilder({ ...record, identity: { ...record.identity, hostname }, decompress, nameOf });
  return (exchange) => {
    if (exchange.request !== undefined && isIgnored(exchange.request.head.target)) {
      counters.exchanges_ignored_url++;
      return;
    }
    counters.records_built++;
    const built = build(exchange);
    counters.header_fields_not_logged += fieldsNotLogged(built);
    for (const sink of sinks) sink.write(built);
  };
}

function fieldsNotLogged({ requestHeaders, responseHeaders }: LogRecord): number {
  return (requestHeaders?.notLogged ?? 0) + (responseHeaders?.notLogged ?? 0);
}
