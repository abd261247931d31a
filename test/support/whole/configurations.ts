import type { LogstashType } from './log-servers.ts';

/** One way to run the program over a capture. */
export type Configuration = {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Whose address `--local` gives: that of the client or of the server of the first exchange. */
  readonly local?: 'client' | 'server';
  /** Records go to every sink, and to Logstash in this way; otherwise to standard output alone. */
  readonly logstash?: LogstashType;
  /** What Elasticsearch says it is, instead of version 8.17. */
  readonly search?: object;
  /** Standard output is a terminal of this width. */
  readonly columns?: number;
};

/**
 * Records go everywhere. Batches end where they are full, never by the time that has passed, and a server that takes
 * nothing is given up.
 */
export const everySink = {
  SEND_LOGS_TO: 'stdout,fluentd,logstash,elasticsearch,file',
  BATCH_AGE_MS: '60000',
  BATCHES_IN_FLIGHT: '1',
  RETRY_MAX_MS: '1000',
  RETRY_FOR_S: '60',
};

/** As few as give every field of a record in each schema, with and without whatever changes what a record carries. */
export const configurations: Readonly<Record<string, Configuration>> = {
  flat: { env: {}, logstash: 'tcp' },
  ecs: {
    env: {
      LOG_SCHEMA: 'ecs',
      LOG_BODIES: 'true',
      REDACT_HEADERS: 'x-request-id',
      REDACT_PARAMS: 'next',
      POD_NAME: 'shop-1',
      POD_NAMESPACE: 'shop',
      NODE_NAME: 'node-1',
      POD_LABELS: 'app=shop,version=2',
      FLUENTD_TAG: 'http.%{direction}.%{namespace}.%{pod}',
      ELASTICSEARCH_INDEX: 'http-%{+yyyy.MM.dd}',
      ELASTICSEARCH_API_VERSION: '7.2',
      LOGSTASH_UDP_RATE: '1000',
    },
    local: 'server',
    logstash: 'udp',
  },
  otel: {
    env: {
      LOG_SCHEMA: 'otel',
      LOG_BODIES: 'application/json,text/*,multipart/form-data',
      LOG_BODY_LIMIT: '100B',
      REDACT: 'false',
      POD_NAME: 'shop-1',
      POD_NAMESPACE: 'shop',
      NODE_NAME: 'node-1',
      POD_LABELS: 'app=shop,version=2',
      FLUENTD_COMPRESS: 'gzip',
      LOGSTASH_USER: 'ann',
      LOGSTASH_PASSWORD: 'open',
      ELASTICSEARCH_API_KEY: 'id:key',
    },
    local: 'client',
    logstash: 'http',
    search: { version: { number: '2.19.1', distribution: 'opensearch' }, tagline: 'The OpenSearch Project' },
  },
  legacy: {
    env: {
      LOG_SCHEMA: 'legacy',
      LOG_HEADERS: 'false',
      IGNORE_URLS: '/lf,*.html,/login*',
      BATCH_RECORDS: '2',
      ELASTICSEARCH_API_VERSION: '6.1',
      ELASTICSEARCH_USER: 'ann',
      ELASTICSEARCH_PASSWORD: 'open',
      ELASTICSEARCH_GZIP: 'false',
    },
    logstash: 'tcp',
  },
  narrow: {
    env: {
      MODE: 'debug',
      LOG_HEADERS: 'host,content-type,content-length,set-cookie,traceparent',
      MAX_FIELDS: '2',
      LOG_BODIES: 'true',
      LOG_BODY_LIMIT: '20B',
      TIMEOUT_AFTER_MS: '100',
      MAX_HEAD: '1KiB',
      POD_NAME: 'shop-1',
      POD_NAMESPACE: 'shop',
      NODE_NAME: 'node-1',
      POD_LABELS: 'app=shop,version=2',
    },
    local: 'server',
  },
  pretty: { env: {}, args: ['--pretty'] },
  terminal: { env: {}, args: ['--pretty'], local: 'client', columns: 100 },
};
