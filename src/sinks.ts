import { join } from 'node:path';
import type { Settings } from './config/settings.ts';
import { formatPretty } from './record/pretty.ts';
import type { LogRecord } from './record/record.ts';
import { jsonSchemas, schemas } from './record/schema/schema.ts';
import type { SchemaRecord } from './record/schema/schema-record.ts';
import { createSinkAccount, type SinkAccount } from './sink/account.ts';
import { Delivery } from './sink/delivery/delivery.ts';
import { withTimestamp } from './sink/logstash/timestamped.ts';
import type { OwnTraffic } from './sink/own-traffic.ts';
import type { Sink } from './sink/sink.ts';
import { Spool } from './sink/spool/spool.ts';
import { StdoutSink } from './sink/stdout/stdout.ts';
import type { CheckResult, Transport } from './sink/transport.ts';
import type { Log } from './telemetry/log.ts';

export type SinkName = Settings['sinks']['sendLogsTo'][number];

/** How records are written at a terminal. */
export type Pretty = { readonly colour: boolean; readonly width: number | undefined };

export type SinkContext = {
  readonly settings: Settings;
  /** A capture file can wait for the sinks, a live capture cannot. */
  readonly isLive: boolean;
  /** Records for people instead of JSON, on stdout. */
  readonly pretty: Pretty | undefined;
  /** Where the connections of the sinks are known, so that they are not logged. */
  readonly ownTraffic: OwnTraffic;
  readonly log: Log;
  /** Nobody takes the records any more, and the process may end. */
  readonly onClosed: (error: NodeJS.ErrnoException) => void;
};

/** What the sinks have in common: each record is handed to them one after the other, and made once for all of them. */
type Encodings = {
  readonly toSchema: (record: LogRecord) => SchemaRecord;
  readonly toJson: (record: LogRecord) => string;
};

/** How records travel to a server or into a file. */
type Route = {
  readonly transport: Transport;
  readonly encode: (record: LogRecord) => string | Buffer;
  /** When the server or its protocol has a limit below BATCH_BYTES. */
  readonly maxBatchBytes?: number;
};

/** The table of sinks with a server or a file: what makes the route to each, loaded only when it is chosen. To add one, add a row. */
const routes: {
  readonly [Name in Exclude<SinkName, 'stdout'>]: (
    context: SinkContext,
    encodings: Encodings,
    account: SinkAccount,
  ) => Promise<Route>;
} = {
  fluentd: async ({ settings, ownTraffic }, { toSchema }) => {
    const { FluentdTransport, maxBatchBytes } = await import('./sink/fluentd/fluentd.ts');
    const { createEntryEncoder } = await import('./sink/fluentd/fluentd-packet.ts');
    const { fluentd } = settings.sinks;
    const transport = new FluentdTransport({ ...fluentd, ownTraffic });
    return { transport, encode: createEntryEncoder(toSchema, fluentd.tag), maxBatchBytes };
  },
  logstash: async ({ settings, ownTraffic }, { toJson }, account) => {
    const { createLogstashTransport } = await import('./sink/logstash/logstash.ts');
    const { createDatagramEncoder } = await import('./sink/logstash/datagram-encoder.ts');
    const { logstash } = settings.sinks;
    const document = (record: LogRecord) => withTimestamp(record, toJson(record));
    const line = (record: LogRecord) => `${document(record)}\n`;
    const encode = logstash.type === 'udp' ? createDatagramEncoder(document, account) : line;
    return { transport: createLogstashTransport(logstash, ownTraffic), encode };
  },
  elasticsearch: async ({ settings, ownTraffic, log }, encodings) => {
    const { ElasticsearchTransport } = await import('./sink/elasticsearch/elasticsearch.ts');
    const { createBulkEncoder } = await import('./sink/elasticsearch/elasticsearch-document.ts');
    const { schema } = settings.record;
    const { elasticsearch } = settings.sinks;
    const transport = new ElasticsearchTransport(elasticsearch, schema, ownTraffic, log);
    return { transport, encode: createBulkEncoder(schema, elasticsearch.index, encodings) };
  },
  file: async ({ settings, log }, { toJson }) => {
    const { FileTransport } = await import('./sink/file/file.ts');
    const { path, ...file } = settings.sinks.file;
    if (path === undefined) throw new Error('the file sink has no FILE_PATH');
    const transport = new FileTransport({ ...file, path }, log);
    return { transport, encode: (record) => `${toJson(record)}\n`, maxBatchBytes: file.rotateBytes };
  },
};

/** One piece of a capture file may become several megabytes of records, and none of them should be dropped before it is asked to wait. */
const leastFileQueueBytes = 16 * 1024 * 1024;

/** Makes the chosen sinks. Throws `SpoolInUseError` when another process uses the spool of one. */
export async function createSinks(context: SinkContext): Promise<readonly Sink[]> {
  const encodings = createEncodings(context.settings);
  const sinks: Sink[] = [];
  for (const name of context.settings.sinks.sendLogsTo) {
    sinks.push(name === 'stdout' ? createStdout(context, encodings) : await createDelivery(name, context, encodings));
  }
  return sinks;
}

/** Tries each chosen sink for real, all at the same time, without sending a record. */
export function checkSinks(context: SinkContext): Promise<readonly (CheckResult & { readonly name: SinkName })[]> {
  const encodings = createEncodings(context.settings);
  return Promise.all(
    context.settings.sinks.sendLogsTo.map(async (name) => {
      if (name === 'stdout') return { name, isFine: true, sentence: 'standard output' };
      const { transport } = await routes[name](context, encodings, createSinkAccount());
      const result = await transport.check();
      await transport.close();
      return { name, ...result };
    }),
  );
}

async function createDelivery(
  name: Exclude<SinkName, 'stdout'>,
  context: SinkContext,
  encodings: Encodings,
): Promise<Sink> {
  const { settings, log } = context;
  const { queue, spool } = settings.delivery;
  const account = createSinkAccount();
  const { transport, encode, maxBatchBytes = queue.batchBytes } = await routes[name](context, encodings, account);
  return new Delivery({
    name,
    settings: { ...queue, queueBytes: queueBytes(context), batchBytes: Math.min(queue.batchBytes, maxBatchBytes) },
    transport,
    encode,
    log,
    account,
    spool:
      spool.directory === undefined
        ? undefined
        : await Spool.open({
            name,
            directory: join(spool.directory, name),
            limitBytes: spool.limitBytes,
            account,
            log,
          }),
  });
}

function createStdout(context: SinkContext, { toJson }: Encodings): Sink {
  const { pretty, onClosed } = context;
  const encode =
    pretty === undefined ? toJson : (record: LogRecord) => formatPretty(record, pretty.colour, pretty.width);
  return new StdoutSink(1, encode, queueBytes(context), onClosed);
}

function queueBytes({ settings, isLive }: SinkContext): number {
  const { queueBytes } = settings.delivery.queue;
  return isLive ? queueBytes : Math.max(queueBytes, leastFileQueueBytes);
}

function createEncodings(settings: Settings): Encodings {
  const { schema } = settings.record;
  const toSchema = once(schemas[schema]);
  return { toSchema, toJson: once(jsonSchemas[schema] ?? ((record) => JSON.stringify(toSchema(record)))) };
}

/** Remembers what became of the last record. */
function once<Result>(make: (record: LogRecord) => Result): (record: LogRecord) => Result {
  let last: { readonly record: LogRecord; readonly result: Result } | undefined;
  return (record) => {
    if (last?.record !== record) last = { record, result: make(record) };
    return last.result;
  };
}
