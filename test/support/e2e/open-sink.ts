import type { SchemaName } from '../../../src/record/schema/schemas.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { DeliverySettings } from '../../../src/sink/delivery/delivery-settings.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import { type ElasticsearchSettings, ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../program/log-lines.ts';
import { contractSettings } from '../sink/contract.ts';
import { elasticsearchSettings } from '../sink/elasticsearch-parts.ts';
import type { Product, SearchNode } from './search-node.ts';

const settings: DeliverySettings = {
  ...contractSettings,
  batchRecords: 500,
  batchBytes: 1024 * 1024,
  queueBytes: 64 * 1024 * 1024,
  maxAgeMs: 3_600_000,
};

/** What a sink must be told: the Elasticsearch for tests has no part that answers `GET /`. */
export const versionOf: { readonly [Name in Product]: Partial<ElasticsearchSettings> } = {
  opensearch: {},
  elasticsearch: { apiVersion: { major: 8, minor: 17 } },
};

/** A sink that writes to a node. */
export function openSink(node: SearchNode, schema: SchemaName, changes: Partial<ElasticsearchSettings>) {
  const lines = new LogLines();
  const settingsOfSink = elasticsearchSettings([node.baseUrl], changes);
  const transport = new ElasticsearchTransport(settingsOfSink, schema, {
    ownTraffic: new OwnTraffic(),
    log: lines.log,
  });
  const encoder = createBulkEncoder(settingsOfSink.index, createEncodings(schema));
  const delivery = new Delivery({ name: 'elasticsearch', settings, transport, encoder, log: lines.log });
  return { delivery, lines, transport };
}
