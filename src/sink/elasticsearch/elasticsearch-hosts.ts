import { amount } from '../../telemetry/amount.ts';
import {
  type HttpAnswer,
  HttpClient,
  type HttpClientSettings,
  type HttpFailure,
  type HttpRequest,
} from '../client/http-client.ts';
import type { ElasticsearchLog } from './elasticsearch-log.ts';
import { type HostQuery, withQuery } from './host-query.ts';

export type ElasticsearchHost = HttpClientSettings & { readonly query: HostQuery };

/** The hosts of one cluster: a request goes to the first, and to the next ones in order when there is no answer. */
export class ElasticsearchHosts {
  readonly #clients: readonly HttpClient[];
  readonly #queries: readonly HostQuery[];
  readonly #log: ElasticsearchLog;
  /** The one that answered last. */
  #current = 0;

  constructor(hosts: readonly ElasticsearchHost[], log: ElasticsearchLog) {
    this.#clients = hosts.map((host) => new HttpClient({ ...host, secrets: host.query.secrets }));
    this.#queries = hosts.map(({ query }) => query);
    this.#log = log;
  }

  /** The host that requests go to. */
  get baseUrl(): string {
    return this.#clients[this.#current]?.baseUrl ?? '';
  }

  /** Never rejects; fails when no host answers, for the reason of the last one. */
  async request(request: HttpRequest): Promise<HttpAnswer | HttpFailure> {
    const first = this.#current;
    let result: HttpAnswer | HttpFailure = { kind: 'failed', reason: 'there is no host', isMisconfigured: true };
    for (let step = 0; step < this.#clients.length; step++) {
      const at = (first + step) % this.#clients.length;
      const client = this.#clients[at] as HttpClient;
      const started = performance.now();
      result = await client.request(withItsQuery(request, this.#queries[at] as HostQuery));
      const said = result.kind === 'answer' ? String(result.status) : `failed: ${result.reason}`;
      const length = amount(Buffer.byteLength(request.body ?? ''), 'byte');
      const what = `${request.method} ${client.baseUrl}${request.path}, ${length}`;
      this.#log.say('trace', `${what}: ${said} after ${Math.round(performance.now() - started)} ms`);
      if (result.kind === 'answer') {
        if (at !== this.#current) this.#log.say('info', `${client.baseUrl} answers; requests go there`);
        this.#current = at;
        return result;
      }
    }
    return result;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

function withItsQuery(request: HttpRequest, { forBulk, forOthers }: HostQuery): HttpRequest {
  const isBulk = request.path.replace(/\?.*/s, '').endsWith('/_bulk');
  return { ...request, path: withQuery(request.path, isBulk ? forBulk : forOthers) };
}
