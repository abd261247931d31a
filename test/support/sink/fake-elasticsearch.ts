import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ownPort } from '../program/own-port.ts';

export type FakeRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type FakeDocument = {
  readonly index: string;
  readonly id: string;
  readonly source: { [field: string]: unknown };
};

/** Does something else than a sound server would: answers itself, or not at all. `undefined`: carries on as usual. */
export type Fault = (request: FakeRequest, response: ServerResponse) => 'handled' | undefined;

export const elasticsearchInfo = (number: string, flavour = 'default') => ({
  version: { number, build_flavor: flavour, lucene_version: '9' },
  tagline: 'You Know, for Search',
});

type FakeElasticsearchOptions = {
  readonly tls?: ServerOptions;
  /** What it listens on. */
  readonly host?: string;
  readonly port?: number;
};

/**
 * The parts of the bulk API that the sink needs, for what a real server cannot be made to show. Checks what it is sent.
 */
export class FakeElasticsearch {
  readonly requests: FakeRequest[] = [];
  readonly documents = new Map<string, FakeDocument>();
  /** Ids in the order of arrival, those that were there already among them. */
  readonly received: string[] = [];
  readonly templates = new Map<string, string>();
  /** Of indices that are there already, by their names. */
  readonly mappings = new Map<string, object>();
  /** What `GET /` answers. */
  info: object | undefined = elasticsearchInfo('8.17.0');
  /** The next requests each meet the next of these, bulk requests only. */
  readonly bulkFaults: Fault[] = [];
  /** Every request meets this first. */
  fault: Fault = () => undefined;
  /** The status of a document that would be stored. */
  statusOf: (document: FakeDocument, position: number) => number = () => 201;
  readonly #tls: ServerOptions | undefined;
  readonly #host: string;
  #server: Server;
  #port: number;

  constructor({ tls, host = '127.0.0.1', port = 0 }: FakeElasticsearchOptions = {}) {
    this.#tls = tls;
    this.#host = host;
    this.#port = port;
    this.#server = this.#create();
  }

  get baseUrl(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  get bulkRequests(): readonly FakeRequest[] {
    return this.requests.filter(({ url }) => url.includes('_bulk'));
  }

  /** On the same port as before, if there was one. */
  async start(): Promise<void> {
    if (this.#server.listening) return;
    this.#port ||= await ownPort();
    this.#server = this.#create();
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  #create(): Server {
    const take = (request: IncomingMessage, response: ServerResponse) => this.#take(request, response);
    return this.#tls === undefined ? createServer(take) : createTlsServer(this.#tls, take);
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    incoming.on('error', () => {});
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const { method = '', url = '', headers } = incoming;
    const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const request = { method, url, headers, body };
    this.requests.push(request);
    if (this.fault(request, response) === 'handled') return;
    const path = url.replace(/\?.*/, '');
    if (path === '/') return this.#json(response, this.info === undefined ? 404 : 200, this.info ?? {});
    if (/^\/_(index_)?template\//.test(path)) return this.#template(request, path, response);
    if (path.endsWith('/_mapping')) return this.#mapping(request, path.slice(1, -'/_mapping'.length), response);
    if (!path.endsWith('/_bulk')) return this.#json(response, 404, { error: 'no handler found' });
    if (this.bulkFaults.shift()?.(request, response) === 'handled') return;
    this.#bulk(request, path, response);
  }

  #template({ method, body }: FakeRequest, path: string, response: ServerResponse): void {
    if (method === 'PUT') {
      this.templates.set(path, body);
      return this.#json(response, 200, { acknowledged: true });
    }
    const stored = this.templates.get(path);
    if (stored === undefined) return this.#json(response, 404, { error: { reason: 'no such template' }, status: 404 });
    const [, kind, name = ''] = path.split('/');
    const template = JSON.parse(stored);
    const found =
      kind === '_template' ? { [name]: template } : { index_templates: [{ name, index_template: template }] };
    this.#json(response, 200, found);
  }

  #mapping({ method, body }: FakeRequest, index: string, response: ServerResponse): void {
    const mappings = this.mappings.get(index);
    if (mappings === undefined) return this.#json(response, 404, { error: { reason: 'no such index' }, status: 404 });
    if (method !== 'PUT') return this.#json(response, 200, { [index]: { mappings } });
    this.mappings.set(index, { ...mappings, ...JSON.parse(body) });
    this.#json(response, 200, { acknowledged: true });
  }

  #bulk({ body, headers }: FakeRequest, path: string, response: ServerResponse): void {
    assert.equal(headers['content-type'], 'application/x-ndjson');
    assert.equal(headers.accept, 'application/json');
    assert.ok(body.endsWith('\n'));
    const lines = body.slice(0, -1).split('\n');
    assert.equal(lines.length % 2, 0);
    const isTyped = path !== '/_bulk';
    const items = [];
    for (let at = 0; at < lines.length; at += 2) {
      const { create, ...others } = JSON.parse(lines[at] ?? '');
      assert.deepEqual(others, {});
      assert.deepEqual(Object.keys(create), ['_index', '_id'], isTyped ? 'the type is in the path' : '');
      const document = { index: create._index, id: create._id, source: JSON.parse(lines[at + 1] ?? '') };
      items.push({ create: this.#store(document, at / 2) });
    }
    this.#json(response, 200, { errors: items.some(({ create }) => create.status >= 300), items });
  }

  #store(document: FakeDocument, position: number): { readonly status: number; readonly error?: object } {
    const key = `${document.index}/${document.id}`;
    const status = this.documents.has(key) ? 409 : this.statusOf(document, position);
    if (status === 201 || status === 409) this.received.push(document.id);
    if (status === 201) this.documents.set(key, document);
    return status === 201 ? { status } : { status, error: { type: `fake_${status}_exception`, reason: 'as told' } };
  }

  #json(response: ServerResponse, status: number, value: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  }
}

/** Answers with this status and body. */
export function answering(status: number, body = '', headers: { readonly [name: string]: string } = {}): Fault {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
    return 'handled';
  };
}

/** One that runs until the test is over. */
export async function openFake(t: TestContext): Promise<FakeElasticsearch> {
  const fake = new FakeElasticsearch();
  await fake.start();
  t.after(() => fake.stop());
  return fake;
}
