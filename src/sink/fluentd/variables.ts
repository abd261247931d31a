import { host, hostAndPort, port } from '../../config/address-kinds.ts';
import { accept, anyText, boolean, choice, type Kind, refuse } from '../../config/kind.ts';
import { listOf } from '../../config/list-kinds.ts';
import { integer } from '../../config/number-kinds.ts';
import { quote } from '../../config/quote.ts';
import { optional, secret, type Values, variable } from '../../config/variable.ts';

const tag: Kind<string> = {
  allowed:
    'letters, digits, `_` and `-` in parts separated by dots; `%{direction}`, `%{namespace}` and `%{pod}` stand for ' +
    'those of the record',
  parse: (text) => {
    const filled = text.replace(/%\{(direction|namespace|pod)\}/g, 'x');
    const strange = [...new Set(filled.replace(/[\w.-]/g, ''))].join('');
    const reasons: string[] = [];
    if (strange.includes('%')) reasons.push('the placeholders are %{direction}, %{namespace} and %{pod}');
    else if (strange !== '') reasons.push(`a tag must not have any of ${quote(strange)}`);
    if (/^\.|\.\.|\.$/.test(filled)) reasons.push('a tag is matched part by part, so no part may be empty');
    if (text.length > 255) reasons.push('it is longer than 255 characters');
    return reasons.length === 0 ? accept(text) : refuse(reasons.join('; '));
  },
};

const pemFile = anyText('path of a PEM file');

export const fluentdVariables = {
  FLUENTD_HOST: variable(listOf(hostAndPort), {
    default: 'localhost',
    aliases: ['FLUENTHOST'],
    meaning: 'host of Fluentd or Fluent Bit; of several, in order of preference, one is used: the first that works',
  }),
  FLUENTD_PORT: variable(port, {
    default: '24224',
    aliases: ['FLUENTPORT'],
    meaning: 'port of its `forward` input, for hosts without a port of their own',
  }),
  FLUENTD_TAG: variable(tag, {
    default: 'k8s-internal-networking',
    meaning: 'tag of every record; with the default, `<match k8s-internal-networking.**>` catches it',
  }),
  FLUENTD_ACK: variable(boolean, {
    default: 'true',
    meaning: 'whether the server must acknowledge; `false` loses records, uncounted, whenever a connection breaks',
  }),
  FLUENTD_ACK_TIMEOUT_MS: variable(integer(100, 3_600_000, 'ms'), {
    default: '20000',
    meaning: 'a server that makes no progress for so long is given up, and what it did not acknowledge is sent again',
  }),
  FLUENTD_COMPRESS: variable(choice(['none', 'gzip']), {
    default: 'none',
    meaning: 'compression of what is sent; Fluentd and Fluent Bit understand `gzip`',
  }),
  FLUENTD_TLS: variable(boolean, { default: 'false', meaning: 'whether to speak TLS' }),
  FLUENTD_TLS_CA: optional(pemFile, {
    unset: 'the well-known ones',
    meaning: 'certificate authorities that may have signed the certificate of the server',
  }),
  FLUENTD_TLS_CERT: optional(pemFile, {
    unset: '(none)',
    meaning: 'certificate of this client; needs `FLUENTD_TLS_KEY`',
  }),
  FLUENTD_TLS_KEY: optional(pemFile, { unset: '(none)', meaning: 'its private key' }),
  FLUENTD_TLS_SERVER_NAME: optional(host, {
    unset: 'the host',
    meaning: 'the name that the certificate of the server must have',
  }),
  FLUENTD_TLS_VERIFY: variable(boolean, {
    default: 'true',
    meaning: '`false` accepts any certificate: for experiments only',
  }),
  FLUENTD_SHARED_KEY: secret('key of its `<security>`; when it is set, the server must prove that it knows it too'),
  FLUENTD_USER: optional(anyText('text'), { unset: '(none)', meaning: 'user name, where the server wants one' }),
  FLUENTD_PASSWORD: secret('password of that user'),
};

export type FluentdValues = Values<typeof fluentdVariables>;

/** The section of the settings that the fluentd sink takes. */
export function arrangeFluentd(values: FluentdValues) {
  const { FLUENTD_SHARED_KEY: sharedKey, FLUENTD_USER: user, FLUENTD_PASSWORD: password } = values;
  return {
    servers: values.FLUENTD_HOST.map(({ host, port }) => ({ host, port: port ?? values.FLUENTD_PORT })),
    tag: values.FLUENTD_TAG,
    acks: values.FLUENTD_ACK,
    ackTimeoutMs: values.FLUENTD_ACK_TIMEOUT_MS,
    connectTimeoutMs: 10_000,
    comeBackMs: 9000,
    compress: values.FLUENTD_COMPRESS,
    tls: values.FLUENTD_TLS
      ? {
          ca: values.FLUENTD_TLS_CA,
          cert: values.FLUENTD_TLS_CERT,
          key: values.FLUENTD_TLS_KEY,
          serverName: values.FLUENTD_TLS_SERVER_NAME,
          verify: values.FLUENTD_TLS_VERIFY,
        }
      : undefined,
    credentials: sharedKey === undefined ? undefined : { sharedKey, user, password },
  };
}
