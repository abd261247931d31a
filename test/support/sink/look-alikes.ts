// What only plays Elasticsearch, after its documentation: the requests that the sink makes, and no more.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ownPort } from '../program/own-port.ts';

type Taken = { readonly method: string; readonly url: URL; readonly documents: readonly object[] };

/** Answers a request behind its prefix; `undefined` is 404. */
type Play = (request: Taken, path: string) => { readonly status?: number; readonly body: string } | undefined;

export type LookAlike = {
  readonly baseUrl: string;
  readonly requests: readonly Taken[];
  readonly stored: readonly object[];
};

/** One that runs until the test is over, below `prefix`. */
export async function openLookAlike(t: TestContext, prefix: string, play: Play): Promise<LookAlike> {
  const requests: Taken[] = [];
  const stored: object[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const url = new URL(incoming.url ?? '', 'http://server');
    const documents = text.split('\n').filter((_, line) => line % 2 === 1);
    const isBulk = url.pathname.endsWith('/_bulk');
    const taken = {
      method: incoming.method ?? '',
      url,
      documents: isBulk ? documents.map((one) => JSON.parse(one)) : [],
    };
    requests.push(taken);
    const isOurs = url.pathname.startsWith(`${prefix}/`);
    answer(response, isOurs ? play(taken, url.pathname.slice(prefix.length)) : undefined);
    stored.push(...taken.documents);
  });
  const port = await ownPort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${port}`, requests, stored };
}

function answer(response: ServerResponse, played: ReturnType<Play>): void {
  response.writeHead(played === undefined ? 404 : (played.status ?? 200), { 'content-type': 'application/json' });
  response.end(played?.body ?? 'unsupported path requested');
}

/**
 * https://docs.victoriametrics.com/victorialogs/data-ingestion/#elasticsearch-bulk-api. `items`: of its answer to bulk
 * requests, which not every version has.
 */
export function victoriaLogs(items: 'all' | 'none' | 'empty'): Play {
  return ({ documents }, path) => {
    if (path === '/') return { body: '{"version": {"number": "8.9.0"}}' };
    if (path.startsWith('/_index_template')) return { body: '{}' };
    if (path !== '/_bulk') return { status: 400, body: 'unsupported path requested' };
    const all = { all: documents.map(() => ({ create: { status: 201 } })), none: undefined, empty: [] }[items];
    return { body: JSON.stringify({ took: 1, errors: false, items: all }) };
  };
}

/** https://openobserve.ai/docs/reference/api/ingestion/logs/bulk/ */
export function openObserve(form: 'documented' | 'elasticsearch', failed = 0): Play {
  return ({ method, documents }, path) => {
    if (path === '/') return { body: '{"version": {"number": "7.17.1"}, "tagline": "You Know, for Search"}' };
    if (path.startsWith('/_index_template/')) {
      return { body: method === 'PUT' ? '{"name":"x","message":"ok"}' : '{"name":"x","index_patterns":["log-*"]}' };
    }
    if (path !== '/_bulk') return undefined;
    const successful = documents.length - failed;
    const counted = { code: 200, status: [{ name: 'http', successful, failed }] };
    const items = documents.map(() => ({ create: { _index: 'http', status: 200 } }));
    return { body: JSON.stringify(form === 'documented' ? counted : { took: 1, errors: false, items }) };
  };
}

/** In front of Loki, which has no such endpoint: something that takes the bulk requests and nothing else. */
export const bulkOnly: Play = ({ documents }, path) => {
  if (path !== '/_bulk') return { status: 405, body: 'method not allowed' };
  return { body: JSON.stringify({ errors: false, items: documents.map(() => ({ create: { status: 201 } })) }) };
};
