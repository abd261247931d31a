import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoadedSettings, loadSettings, type Settings } from '../../src/config/settings.ts';
import { variables } from '../../src/config/variables.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What one variable is expected to do. */
type Expectation = {
  readonly read: (settings: Settings) => unknown;
  readonly unset: unknown;
  /** Other variables without which the value would have no effect. */
  readonly with?: { readonly [name: string]: string };
  readonly accepted: readonly (readonly [text: string, value: unknown])[];
  readonly wrong: readonly string[];
};

const booleans: Expectation['accepted'] = [
  ...['true', 'TRUE', '1', 'yes', 'on', 'On'].map((text) => [text, true] as const),
  ...['false', 'False', '0', 'no', 'off', 'OFF'].map((text) => [text, false] as const),
];
const wrongPorts = ['0', '65536', '-1', '1.5', '80a', '0x50', '1e3', 'tcp://logstash:5000', 'http://10.0.0.1:80'];
const ports: Expectation['accepted'] = [
  ['1', 1],
  ['65535', 65_535],
  [' 80 ', 80],
];
const wrongHosts = [
  'http://h',
  'h:80',
  'a b',
  'a..b',
  '-a',
  'a-',
  '1.2.3',
  '999.1.1.1',
  '[1.2.3.4]',
  'fe80::1%eth0',
  '.',
  'a/b',
];
const hosts: Expectation['accepted'] = [
  ['fluentd.logging.svc.cluster.local', 'fluentd.logging.svc.cluster.local'],
  ['log_server', 'log_server'],
  ['example.org.', 'example.org.'],
  ['10.0.0.1', '10.0.0.1'],
  ['::1', '::1'],
  ['[fd00::1]', 'fd00::1'],
];
const wrongSizes = ['many', '-1', '1.5MiB', '64m', '64 k', 'MiB', '1TiB', '64KiBs', '999999999999999999'];

function text(read: Expectation['read']): Expectation {
  return { read, unset: undefined, accepted: [['cart-7f9c-x2', 'cart-7f9c-x2']], wrong: [] };
}

