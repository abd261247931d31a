import type { logstashVariables } from '../../../src/sink/logstash/variables.ts';
import type { Expectations } from './expectation.ts';
import { booleans, hosts, ports, wrongHosts, wrongPorts } from './value-forms.ts';

export const logstashExpectations: Expectations<typeof logstashVariables> = {
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
  LOGSTASH_FIELD: {
    read: (settings) => settings.sinks.logstash.field,
    unset: undefined,
    accepted: [
      ['http_log', 'http_log'],
      ['_Record2', '_Record2'],
      ['None', undefined],
    ],
    wrong: ['[http][log]', 'http-log', '2nd', 'a.b', '@metadata'],
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
};
