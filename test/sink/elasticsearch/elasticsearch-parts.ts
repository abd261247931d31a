import type { TestContext } from 'node:test';
import { BatchBuilder } from '../../../src/sink/delivery/batch.ts';
import { type ElasticsearchSettings, ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { createBulkEncoder } from '../../../src/sink/elasticsearch/elasticsearch-document.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { createRecord } from '../../tools/create-record.ts';
import { LogLines } from '../../tools/log-lines.ts';

export function elasticsearchSettings(
  baseUrls: readonly string[],
  changes: Partial<ElasticsearchSettings> = {},
): ElasticsearchSettings {
  return {
    baseUrls,
    index: 'http',
    dataStream: true,
    template: true,
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
  const transport = new ElasticsearchTransport(settings, 'flat', ownTraffic, lines.log);
  t.after(() => transport.close());
  return { transport, lines, ownTraffic };
}

/** A batch of so many records in the flat schema. */
export function flatBatch(records: number, from = 0, index = 'http') {
  const encode = createBulkEncoder('flat', index);
  const builder = new BatchBuilder();
  for (let at = 0; at < records; at++) builder.append(encode(createRecord(from + at)));
  return builder.seal();
}