/** Keyed by the table itself: a variable without a row here does not compile. */
const expectations: { readonly [Name in keyof typeof variables]: Expectation } = {
  MODE: {
    read: (settings) => settings.mode,
    unset: 'prod',
    accepted: [
      ['prod', 'prod'],
      ['debug', 'debug'],
      ['Development', 'development'],
    ],
    wrong: ['production', 'prod,debug', '0'],
  },
  SUMMARY_INTERVAL_S: {
    read: (settings) => settings.telemetry.summaryIntervalMs,
    unset: 60_000,
    accepted: [
      ['0', 0],
      ['86400', 86_400_000],
    ],
    wrong: ['86401', '-1', '1m', '0.5', 'off'],
  },
  IFACE: {
    read: (settings) => settings.capture.interfaces,
    unset: 'default-route',
    accepted: [
      ['eth0', ['eth0']],
      ['eth0, lo,net1.5@x', ['eth0', 'lo', 'net1.5@x']],
      ['any', 'any'],
      ['ANY', 'any'],
    ],
    wrong: ['any,eth0', 'eth0,Any', 'eth0,', ',', 'eth0,eth0', 'eth0 lo', 'an/b', 'eth0:1', '..', 'sixteen-letters-'],
  },
  CAP_FILTER: {
    read: (settings) => settings.capture.filter,
    unset: 'tcp',
    accepted: [['tcp port 80 and not host 10.0.0.1', 'tcp port 80 and not host 10.0.0.1']],
    wrong: [],
  },
  OTHER_HOSTS: {
    read: (settings) => settings.capture.otherHosts,
    unset: false,
    accepted: booleans,
    wrong: ['maybe', 'mirror'],
  },
  DRAIN: {
    read: (settings) => settings.capture.drain,
    unset: 'auto',
    accepted: [
      ['always', 'always'],
      ['NEVER', 'never'],
    ],
    wrong: ['true', 'preStop'],
  },
  CAP_RING: {
    read: (settings) => settings.capture.ringBytes,
    unset: 12 * MiB,
    accepted: [
      ['256KiB', 256 * KiB],
      ['256mib', 256 * MiB],
    ],
    wrong: ['255KiB', '257MiB', ...wrongSizes],
  },
  LOCAL_IPS: {
    read: (settings) => settings.capture.localIps,
    unset: [],
    accepted: [
      ['10.0.0.1, 2001:DB8:0::0001', ['10.0.0.1', '2001:db8::1']],
      ['::FFFF:1.2.3.4', ['::ffff:1.2.3.4']],
    ],
    wrong: ['localhost', '10.0.0.0/8', '10.0.0.1,', 'fe80::1%eth0', '10.0.0.1 10.0.0.2', '1.2.3'],
  },
  TIMEOUT_AFTER_MS: {
    read: (settings) => settings.exchange.timeoutMs,
    unset: 10_000,
    accepted: [
      ['100', 100],
      ['599999', 599_999],
    ],
    wrong: ['99', '3600001', '10s', '-5', '1e4', '10_000'],
  },
  TIMEOUT_INTERVAL_CHECK: {
    read: (settings) => settings.exchange.timeoutCheckMs,
    unset: 2000,
    accepted: [
      ['100', 100],
      ['60000', 60_000],
    ],
    wrong: ['99', '60001', '2s', 'NaN', 'Infinity'],
  },
  CONNECTION_IDLE_S: {
    read: (settings) => settings.tcp.idleMs,
    unset: 600_000,
    accepted: [
      ['11', 11_000],
      ['86400', 86_400_000],
    ],
    wrong: ['0', '86401', '10m', '1.5'],
  },
  MAX_CONNECTIONS: {
    read: (settings) => settings.tcp.maxConnections,
    unset: 100_000,
    accepted: [
      ['1', 1],
      ['1000000', 1_000_000],
    ],
    wrong: ['0', '-1', '1000001', '100k', 'unlimited'],
  },
  MAX_BUFFERED: {
    read: (settings) => settings.tcp.maxBufferedBytes,
    unset: 128 * MiB,
    accepted: [
      ['1MiB', MiB],
      ['1048576', MiB],
      ['2MB', 2_000_000],
      ['2 Mi', 2 * MiB],
      ['4gib', 4 * 1024 * MiB],
      ['1GB', 1e9],
    ],
    wrong: ['1048575', '5GiB', ...wrongSizes],
  },
  MAX_BUFFERED_PER_CONNECTION: {
    read: (settings) => settings.tcp.maxBufferedBytesPerConnection,
    unset: MiB,
    accepted: [
      ['64Ki', 64 * KiB],
      ['64MiB', 64 * MiB],
    ],
    wrong: ['15KiB', '2GiB', ...wrongSizes],
  },
  MAX_HEAD: {
    read: (settings) => settings.http.maxHeadBytes,
    unset: 64 * KiB,
    accepted: [
      ['1KiB', KiB],
      ['8kB', 8000],
      ['1MiB', MiB],
    ],
    wrong: ['1023', '1025KiB', ...wrongSizes],
  },
  LOG_SCHEMA: {
    read: (settings) => settings.record.schema,
    unset: 'flat',
    accepted: ['flat', 'ecs', 'otel', 'legacy'].map((name) => [name, name] as const),
    wrong: ['json', 'flat,ecs', 'true'],
  },
  LOG_HEADERS: {
    read: (settings) => settings.record.headers,
    unset: { kind: 'all' },
    accepted: [
      ...booleans.map(([word, on]) => [word, { kind: on ? 'all' : 'none' }] as const),
      ['X-Request-Id, accept', { kind: 'only', names: ['x-request-id', 'accept'] }],
    ],
    wrong: ['ture', 'none', 'All', 'true,accept', 'accept,no', 'accept,', 'a b', 'x-*', 'Höst', 'a:b'],
  },
  MAX_FIELDS: {
    read: (settings) => settings.record.maxFields,
    unset: 256,
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', '-1', '1.5', 'all'],
  },
  IGNORE_URLS: {
    read: (settings) => settings.record.ignoreUrls,
    unset: [],
    accepted: [
      ['/health, /metrics,/static/*', ['/health', '/metrics', '/static/*']],
      ['*', ['*']],
      ['*/live', ['*/live']],
    ],
    wrong: ['health', '/a,b', '/a?b=c', '/a#b', '/a b', '/a,,/b', 'http://h/a'],
  },
  LOG_BODIES: {
    read: (settings) => settings.record.bodies,
    unset: { kind: 'none' },
    accepted: [
      ...booleans.map(([word, on]) => [word, { kind: on ? 'text' : 'none' }] as const),
      ['Application/JSON,text/*', { kind: 'only', types: ['application/json', 'text/*'] }],
      ['application/vnd.api+json', { kind: 'only', types: ['application/vnd.api+json'] }],
    ],
    wrong: ['json', 'none', 'flase', '*/*', 'text/*,true', 'text/html; charset=utf-8', 'text/', 'text/*,', 'text/a*'],
  },
  LOG_BODY_LIMIT: {
    read: (settings) => settings.record.bodyLimitBytes,
    unset: 4 * KiB,
    accepted: [
      ['1', 1],
      ['16kib', 16 * KiB],
      ['1MiB', MiB],
    ],
    wrong: ['0', '1048577', ...wrongSizes],
  },
  REDACT: {
    read: (settings) => settings.record.redact.enabled,
    unset: true,
    accepted: booleans,
    wrong: ['maybe', '2', 'true,false', 'none'],
  },
  REDACT_HEADERS: {
    read: (settings) => settings.record.redact.headers,
    unset: [],
    accepted: [['X-Tenant-Key,x-session', ['x-tenant-key', 'x-session']]],
    wrong: ['a b', 'a,', 'x-*', 'a: b'],
  },
  REDACT_PARAMS: {
    read: (settings) => settings.record.redact.params,
    unset: [],
    accepted: [['PIN, user[name]', ['pin', 'user[name]']]],
    wrong: ['a b', 'a,,b', 'a=b', 'a&b', '?a', 'pass*'],
  },
  POD_NAME: text((settings) => settings.record.identity.pod),
  POD_NAMESPACE: text((settings) => settings.record.identity.namespace),
  NODE_NAME: text((settings) => settings.record.identity.node),
  POD_LABELS: {
    read: (settings) => settings.record.identity.labels,
    unset: undefined,
    accepted: [
      ['app=shop', { app: 'shop' }],
      ['app=shop, app.kubernetes.io/version=2.14_a-1', { app: 'shop', 'app.kubernetes.io/version': '2.14_a-1' }],
      ['app=shop,version=', { app: 'shop' }],
      ['app=', undefined],
      [
        `${'p'.repeat(253)}/${'n'.repeat(63)}=${'v'.repeat(63)}`,
        { [`${'p'.repeat(253)}/${'n'.repeat(63)}`]: 'v'.repeat(63) },
      ],
    ],
    wrong: [
      ...[
        'app',
        'app=shop,',
        'app=a,app=b',
        'app=a b',
        'app=-a',
        'app=a=b',
        '=a',
        '/app=a',
        'a/b/c=d',
        'A.b/c=d',
        'a..b/c=d',
      ],
      ...['__proto__=a', 'app=$(APP_LABEL)', `${'n'.repeat(64)}=a`, `a=${'v'.repeat(64)}`, `${'p'.repeat(254)}/n=a`],
    ],
  },
  PEER_NAMES: {
    read: (settings) => settings.record.peerNames,
    unset: 'off',
    accepted: [
      ['off', 'off'],
      ['DNS', 'dns'],
    ],
    wrong: ['true', 'on', 'dns,off'],
  },
  SEND_LOGS_TO: {
    read: (settings) => settings.sinks.sendLogsTo,
    unset: ['stdout'],
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['stdout', ['stdout']],
      ['Fluentd', ['fluentd']],
      ['elasticsearch, logstash,stdout', ['elasticsearch', 'logstash', 'stdout']],
      ['FILE', ['file']],
    ],
    wrong: ['kafka', 'files', 'stdout,kafka', 'stdout,stdout', 'stdout,', 'stdout fluentd'],
  },
  FLUENTD_HOST: {
    read: (settings) => settings.sinks.fluentd.servers,
    unset: [{ host: 'localhost', port: 24_224 }],
    accepted: [
      ...hosts.map(([text, host]) => [text, [{ host, port: 24_224 }]] as const),
      [
        'a, b:24225,[::1]:1',
        [['a', 24_224] as const, ['b', 24_225] as const, ['::1', 1] as const].map(([host, port]) => ({ host, port })),
      ],
    ],
    wrong: [...wrongHosts.filter((text) => text !== 'h:80'), 'h:', 'h:0', 'h:80:80', ':80', '[::1', 'a,,b', 'a b:80'],
  },
  FLUENTD_PORT: {
    read: (settings) => settings.sinks.fluentd.servers[0]?.port,
    unset: 24_224,
    accepted: ports,
    wrong: wrongPorts,
  },
  FLUENTD_TAG: {
    read: (settings) => settings.sinks.fluentd.tag,
    unset: 'k8s-internal-networking',
    accepted: ['kube.http_v1.a-b', 'k8s.%{namespace}.%{pod}.%{direction}', '%{pod}'].map((tag) => [tag, tag]),
    wrong: ['a..b', '.a', 'a.', 'a b', 'a b..c', 'a.**', 'a{b}', 'tag,tag', '%{node}', '%{pod', 'a%b', 'a'.repeat(256)],
  },
  FLUENTD_ACK: {
    read: (settings) => settings.sinks.fluentd.acks,
    unset: true,
    accepted: booleans,
    wrong: ['maybe'],
  },
  FLUENTD_ACK_TIMEOUT_MS: {
    read: (settings) => settings.sinks.fluentd.ackTimeoutMs,
    unset: 20_000,
    accepted: [
      ['100', 100],
      ['3600000', 3_600_000],
    ],
    wrong: ['99', '3600001', '20s', '-1'],
  },
  FLUENTD_COMPRESS: {
    read: (settings) => settings.sinks.fluentd.compress,
    unset: 'none',
    accepted: [
      ['gzip', 'gzip'],
      ['NONE', 'none'],
    ],
    wrong: ['zstd', 'true'],
  },
  FLUENTD_TLS: {
    read: (settings) => settings.sinks.fluentd.tls !== undefined,
    unset: false,
    accepted: booleans,
    wrong: ['tls'],
  },
  FLUENTD_TLS_CA: {
    read: (settings) => settings.sinks.fluentd.tls?.ca,
    unset: undefined,
    with: { FLUENTD_TLS: 'true' },
    accepted: [['/etc/ca.pem', '/etc/ca.pem']],
    wrong: [],
  },
  FLUENTD_TLS_CERT: {
    read: (settings) => settings.sinks.fluentd.tls?.cert,
    unset: undefined,
    with: { FLUENTD_TLS: 'true', FLUENTD_TLS_KEY: 'key.pem' },
    accepted: [['cert.pem', 'cert.pem']],
    wrong: [],
  },
  FLUENTD_TLS_KEY: {
    read: (settings) => settings.sinks.fluentd.tls?.key,
    unset: undefined,
    with: { FLUENTD_TLS: 'true', FLUENTD_TLS_CERT: 'cert.pem' },
    accepted: [['key.pem', 'key.pem']],
    wrong: [],
  },
  FLUENTD_TLS_SERVER_NAME: {
    read: (settings) => settings.sinks.fluentd.tls?.serverName,
    unset: undefined,
    with: { FLUENTD_TLS: 'true' },
    accepted: [['logs.example.org', 'logs.example.org']],
    wrong: ['a b', 'logs:24224'],
  },
  FLUENTD_TLS_VERIFY: {
    read: (settings) => settings.sinks.fluentd.tls?.verify,
    unset: undefined,
    with: { FLUENTD_TLS: 'true' },
    accepted: booleans,
    wrong: ['never'],
  },
  FLUENTD_SHARED_KEY: {
    read: (settings) => settings.sinks.fluentd.credentials?.sharedKey,
    unset: undefined,
    accepted: [['key of all', 'key of all']],
    wrong: [],
  },
  FLUENTD_USER: {
    read: (settings) => settings.sinks.fluentd.credentials?.user,
    unset: undefined,
    with: { FLUENTD_SHARED_KEY: 'k', FLUENTD_PASSWORD: 'p' },
    accepted: [['shipper', 'shipper']],
    wrong: [],
  },
  FLUENTD_PASSWORD: {
    read: (settings) => settings.sinks.fluentd.credentials?.password,
    unset: undefined,
    with: { FLUENTD_SHARED_KEY: 'k', FLUENTD_USER: 'u' },
    accepted: [['p4ss word', 'p4ss word']],
    wrong: [],
  },
  METRICS_PORT: {
    read: (settings) => settings.metrics.port,
    unset: 19464,
    accepted: [
      ['0', 0],
      ['65535', 65_535],
    ],
    wrong: ['65536', '-1', '19464/tcp'],
  },
  METRICS_HOST: {
    read: (settings) => settings.metrics.host,
    unset: undefined,
    accepted: hosts,
    wrong: wrongHosts,
  },
  METRICS_MAX_ROUTES: {
    read: (settings) => settings.metrics.limits.maxRoutes,
    unset: 100,
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', 'many'],
  },
  METRICS_MAX_SERIES: {
    read: (settings) => settings.metrics.limits.maxSeries,
    unset: 1000,
    accepted: [
      ['1', 1],
      ['100000', 100_000],
    ],
    wrong: ['0', '100001', 'many'],
  },
  LOGSTASH_HOST: {
    read: (settings) => settings.sinks.logstash.server.host,
    unset: 'localhost',
    accepted: hosts,
    wrong: wrongHosts,
  },
  LOGSTASH_PORT: {
    read: (settings) => settings.sinks.logstash.server.port,
    unset: 5000,
    accepted: ports,
    wrong: wrongPorts,
  },
  LOGSTASH_TYPE: {
    read: (settings) => settings.sinks.logstash.type,
    unset: 'tcp',
    accepted: [
      ['tcp', 'tcp'],
      ['UDP', 'udp'],
      ['http', 'http'],
    ],
    wrong: ['https', 'tcp,udp'],
  },
  LOGSTASH_UDP_RATE: {
    read: (settings) => settings.sinks.logstash.udpRate,
    unset: 5000,
    with: { LOGSTASH_TYPE: 'udp' },
    accepted: [
      ['1', 1],
      ['1000000', 1_000_000],
    ],
    wrong: ['0', '1000001', '5k'],
  },
  LOGSTASH_TIMEOUT_MS: {
    read: (settings) => settings.sinks.logstash.timeoutMs,
    unset: 30_000,
    accepted: [
      ['100', 100],
      ['3600000', 3_600_000],
    ],
    wrong: ['99', '3600001', '20s', '-1'],
  },
  LOGSTASH_TLS: {
    read: (settings) => settings.sinks.logstash.tls !== undefined,
    unset: false,
    accepted: booleans,
    wrong: ['tls'],
  },
  LOGSTASH_TLS_CA: {
    read: (settings) => settings.sinks.logstash.tls?.ca,
    unset: undefined,
    with: { LOGSTASH_TLS: 'true' },
    accepted: [['/etc/ca.pem', '/etc/ca.pem']],
    wrong: [],
  },
  LOGSTASH_TLS_CERT: {
    read: (settings) => settings.sinks.logstash.tls?.cert,
    unset: undefined,
    with: { LOGSTASH_TLS: 'true', LOGSTASH_TLS_KEY: 'key.pem' },
    accepted: [['cert.pem', 'cert.pem']],
    wrong: [],
  },
  LOGSTASH_TLS_KEY: {
    read: (settings) => settings.sinks.logstash.tls?.key,
    unset: undefined,
    with: { LOGSTASH_TLS: 'true', LOGSTASH_TLS_CERT: 'cert.pem' },
    accepted: [['key.pem', 'key.pem']],
    wrong: [],
  },
  LOGSTASH_TLS_VERIFY: {
    read: (settings) => settings.sinks.logstash.tls?.verify,
    unset: undefined,
    with: { LOGSTASH_TLS: 'true' },
    accepted: booleans,
    wrong: ['never'],
  },
  LOGSTASH_USER: {
    read: (settings) => settings.sinks.logstash.credentials?.user,
    unset: undefined,
    with: { LOGSTASH_TYPE: 'http', LOGSTASH_PASSWORD: 'p' },
    accepted: [['shipper', 'shipper']],
    wrong: ['a:b'],
  },
  LOGSTASH_PASSWORD: {
    read: (settings) => settings.sinks.logstash.credentials?.password,
    unset: undefined,
    with: { LOGSTASH_TYPE: 'http', LOGSTASH_USER: 'u' },
    accepted: [['p4ss:word', 'p4ss:word']],
    wrong: [],
  },
  ELASTICSEARCH_HOST: {
    read: (settings) => settings.sinks.elasticsearch.baseUrls.join(),
    unset: 'http://localhost:9200',
    accepted: [
      ['es', 'http://es:9200'],
      ['fd00::1', 'http://[fd00::1]:9200'],
      ['https://es.example.org', 'https://es.example.org:9200'],
      ['https://es.example.org:443/', 'https://es.example.org:443'],
      ['http://es:80', 'http://es:80'],
      ['HTTPS://[fd00::1]:9243/a/b/', 'https://[fd00::1]:9243/a/b'],
      ['es-1, http://es-2:9201', 'http://es-1:9200,http://es-2:9201'],
    ],
    wrong: [
      ...wrongHosts.filter((host) => host !== 'http://h'),
      'ftp://es',
      'http://',
      'http://es:',
      'http://es:0',
      'http://es:99999',
      'http://es?pretty',
      'http://es/#a',
      'http://e s/',
      'http://es/a b',
      'http://a_b:c:9200',
    ],
  },
  ELASTICSEARCH_PORT: {
    read: (settings) => settings.sinks.elasticsearch.baseUrls.join(),
    unset: 'http://localhost:9200',
    accepted: ports.map(([word, number]) => [word, `http://localhost:${number}`] as const),
    wrong: wrongPorts,
  },
  ELASTICSEARCH_LOG: {
    read: (settings) => settings.sinks.elasticsearch.logLevel,
    unset: 'warning',
    accepted: ['error', 'warning', 'info', 'debug', 'trace'].map((level) => [level, level] as const),
    wrong: ['warn', 'true', '1'],
  },
  ELASTICSEARCH_API_VERSION: {
    read: (settings) => settings.sinks.elasticsearch.apiVersion,
    unset: undefined,
    accepted: [
      ['6', { major: 6, minor: undefined }],
      ['7.2', { major: 7, minor: 2 }],
      ['8.17.1', { major: 8, minor: 17 }],
      ['9', { major: 9, minor: undefined }],
    ],
    wrong: ['5', '10', '7.x', 'v7', '7.', '8.1.2.3', 'latest'],
  },
  ELASTICSEARCH_INDEX: {
    read: (settings) => settings.sinks.elasticsearch.index,
    unset: 'k8s-internal-networking',
    accepted: [
      ['http-%{+yyyy.MM.dd}', 'http-%{+yyyy.MM.dd}'],
      ['.hidden', '.hidden'],
      ['a'.repeat(255), 'a'.repeat(255)],
    ],
    wrong: [
      'HTTP',
      '-a',
      '_a',
      '+a',
      '.',
      '..',
      'a b',
      'a/b',
      'a*',
      'a,b',
      'a#b',
      'a:b',
      'a-%{+YYYY}',
      'é'.repeat(128),
    ],
  },
  ELASTICSEARCH_DATA_STREAM: {
    read: (settings) => settings.sinks.elasticsearch.dataStream,
    unset: true,
    accepted: booleans,
    wrong: ['auto'],
  },
  ELASTICSEARCH_TEMPLATE: {
    read: (settings) => settings.sinks.elasticsearch.template,
    unset: true,
    accepted: booleans,
    wrong: ['my-template'],
  },
  ELASTICSEARCH_GZIP: {
    read: (settings) => settings.sinks.elasticsearch.gzip,
    unset: true,
    accepted: booleans,
    wrong: ['9', 'gzip'],
  },
  ELASTICSEARCH_TIMEOUT_MS: {
    read: (settings) => settings.sinks.elasticsearch.timeoutMs,
    unset: 30_000,
    accepted: [
      ['100', 100],
      ['3600000', 3_600_000],
    ],
    wrong: ['99', '3600001', '30s'],
  },
  ELASTICSEARCH_API_KEY: {
    read: (settings) => settings.sinks.elasticsearch.credentials,
    unset: undefined,
    accepted: [['id:key', { kind: 'api-key', key: 'id:key' }]],
    wrong: [],
  },
  ELASTICSEARCH_USER: {
    read: (settings) => settings.sinks.elasticsearch.credentials,
    unset: undefined,
    with: { ELASTICSEARCH_PASSWORD: 'p' },
    accepted: [['shipper', { kind: 'basic', user: 'shipper', password: 'p' }]],
    wrong: ['a:b'],
  },
  ELASTICSEARCH_PASSWORD: {
    read: (settings) => settings.sinks.elasticsearch.credentials,
    unset: undefined,
    with: { ELASTICSEARCH_USER: 'u' },
    accepted: [['p4ss word', { kind: 'basic', user: 'u', password: 'p4ss word' }]],
    wrong: [],
  },
  ELASTICSEARCH_TLS_CA: {
    read: (settings) => settings.sinks.elasticsearch.tls.ca,
    unset: undefined,
    accepted: [],
    wrong: [],
  },
  ELASTICSEARCH_TLS_CERT: {
    read: (settings) => settings.sinks.elasticsearch.tls.cert,
    unset: undefined,
    accepted: [],
    wrong: [],
  },
  ELASTICSEARCH_TLS_KEY: {
    read: (settings) => settings.sinks.elasticsearch.tls.key,
    unset: undefined,
    accepted: [],
    wrong: [],
  },
  ELASTICSEARCH_TLS_VERIFY: {
    read: (settings) => settings.sinks.elasticsearch.tls.verify,
    unset: true,
    with: { ELASTICSEARCH_HOST: 'https://logs.example' },
    accepted: [
      ['true', true],
      ['false', false],
    ],
    wrong: ['sometimes'],
  },
  ELASTICSEARCH_TYPE: {
    read: (settings) => settings.sinks.elasticsearch.mappingType,
    unset: undefined,
    accepted: [
      ['_doc', '_doc'],
      ['exchange', 'exchange'],
    ],
    wrong: ['_type', '.a', 'a,b', 'a b', 'a#b'],
  },
  FILE_PATH: {
    read: (settings) => settings.sinks.file.path,
    unset: undefined,
    accepted: ['/var/log/http/records.log', 'records.log', '/dev/stdout', `/logs/${'x'.repeat(220)}`].map((path) => [
      path,
      path,
    ]),
    wrong: ['/var/log/', '/var/log/.', '..', '/', `/logs/${'x'.repeat(221)}`, `/logs/${'é'.repeat(111)}`, '/a\0b'],
  },
  FILE_ROTATE_SIZE: {
    read: (settings) => settings.sinks.file.rotateBytes,
    unset: 100 * MiB,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['1MiB', MiB],
      ['10MB', 10_000_000],
      ['64GiB', 64 * 1024 * MiB],
    ],
    wrong: ['1023KiB', '65GiB', '0', ...wrongSizes],
  },
  FILE_ROTATE_AGE_S: {
    read: (settings) => settings.sinks.file.rotateAgeMs,
    unset: 86_400_000,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['0', 0],
      ['1', 1000],
      ['31536000', 31_536_000_000],
    ],
    wrong: ['-1', '31536001', '1d', 'daily'],
  },
  FILE_KEEP: {
    read: (settings) => settings.sinks.file.keep,
    unset: 5,
    with: { FILE_PATH: '/records.log' },
    accepted: [
      ['1', 1],
      ['10000', 10_000],
    ],
    wrong: ['0', '10001', 'all', '-1'],
  },
  FILE_GZIP: {
    read: (settings) => settings.sinks.file.gzip,
    unset: false,
    with: { FILE_PATH: '/records.log' },
    accepted: booleans,
    wrong: ['gzip', '9'],
  },
  QUEUE_LIMIT: {
    read: (settings) => settings.delivery.queue.queueBytes,
    unset: 16 * MiB,
    accepted: [
      ['2MiB', 2 * MiB],
      ['1GiB', 1024 * MiB],
    ],
    wrong: ['1023KiB', '1025MiB', ...wrongSizes],
  },
  QUEUE_FULL: {
    read: (settings) => settings.delivery.queue.whenFull,
    unset: 'drop-oldest',
    accepted: [
      ['drop-newest', 'drop-newest'],
      ['Drop-Oldest', 'drop-oldest'],
    ],
    wrong: ['block', 'oldest', 'drop'],
  },
  BATCH_RECORDS: {
    read: (settings) => settings.delivery.queue.batchRecords,
    unset: 1000,
    accepted: [
      ['1', 1],
      ['100000', 100_000],
    ],
    wrong: ['0', '100001', '-1', '1e3', 'all'],
  },
  BATCH_BYTES: {
    read: (settings) => settings.delivery.queue.batchBytes,
    unset: MiB,
    accepted: [
      ['16KiB', 16 * KiB],
      ['8MiB', 8 * MiB],
    ],
    wrong: ['15KiB', '17MiB', ...wrongSizes],
  },
  BATCH_AGE_MS: {
    read: (settings) => settings.delivery.queue.batchAgeMs,
    unset: 500,
    accepted: [
      ['1', 1],
      ['60000', 60_000],
    ],
    wrong: ['0', '60001', '1s', '0.5'],
  },
  BATCHES_IN_FLIGHT: {
    read: (settings) => settings.delivery.queue.inFlight,
    unset: 4,
    accepted: [
      ['1', 1],
      ['32', 32],
    ],
    wrong: ['0', '33', 'many'],
  },
  RETRY_MIN_MS: {
    read: (settings) => settings.delivery.queue.retryMinMs,
    unset: 100,
    accepted: [
      ['10', 10],
      ['30000', 30_000],
    ],
    wrong: ['9', '60001', '1s'],
  },
  RETRY_MAX_MS: {
    read: (settings) => settings.delivery.queue.retryMaxMs,
    unset: 30_000,
    accepted: [
      ['100', 100],
      ['3600000', 3_600_000],
    ],
    wrong: ['9', '3600001', '1m'],
  },
  RETRY_FOR_S: {
    read: (settings) => settings.delivery.queue.maxAgeMs,
    unset: 3_600_000,
    accepted: [
      ['1', 1000],
      ['31536000', 31_536_000_000],
    ],
    wrong: ['0', '31536001', '1h', 'forever'],
  },
  SPOOL_DIR: {
    read: (settings) => settings.delivery.spool.directory,
    unset: undefined,
    accepted: [['/var/spool/logger', '/var/spool/logger']],
    wrong: [],
  },
  SPOOL_LIMIT: {
    read: (settings) => settings.delivery.spool.limitBytes,
    unset: 256 * MiB,
    accepted: [
      ['1MiB', MiB],
      ['64GiB', 64 * 1024 * MiB],
    ],
    wrong: ['1023KiB', '65GiB', ...wrongSizes],
  },
  SHUTDOWN_GRACE_MS: {
    read: (settings) => settings.delivery.shutdownGraceMs,
    unset: 25_000,
    accepted: [
      ['0', 0],
      ['3600000', 3_600_000],
    ],
    wrong: ['-1', '3600001', '25s'],
  },
};

