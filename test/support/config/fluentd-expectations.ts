import type { fluentdVariables } from '../../../src/sink/fluentd/variables.ts';
import type { Expectations } from './expectation.ts';
import { booleans, hosts, ports, wrongHosts, wrongPorts } from './value-forms.ts';

export const fluentdExpectations: Expectations<typeof fluentdVariables> = {
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
};
