import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import { variables } from '../../src/config/variables.ts';
import { ordinaryNames } from '../support/config/ordinary-names.ts';

/** Names that were meant to be another one. */
const misses: Readonly<Record<string, string>> = {
  METRIC_PORT: 'METRICS_PORT',
  METRIC_PROT: 'METRICS_PORT',
  METRICSPORT: 'METRICS_PORT',
  METRICS_PORTS: 'METRICS_PORT',
  SENDLOGS_TO: 'SEND_LOGS_TO',
  SEND_LOG_TO: 'SEND_LOGS_TO',
  SEND_LOGS: 'SEND_LOGS_TO',
  SEND_LGOS_TO: 'SEND_LOGS_TO',
  'send-logs-to': 'SEND_LOGS_TO',
  sendLogsTo: 'SEND_LOGS_TO',
  LOG_HEADER: 'LOG_HEADERS',
  log_headers: 'LOG_HEADERS',
  Log_Headers: 'LOG_HEADERS',
  'log.headers': 'LOG_HEADERS',
  LGO_HEADERS: 'LOG_HEADERS',
  LOG_HAEDERS: 'LOG_HEADERS',
  LOGHEADER: 'LOGHEADERS',
  LOG_BODY: 'LOG_BODIES',
  LOGBODY: 'LOG_BODIES',
  LOG_SHEMA: 'LOG_SCHEMA',
  FLUENTDHOST: 'FLUENTD_HOST',
  FLUENT_HOST: 'FLUENTD_HOST',
  FLUENTD_HOSTS: 'FLUENTD_HOST',
  FLUENTD_HOSR: 'FLUENTD_HOST',
  FLUENTD_HOSTNAME: 'FLUENTD_HOST',
  ELASTIC_HOST: 'ELASTICSEARCH_HOST',
  ELASTIC_SEARCH_HOST: 'ELASTICSEARCH_HOST',
  ELASTICSEARCH_HOSTS: 'ELASTICSEARCH_HOST',
  ELASTICSEACH_PORT: 'ELASTICSEARCH_PORT',
  ELASTICSEARCH_USERNAME: 'ELASTICSEARCH_USER',
  LOGSTASH_HOSTS: 'LOGSTASH_HOST',
  LOGSTASH_TYP: 'LOGSTASH_TYPE',
  IGNORE_URL: 'IGNORE_URLS',
  IGNORED_URLS: 'IGNORE_URLS',
  ignoreURLs: 'IGNORE_URLS',
  IFACES: 'IFACE',
  iface: 'IFACE',
  IFCAE: 'IFACE',
  K8S_IFACE: 'IFACE',
  KUBERNETES_HTTP_LOGGER_IFACE: 'IFACE',
  LOGGER_SEND_LOGS_TO: 'SEND_LOGS_TO',
  CAPFILTER: 'CAP_FILTER',
  CAP_FILTERS: 'CAP_FILTER',
  OTHER_HOST: 'OTHER_HOSTS',
  DRAINS: 'DRAIN',
  MAX_CONECTIONS: 'MAX_CONNECTIONS',
  MAX_BUFFER: 'MAX_BUFFERED',
  TIMEOUT_AFTER: 'TIMEOUT_AFTER_MS',
  TIMEOUT_AFTER_S: 'TIMEOUT_AFTER_MS',
  TIMEOUT_AFTER_SM: 'TIMEOUT_AFTER_MS',
  REDACT_HEADER: 'REDACT_HEADERS',
  REDACTED_HEADERS: 'REDACT_HEADERS',
  REDACT_PATH: 'REDACT_PATHS',
  CLIENT_IPS: 'CLIENT_IP',
  CLIENTIP: 'CLIENT_IP',
  FILE_PATHS: 'FILE_PATH',
  FILE_ROTATE_AGE: 'FILE_ROTATE_AGE_S',
  file_gzip: 'FILE_GZIP',
  SPOOLDIR: 'SPOOL_DIR',
  podName: 'POD_NAME',
  pod_namespace: 'POD_NAMESPACE',
  ELASTICSEARCH_PASSWORD_FIEL: 'ELASTICSEARCH_PASSWORD_FILE',
};

for (const [name, meant] of Object.entries(misses)) {
  test(`${name} is probably meant to be ${meant}`, () => {
    const { warnings } = loadSettings({ [name]: 'x' });
    assert.deepEqual(warnings, [`${name} is not a known variable and is ignored; did you mean ${meant}?`]);
  });
}

test('ordinary environments give no warning', () => {
  const known = Object.entries(variables).flatMap(([name, row]) => [name, ...row.aliases]);
  const names = ordinaryNames.filter((name) => !known.includes(name));
  assert.ok(names.length > 300);
  const environment = Object.fromEntries(names.map((name) => [name, '1']));
  assert.deepEqual(loadSettings(environment).warnings, []);
});

test('every name of ours is found when its underscores are lost, or its case', () => {
  for (const name of Object.keys(variables)) {
    const { warnings } = loadSettings({ [name.toLowerCase()]: 'x' });
    assert.match(warnings.join(), new RegExp(`did you mean ${name}\\?`));
  }
});

test('a name that no program has is no reason for a warning that spoils the log', () => {
  for (const name of ['LOG\nHEADERS', 'LOG HEADERS', 'LOG\u001bHEADERS', '', '_', `LOG_HEADERS_${'X'.repeat(9999)}`]) {
    assert.deepEqual(loadSettings({ [name]: 'x' }).warnings, []);
  }
});
