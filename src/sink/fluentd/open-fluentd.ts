import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { fromEarlierBatch } from './earlier-batch.ts';
import { createEntryEncoder } from './entry-encoder.ts';
import { type FluentdSettings, FluentdTransport, maxBatchBytes } from './fluentd.ts';

export function openFluentd(
  settings: Omit<FluentdSettings, 'ownTraffic'>,
  { encodings, ownTraffic }: SinkContext,
): Output {
  return {
    kind: 'batches',
    encoder: createEntryEncoder(encodings.toSchema, settings.tag),
    transport: new FluentdTransport({ ...settings, ownTraffic }),
    maxBatchBytes,
    fromEarlierBatch,
  };
}
