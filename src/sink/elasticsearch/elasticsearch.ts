import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { SchemaName } from '../../record/schema/schemas.ts';
import { amount } from '../../telemetry/amount.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Batch } from '../batch.ts';
import type { HttpRequest } from '../client/http-client.ts';
import { failureOutcome } from '../client/http-outcome.ts';
import type { HttpTls } from '../client/http-tls-agent.ts';
import type { OwnTraffic } from '../own-traffic.ts';
import type { CheckResult, Failure, SendOutcome, Transport } from '../transport.ts';
import { bulkOutcome } from './elasticsearch-answer.ts';
import { elasticsearchFields } from './elasticsearch-fields.ts';
import { ElasticsearchHosts } from './elasticsearch-hosts.ts';
import {
  describeServer,
  type Introduction,
  type IntroductionSettings,
  identify,
  introduce,
} from './elasticsearch-introduction.ts';
import { ElasticsearchLog, type ElasticsearchLogLevel } from './elasticsearch-log.ts';
import { readHostQuery } from './host-query.ts';
import { plainBody } from './plain-document.ts';

export type ElasticsearchSettings = IntroductionSettings & {
  /** In order of preference, each `http(s)://HOST:PORT[/PATH][?QUERY]`. */
  readonly baseUrls: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly tls: HttpTls;
  readonly gzip: boolean;
  readonly timeoutMs: number;
  readonly logLevel: ElasticsearchLogLevel;
};

export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** As the server gives it: encoded, or `id:key`. */
  | { readonly kind: 'api-key'; readonly key: string };

const compress = promisify(gzip);

/**
 * The bulk API of Elasticsearch, OpenSearch, and what is compatible with them, in plain JSON over HTTP/1.1. The server
 * is asked what it is before the first batch, and again after it could not be reached: it may be another one then.
 */
export class ElasticsearchTransport implements Transport {
  readonly #settings: ElasticsearchSettings;
  readonly #schema: SchemaName;
  readonly #hosts: ElasticsearchHosts;
  readonly #log: ElasticsearchLog;
  #introduction: Promise<Introduction | Failure> | undefined;
  #announced = '';

  constructor(
    settings: ElasticsearchSettings,
    schema: SchemaName,
    { ownTraffic, log }: { readonly ownTraffic: OwnTraffic; readonly log: Log },
  ) {
    const { baseUrls, credentials, tls, timeoutMs, logLevel } = settings;
    this.#settings = settings;
    this.#schema = schema;
    this.#log = new ElasticsearchLog(log, logLevel);
    const headers = {
      accept: 'application/json',
      'user-agent': 'kubernetes-internal-http-logger',
      ...(credentials === undefined ? {} : { authorization: authorization(credentials) }),
    };
    const hosts = baseUrls.map((url) => {
      const [baseUrl = '', query = ''] = url.split(/\?(.*)/s);
      return { baseUrl, query: readHostQuery(query), headers, tls, timeoutMs, ownTraffic };
    });
    this.#hosts = new ElasticsearchHosts(hosts, this.#log);
  }

  async send(batch: Batch): Promise<SendOutcome> {
    const outcome = await this.#send(batch);
    if (outcome.kind !== 'delivered') {
      const reason = 'reason' in outcome ? `: ${outcome.reason}` : '';
      this.#log.say('debug', `a batch of ${amount(batch.ends.length, 'record')} ended as ${outcome.kind}${reason}`);
    }
    return outcome;
  }

  close(): void {
    this.#hosts.close();
  }

  async check(): Promise<CheckResult> {
    const found = await identify(this.#settings, this.#ask);
    if ('kind' in found) return { isFine: false, sentence: `no server can be used: ${found.reason}.` };
    return { isFine: true, sentence: `${this.#hosts.baseUrl} is ${describeServer(found)}.` };
  }

  async #send(batch: Batch): Promise<SendOutcome> {
    this.#introduction ??= this.#introduce();
    const met = await this.#introduction;
    if (met.kind !== 'met') return met;
    const answer = await this.#ask(await this.#bulkRequest(batch, met));
    if (answer.kind === 'answer') return bulkOutcome(answer, batch.ends.length);
    this.#introduction = undefined;
    return failureOutcome(answer);
  }

  readonly #ask = (request: HttpRequest) => this.#hosts.request(request);

  async #introduce(): Promise<Introduction | Failure> {
    const met = await introduce(this.#settings, this.#schema, this.#ask);
    if (met.kind === 'met') this.#announce(met);
    else this.#introduction = undefined;
    return met;
  }

  /** Once, and again when something is new. */
  #announce({ sentence, isNew, problems }: Introduction): void {
    if (sentence === this.#announced && !isNew) return;
    this.#announced = sentence;
    this.#log.announce(`${this.#hosts.baseUrl} is ${sentence}`);
    for (const problem of problems) this.#log.warn(problem);
  }

  async #bulkRequest({ bytes }: Batch, { bulkPath: path, isPlain }: Introduction): Promise<HttpRequest> {
    const type = { 'content-type': 'application/x-ndjson' };
    const plain = isPlain ? Buffer.from(plainBody(bytes.toString(), elasticsearchFields[this.#schema])) : bytes;
    if (!this.#settings.gzip) return { method: 'POST', path, headers: type, body: plain };
    const body = await compress(plain, { level: constants.Z_BEST_SPEED });
    return { method: 'POST', path, headers: { ...type, 'content-encoding': 'gzip' }, body };
  }
}

function authorization(credentials: Credentials): string {
  if (credentials.kind === 'basic') return `Basic ${base64(`${credentials.user}:${credentials.password}`)}`;
  const { key } = credentials;
  return `ApiKey ${key.includes(':') ? base64(key) : key}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
