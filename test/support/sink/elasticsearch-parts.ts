import type { TestContext } from 'node:test';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/bulk-encoder.ts';
import { type ElasticsearchSettings, ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../program/log-lines.ts';
import { createRecord } from '../record/create-record.ts';
import { encodedBatch } from './encoded-batch.ts';

export function elasticsearchSettings(
  baseUrls: readonly string[],
  changes: Partial<ElasticsearchSettings> = {},
): ElasticsearchSettings {
  return {
    baseUrls,
    index: 'http',
    dataStream: true,
    template: true,
    headers: 'auto',
    mappingType: undefined,
    apiVersion: undefined,
    credentials: undefined,
    tls: { ca: undefined, cert: undefined, key: undefined, verify: true },
    gzip: true,
    timeoutMs: 5000,
    logLevel: 'warning',
    ...changes,
  };
}

/** A transport that is closed when the test ends, and what it says. */
export function openTransport(
  t: TestContext,
  baseUrls: readonly string[],
  changes: Partial<ElasticsearchSettings> = {},
) {
  const lines = new LogLines();
  const ownTraffic = new OwnTraffic();
  const settings = elasticsearchSettings(baseUrls, changes);
  const transport = new ElasticsearchTransport(settings, 'flat', { ownTraffic, log: lines.log });
  t.after(() => transport.close());
  return { transport, lines, ownTraffic };
}

/** A batch of this many records in the flat schema. */
export function flatBatch(records: number, from = 0, index = 'http') {
  const made = Array.from({ length: records }, (_, at) => createRecord(from + at));
  return encodedBatch(createBulkEncoder(index, createEncodings('flat')), made);
}
