import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { createBulkEncoder } from './bulk-encoder.ts';
import { type ElasticsearchSettings, ElasticsearchTransport } from './elasticsearch.ts';

/** A batch of an earlier version is the body of a bulk request, too. */
export function openElasticsearch(settings: ElasticsearchSettings, context: SinkContext): Output {
  const { encodings } = context;
  return {
    kind: 'batches',
    encoder: createBulkEncoder(settings.index, encodings),
    transport: new ElasticsearchTransport(settings, encodings.schema, context),
  };
}
