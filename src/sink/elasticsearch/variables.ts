import { port, type ServerAddress, serverAddresses } from '../../config/address-kinds.ts';
import { accept, anyText, boolean, choice, type Kind, matching, refuse } from '../../config/kind.ts';
import { integer } from '../../config/number-kinds.ts';
import { optional, secret, type Values, variable } from '../../config/variable.ts';
import { datePlaceholder } from './elasticsearch-index.ts';

/**
 * Limits of the Elasticsearch reference ("Create index", path parameters), for the name as it is once the date is
 * filled in.
 */
const index: Kind<string> = {
  allowed: 'index or data stream name in lower case; `%{+yyyy.MM.dd}` stands for the date of the record',
  parse: (text) => {
    const name = text.replaceAll(datePlaceholder, '2000.01.01');
    if (name.includes('%{')) return refuse(`the only placeholder is ${datePlaceholder}`);
    if (name !== name.toLowerCase()) return refuse('it must be in lower case');
    if (/^[-_+]|^\.{1,2}$/.test(name)) return refuse('it must not begin with -, _ or +, nor be . or ..');
    if (/[\s\\/*?"<>|,#:]/.test(name)) return refuse('it must have no space and none of \\/*?"<>|,#:');
    return Buffer.byteLength(name) > 255 ? refuse('it is longer than 255 bytes') : accept(text);
  },
};

const apiVersion: Kind<{ readonly major: number; readonly minor: number | undefined }> = {
  allowed: '`6` to `9`, also as `7.2` or `7.2.1`',
  parse: (text) => {
    const [, major, minor] = /^([6-9])(?:\.(\d{1,3})(?:\.\d{1,3})?)?$/.exec(text) ?? [];
    if (major === undefined) return refuse();
    return accept({ major: Number(major), minor: minor === undefined ? undefined : Number(minor) });
  },
};

const mappingType = matching('mapping type', /^(_doc|[^_.\s,#/][^\s,#/]{0,254})$/, 'it must not begin with _ or .');
const pemFile = anyText('path of a PEM file');

export const elasticsearchVariables = {
  ELASTICSEARCH_HOST: variable(serverAddresses, {
    default: 'localhost',
    meaning:
      'host of Elasticsearch or OpenSearch; a URL without a port takes `ELASTICSEARCH_PORT`, its path is put in ' +
      'front of every path, its query goes with every request; of several, the next is used when one does not answer',
  }),
  ELASTICSEARCH_PORT: variable(port, {
    default: '9200',
    meaning: 'its port; must not contradict a port in `ELASTICSEARCH_HOST`',
  }),
  ELASTICSEARCH_INDEX: variable(index, { default: 'k8s-internal-networking', meaning: 'where documents are stored' }),
  ELASTICSEARCH_DATA_STREAM: variable(boolean, {
    default: 'true',
    meaning:
      'whether the index template makes a data stream of that name; servers without data streams and dated names get ' +
      'indices',
  }),
  ELASTICSEARCH_TEMPLATE: variable(boolean, {
    default: 'true',
    meaning: 'whether to install an index template with the types of the fields; one that is not ours is never touched',
  }),
  ELASTICSEARCH_HEADERS: variable(choice(['auto', 'object', 'lines']), {
    default: 'auto',
    meaning:
      'headers as an `object` with a field for each name, or as one list of `lines` (`name: value`), which no name ' +
      'that a client invents can spoil; `auto`: lines where the index has no type for such an object',
  }),
  ELASTICSEARCH_TYPE: optional(mappingType, {
    unset: '`_doc`',
    meaning: 'mapping type; only for servers before 7',
  }),
  ELASTICSEARCH_API_VERSION: optional(apiVersion, {
    unset: 'detected from the server',
    meaning:
      'version of Elasticsearch to speak to, instead of what the server says; decides mapping types and templates',
  }),
  ELASTICSEARCH_USER: optional(matching('text without `:`', /^[^:]*$/), { unset: '(none)', meaning: 'user name' }),
  ELASTICSEARCH_PASSWORD: secret('password of that user'),
  ELASTICSEARCH_API_KEY: secret('API key, encoded or as `id:key`, instead of user and password'),
  ELASTICSEARCH_TLS_CA: optional(pemFile, {
    unset: 'the well-known ones',
    meaning: 'certificate authorities that may have signed the certificate of an `https://` host',
  }),
  ELASTICSEARCH_TLS_CERT: optional(pemFile, {
    unset: '(none)',
    meaning: 'certificate of this client; needs `ELASTICSEARCH_TLS_KEY`',
  }),
  ELASTICSEARCH_TLS_KEY: optional(pemFile, { unset: '(none)', meaning: 'its private key' }),
  ELASTICSEARCH_TLS_VERIFY: variable(boolean, {
    default: 'true',
    meaning: '`false` accepts any certificate: for experiments only',
  }),
  ELASTICSEARCH_GZIP: variable(boolean, { default: 'true', meaning: 'whether requests are compressed' }),
  ELASTICSEARCH_TIMEOUT_MS: variable(integer(100, 3_600_000, 'ms'), {
    default: '30000',
    meaning: 'how long a request may take; what is not confirmed by then is sent again',
  }),
  ELASTICSEARCH_LOG: variable(choice(['error', 'warning', 'info', 'debug', 'trace']), {
    default: 'warning',
    meaning: 'how much this sink says about itself on stderr; `error` leaves out even what it found at first contact',
  }),
};

export type ElasticsearchValues = Values<typeof elasticsearchVariables>;

/** The section of the settings that the elasticsearch sink takes. */
export function arrangeElasticsearch(values: ElasticsearchValues) {
  const { ELASTICSEARCH_USER: user, ELASTICSEARCH_PASSWORD: password, ELASTICSEARCH_API_KEY: key } = values;
  const basic = user === undefined ? undefined : ({ kind: 'basic', user, password: password ?? '' } as const);
  return {
    baseUrls: values.ELASTICSEARCH_HOST.map((address) => baseUrl(address, values.ELASTICSEARCH_PORT)),
    index: values.ELASTICSEARCH_INDEX,
    dataStream: values.ELASTICSEARCH_DATA_STREAM,
    template: values.ELASTICSEARCH_TEMPLATE,
    headers: values.ELASTICSEARCH_HEADERS,
    mappingType: values.ELASTICSEARCH_TYPE,
    apiVersion: values.ELASTICSEARCH_API_VERSION,
    credentials: key === undefined ? basic : ({ kind: 'api-key', key } as const),
    tls: {
      ca: values.ELASTICSEARCH_TLS_CA,
      cert: values.ELASTICSEARCH_TLS_CERT,
      key: values.ELASTICSEARCH_TLS_KEY,
      verify: values.ELASTICSEARCH_TLS_VERIFY,
    },
    gzip: values.ELASTICSEARCH_GZIP,
    timeoutMs: values.ELASTICSEARCH_TIMEOUT_MS,
    logLevel: values.ELASTICSEARCH_LOG,
  };
}

function baseUrl({ protocol, host, port, path, query }: ServerAddress, defaultPort: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${protocol}://${name}:${port ?? defaultPort}${path}${query && `?${query}`}`;
}
