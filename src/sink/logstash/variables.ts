import { host, port } from '../../config/address-kinds.ts';
import { anyText, boolean, choice, matching } from '../../config/kind.ts';
import { integer } from '../../config/number-kinds.ts';
import { optional, secret, type Values, variable } from '../../config/variable.ts';

const pemFile = anyText('path of a PEM file');

export const logstashVariables = {
  LOGSTASH_HOST: variable(host, { default: 'localhost', meaning: 'host of Logstash' }),
  LOGSTASH_PORT: variable(port, { default: '5000', meaning: 'port of its `tcp`, `udp` or `http` input' }),
  LOGSTASH_TYPE: variable(choice(['tcp', 'udp', 'http']), {
    default: 'tcp',
    meaning:
      'transport: JSON lines over tcp, one JSON document per datagram over udp, JSON arrays over http; only http is ' +
      'acknowledged',
  }),
  LOGSTASH_FIELD: optional(matching('a name of letters, digits and `_`, or `none`', /^[A-Za-z_][A-Za-z0-9_]*$/), {
    unset: '`http_log` over http and udp, `none` over tcp',
    meaning:
      'field of an event that holds the record, out of the way of what the `http` and `udp` inputs set themselves; ' +
      '`none`: the fields of the record are those of the event',
  }),
  LOGSTASH_UDP_RATE: variable(integer(1, 1_000_000, 'records/s'), {
    default: '5000',
    meaning: 'how fast datagrams are sent; what comes faster than its receiver reads is lost on the way',
  }),
  LOGSTASH_TIMEOUT_MS: variable(integer(100, 3_600_000, 'ms'), {
    default: '30000',
    meaning: 'how long a request may take over http, or a server take nothing over tcp, before all that is sent again',
  }),
  LOGSTASH_TLS: variable(boolean, { default: 'false', meaning: 'whether to speak TLS, over tcp or http' }),
  LOGSTASH_TLS_CA: optional(pemFile, {
    unset: 'the well-known ones',
    meaning: 'certificate authorities that may have signed the certificate of the server',
  }),
  LOGSTASH_TLS_CERT: optional(pemFile, {
    unset: '(none)',
    meaning: 'certificate of this client; needs `LOGSTASH_TLS_KEY`',
  }),
  LOGSTASH_TLS_KEY: optional(pemFile, { unset: '(none)', meaning: 'its private key' }),
  LOGSTASH_TLS_VERIFY: variable(boolean, {
    default: 'true',
    meaning: '`false` accepts any certificate: for experiments only',
  }),
  LOGSTASH_USER: optional(matching('text without `:`', /^[^:]*$/), {
    unset: '(none)',
    meaning: 'user name that the `http` input wants',
  }),
  LOGSTASH_PASSWORD: secret('password of that user'),
};

export type LogstashValues = Values<typeof logstashVariables>;

/** The section of the settings that the logstash sink takes. */
export function arrangeLogstash(values: LogstashValues) {
  const { LOGSTASH_USER: user, LOGSTASH_PASSWORD: password } = values;
  return {
    type: values.LOGSTASH_TYPE,
    server: { host: values.LOGSTASH_HOST, port: values.LOGSTASH_PORT },
    field: recordField(values),
    udpRate: values.LOGSTASH_UDP_RATE,
    timeoutMs: values.LOGSTASH_TIMEOUT_MS,
    connectTimeoutMs: 10_000,
    settleMs: 200,
    tls: values.LOGSTASH_TLS
      ? {
          ca: values.LOGSTASH_TLS_CA,
          cert: values.LOGSTASH_TLS_CERT,
          key: values.LOGSTASH_TLS_KEY,
          serverName: undefined,
          verify: values.LOGSTASH_TLS_VERIFY,
        }
      : undefined,
    credentials: user === undefined ? undefined : { user, password: password ?? '' },
  };
}

/** The `tcp` input sets nothing that a record has. */
function recordField({ LOGSTASH_FIELD: field, LOGSTASH_TYPE: type }: LogstashValues): string | undefined {
  if (field === undefined) return type === 'tcp' ? undefined : 'http_log';
  return field.toLowerCase() === 'none' ? undefined : field;
}
