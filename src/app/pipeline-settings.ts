import type { Settings } from '../config/settings.ts';
import type { PipelineSettings } from '../pipeline.ts';
import { schemas } from '../record/schema/schemas.ts';

export type CaptureKind = {
  /** A capture file knows no addresses of its own; a live capture does. */
  readonly isLive: boolean;
  /** Whether there is a whole file to read, so that what comes late can be waited for. */
  readonly readsToEnd: boolean;
};

/** What the pipeline takes of the settings. */
export function pipelineSettings(
  { capture, tcp, http, exchange, record }: Settings,
  { isLive, readsToEnd }: CaptureKind,
): PipelineSettings {
  return {
    packet: { decapsulates: capture.decapsulates ?? !isLive },
    tcp,
    http,
    exchange: {
      ...exchange,
      readsToEnd,
      progressIntervalMs: 'onlyExchanges' in schemas[record.schema] ? 0 : exchange.progressIntervalMs,
      bodyLimitBytes: record.bodies.kind === 'none' ? 0 : record.bodyLimitBytes,
    },
  };
}