function settingsOf(loaded: LoadedSettings): Settings {
  assert.equal(loaded.kind, 'ok', loaded.kind === 'invalid' ? loaded.problems.join('\n') : '');
  return (loaded as Extract<LoadedSettings, { kind: 'ok' }>).settings;
}

function problemsOf(loaded: LoadedSettings): readonly string[] {
  assert.equal(loaded.kind, 'invalid');
  return (loaded as Extract<LoadedSettings, { kind: 'invalid' }>).problems;
}

for (const [name, expectation] of Object.entries(expectations)) {
  const variable = Object.entries(variables).find(([candidate]) => candidate === name)?.[1];
  assert.ok(variable);
  const names = [name, ...variable.aliases];
  describe(name, () => {
    test('has its default when it is not set, empty or blank', () => {
      for (const env of [{}, { [name]: undefined }, { [name]: '' }, { [name]: ' \t\n' }]) {
        assert.deepEqual(expectation.read(settingsOf(loadSettings(env))), expectation.unset);
      }
    });
    test('accepts each of its forms under each of its names', () => {
      for (const [text, value] of expectation.accepted) {
        for (const form of names) {
          for (const padded of [text, `  ${text}\n`]) {
            assert.deepEqual(
              expectation.read(settingsOf(loadSettings({ ...expectation.with, [form]: padded }))),
              value,
              text,
            );
          }
        }
      }
    });
    if (expectation.wrong.length === 0) return;
    test('answers each wrong value with one sentence that has the name as written, the value and what is allowed', () => {
      for (const text of expectation.wrong) {
        for (const form of names) {
          const [problem = '', ...others] = problemsOf(loadSettings({ ...expectation.with, [form]: text }));
          assert.deepEqual(others, []);
          const shown = text.length > 100 ? text.slice(0, 100) : text;
          assert.ok(problem.startsWith(`${form}=${JSON.stringify(shown).slice(0, -1)}`), problem);
          assert.ok(problem.endsWith(`allowed: ${variable.kind.allowed.replaceAll('`', '')}.`), problem);
          assert.ok(!problem.includes('\n'));
        }
      }
    });
  });
}

test('the sections have the shapes that the stages take', () => {
  const settings = settingsOf(loadSettings({}));
  const stages: {
    readonly mode: 'prod' | 'debug' | 'development';
    readonly capture: { readonly interfaces: 'default-route' | 'any' | readonly string[]; readonly ringBytes: number };
    readonly record: {
      readonly headers:
        | { readonly kind: 'all' | 'none' }
        | { readonly kind: 'only'; readonly names: readonly string[] };
      readonly bodies:
        | { readonly kind: 'text' | 'none' }
        | { readonly kind: 'only'; readonly types: readonly string[] };
      readonly identity: { readonly pod: string | undefined };
    };
    readonly sinks: { readonly sendLogsTo: readonly ('stdout' | 'fluentd' | 'logstash' | 'elasticsearch' | 'file')[] };
  } = settings;
  assert.ok(stages);
  // @ts-expect-error: nothing in the settings is `any`.
  const wrong: number = settings.record.headers;
  assert.ok(wrong);
});

test('all problems are reported at once, in the order of the table, whichever other variables are fine', () => {
  const problems = problemsOf(
    loadSettings({ MODE: 'x', LOG_HEADERS: 'true', LOGHEADERS: 'false', SEND_LOGS_TO: 'y', IFACE: ',' }),
  );
  assert.deepEqual(
    problems.map((problem) => problem.split('=')[0]),
    ['MODE', 'IFACE', 'LOG_HEADERS', 'SEND_LOGS_TO'],
  );
});

test('all that is wrong with a value is in its one sentence', () => {
  assert.deepEqual(
    problemsOf(loadSettings({ IGNORE_URLS: 'health,/x,,y', IFACE: 'a/b,ANY,b:c', FLUENTD_TAG: 'a b..c' })),
    [
      'IFACE="a/b,ANY,b:c" is not allowed: "a/b", "b:c": an interface name has 1 to 15 characters, none of them a slash, colon or space; ' +
        '"ANY": it stands alone, not in a list; allowed: interface names, comma-separated; or any.',
      'IGNORE_URLS="health,/x,,y" is not allowed: "health", "y": a path begins with / or * and has no query, fragment or space; ' +
        'an item of the list is empty; allowed: paths that begin with / or *, comma-separated; * matches any text.',
      'FLUENTD_TAG="a b..c" is not allowed: a tag must not have any of " "; a tag is matched part by part, so no part may be empty; ' +
        'allowed: letters, digits, _ and - in parts separated by dots; %{direction}, %{namespace} and %{pod} stand for those of the record.',
    ],
  );
});

test('a name and its alias with the same value are one setting, with different values one problem', () => {
  const same = settingsOf(loadSettings({ FLUENTD_HOST: 'a', FLUENTHOST: ' a ' }));
  assert.equal(same.sinks.fluentd.servers[0]?.host, 'a');
  assert.deepEqual(problemsOf(loadSettings({ FLUENTD_PORT: '1', FLUENTPORT: '2' })), [
    'FLUENTD_PORT="1" and FLUENTPORT="2" are two names of one variable and must not differ; allowed: 1 to 65535.',
  ]);
});

test("the predecessor's ConfigMap with nothing but FLUENTHOST and FLUENTPORT sends to Fluentd", () => {
  const loaded = loadSettings({ FLUENTHOST: 'fluentd.logging', FLUENTPORT: '24225' });
  const { sinks } = settingsOf(loaded);
  assert.deepEqual(sinks.sendLogsTo, ['fluentd']);
  assert.deepEqual(sinks.fluentd.servers, [{ host: 'fluentd.logging', port: 24_225 }]);
  assert.deepEqual(
    [sinks.fluentd.tag, sinks.fluentd.acks, sinks.fluentd.tls, sinks.fluentd.credentials],
    ['k8s-internal-networking', true, undefined, undefined],
  );
  assert.deepEqual(loaded.warnings, []);
});

test('LOGHEADERS=false logs no headers', () => {
  assert.deepEqual(settingsOf(loadSettings({ LOGHEADERS: 'false' })).record.headers, { kind: 'none' });
});

test('without SEND_LOGS_TO, a host other than only a Fluentd host, or a file, leaves records on stdout and says so', () => {
  for (const env of [
    { LOGSTASH_HOST: 'l' },
    { ELASTICSEARCH_HOST: 'e' },
    { FLUENTD_HOST: 'f', LOGSTASH_HOST: 'l' },
    { FLUENTHOST: 'f', ELASTICSEARCH_HOST: 'e' },
    { FILE_PATH: '/records.log' },
    { FLUENTHOST: 'f', FILE_PATH: '/records.log' },
  ]) {
    const loaded = loadSettings(env);
    assert.deepEqual(settingsOf(loaded).sinks.sendLogsTo, ['stdout']);
    assert.equal(loaded.warnings.length, 1);
    for (const [name, value] of Object.entries(env)) assert.ok(loaded.warnings[0]?.includes(`${name}="${value}"`));
  }
  assert.deepEqual(loadSettings({ LOGSTASH_HOST: 'l', SEND_LOGS_TO: 'stdout' }).warnings, []);
  assert.deepEqual(loadSettings({ FLUENTD_PORT: '1' }).warnings, []);
});

test('SEND_LOGS_TO wins over the rule for a lone Fluentd host', () => {
  assert.deepEqual(settingsOf(loadSettings({ FLUENTD_HOST: 'f', SEND_LOGS_TO: 'stdout' })).sinks.sendLogsTo, [
    'stdout',
  ]);
});

test('MODE=development listens on loopback unless IFACE says otherwise', () => {
  assert.deepEqual(settingsOf(loadSettings({ MODE: 'development' })).capture.interfaces, ['lo']);
  assert.deepEqual(settingsOf(loadSettings({ MODE: 'development', IFACE: 'eth0' })).capture.interfaces, ['eth0']);
});

test('values that are fine alone but not together are one problem that names both', () => {
  const pairs = [
    [
      { MAX_BUFFERED: '1MiB', MAX_BUFFERED_PER_CONNECTION: '2MiB' },
      ['MAX_BUFFERED="1MiB"', 'MAX_BUFFERED_PER_CONNECTION="2MiB"'],
    ],
    [{ MAX_BUFFERED_PER_CONNECTION: '32KiB' }, ['MAX_BUFFERED_PER_CONNECTION="32KiB"', 'MAX_HEAD (default 64KiB)']],
    [{ TIMEOUT_AFTER_MS: '600000' }, ['TIMEOUT_AFTER_MS="600000"', 'CONNECTION_IDLE_S (default 600)']],
    [{ RETRY_MIN_MS: '200', RETRY_MAX_MS: '100' }, ['RETRY_MIN_MS="200"', 'RETRY_MAX_MS="100"']],
    [{ BATCH_BYTES: '9MiB' }, ['BATCH_BYTES="9MiB"', 'QUEUE_LIMIT (default 16MiB)']],
    [{ SPOOL_DIR: '/x', SPOOL_LIMIT: '3MiB' }, ['SPOOL_LIMIT="3MiB"', 'BATCH_BYTES (default 1MiB)']],
    [
      { ELASTICSEARCH_HOST: 'http://e:80', ELASTICSEARCH_PORT: '81' },
      ['ELASTICSEARCH_HOST="http://e:80"', 'ELASTICSEARCH_PORT="81"'],
    ],
  ] as const;
  for (const [env, parts] of pairs) {
    const [problem, ...others] = problemsOf(loadSettings(env));
    assert.deepEqual(others, []);
    for (const part of parts) assert.ok(problem?.includes(part), problem);
  }
});

test('the edges of these rules are allowed', () => {
  for (const env of [
    { MAX_BUFFERED: '1MiB', MAX_BUFFERED_PER_CONNECTION: '1MiB', MAX_HEAD: '1MiB' },
    { TIMEOUT_AFTER_MS: '3600000', CONNECTION_IDLE_S: '3601' },
    { ELASTICSEARCH_HOST: 'https://e:443', ELASTICSEARCH_PORT: '443' },
    { BATCH_BYTES: '8MiB' },
    { RETRY_MIN_MS: '100', RETRY_MAX_MS: '100' },
    { SPOOL_DIR: '/x', SPOOL_LIMIT: '4MiB' },
  ]) {
    settingsOf(loadSettings(env));
  }
});

test('a refused value causes no second problem through such a rule', () => {
  assert.equal(problemsOf(loadSettings({ MAX_BUFFERED: 'much', MAX_BUFFERED_PER_CONNECTION: '100MiB' })).length, 1);
  assert.equal(problemsOf(loadSettings({ ELASTICSEARCH_HOST: 'http://e:80', ELASTICSEARCH_PORT: 'x' })).length, 1);
});

test('a user name or password in a URL or host is refused and not repeated', () => {
  for (const name of ['ELASTICSEARCH_HOST', 'FLUENTD_HOST', 'LOGSTASH_HOST']) {
    for (const text of ['https://me:hunter2@es:9200', 'https://me:hunt/er2@es', 'http://hunter2@es', 'me:hunter2@es']) {
      const [problem, ...others] = problemsOf(loadSettings({ [name]: text }));
      assert.deepEqual(others, []);
      assert.match(problem ?? '', /\[redacted\]@es/);
      assert.doesNotMatch(problem ?? '', /hunt/);
    }
  }
});
