import { type Agent, type IncomingMessage, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { OwnTraffic } from '../own-traffic.ts';
import { credentialHider, type Hide } from './credential-hider.ts';
import { errorMessage } from './error-message.ts';
import { type HttpTls, HttpTlsAgent } from './http-tls-agent.ts';
import { WatchedAgent } from './watched-agent.ts';

export type HttpClientSettings = {
  /** `http(s)://HOST:PORT[/PATH]` */
  readonly baseUrl: string;
  readonly headers: { readonly [name: string]: string };
  /** Never said, like the credentials. */
  readonly secrets?: readonly string[];
  /** For `https:`; without it certificates are verified against the well-known authorities. */
  readonly tls: HttpTls | undefined;
  /** For a whole request, from the connection to the end of the answer. */
  readonly timeoutMs: number;
  readonly ownTraffic: OwnTraffic;
};

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Behind the path of the base URL; begins with a slash. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Buffer | string;
};

export type HttpAnswer = {
  readonly kind: 'answer';
  /** Whose answer it is. */
  readonly baseUrl: string;
  readonly status: number;
  /** As Retry-After says (RFC 9110 section 10.2.3), milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly location: string | undefined;
  readonly text: string;
  /**
   * For all of this answer that is said: it may repeat the credentials. Not for the text as a whole, which is read
   * first.
   */
  readonly hide: Hide;
};

/** No answer, or not all of one. The reason names the server. `isMisconfigured`: trying again will not help. */
export type HttpFailure = { readonly kind: 'failed'; readonly reason: string; readonly isMisconfigured: boolean };

/** An answer is kept in memory up to here; a longer one is a failure. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** Connections that were not used for this long are closed by us, before something on the way drops them. */
const idleMs = 30_000;
/**
 * A connection that its server closed while it was idle is only noticed when it is used: this many are replaced
 * without a word.
 */
const maxStale = 8;
const brokenOff = 'the connection ended before its answer did';

/** Speaks HTTP/1.1 with one server over kept connections, which `ownTraffic` knows. */
export class HttpClient {
  readonly #settings: HttpClientSettings;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #hide: Hide;
  #isClosed = false;
  #hasAnswered = false;

  constructor(settings: HttpClientSettings) {
    this.#settings = settings;
    this.#base = new URL(settings.baseUrl);
    this.#hide = credentialHider(settings.headers['authorization'], settings.secrets);
    const options = { keepAlive: true, timeout: idleMs };
    const { ownTraffic, tls } = settings;
    const isTls = this.#base.protocol === 'https:';
    this.#agent = isTls ? new HttpTlsAgent(options, tls, ownTraffic) : new WatchedAgent(options, ownTraffic);
  }

  get baseUrl(): string {
    return this.#settings.baseUrl;
  }

  /** Sends one request. Never rejects. */
  async request(wanted: HttpRequest): Promise<HttpAnswer | HttpFailure> {
    const result = await this.#request(wanted);
    return result.kind === 'failed' ? { ...result, reason: `${this.baseUrl}: ${result.reason}` } : result;
  }

  /** Ends all connections; requests under way fail. */
  close(): void {
    this.#isClosed = true;
    this.#agent.destroy();
  }

  async #request(wanted: HttpRequest): Promise<HttpAnswer | HttpFailure> {
    for (let attempt = 0; !this.#isClosed; attempt++) {
      const result = await this.#exchange(wanted);
      if (result !== 'stale') return result;
      if (attempt === maxStale) return failed('it closes every connection');
    }
    return failed('the client is closed');
  }

  #exchange({ method, path, headers, body }: HttpRequest): Promise<HttpAnswer | HttpFailure | 'stale'> {
    const { baseUrl, timeoutMs, ownTraffic } = this.#settings;
    const { promise, settle } = settleOnce<HttpAnswer | HttpFailure | 'stale'>();
    const send = this.#base.protocol === 'https:' ? tlsRequest : request;
    const outgoing = send(`${baseUrl}${path}`, {
      method,
      agent: this.#agent,
      headers: {
        ...ownTraffic.requestMark,
        ...this.#settings.headers,
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    const timer = setTimeout(() => {
      settle(failed(`no answer within ${timeoutMs} ms`));
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on('response', (response) => {
      this.#hasAnswered = true;
      readAnswer(response, { baseUrl, hide: this.#hide }, settle);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      settle(outgoing.reusedSocket && isLost(error) ? 'stale' : this.#connectionFailure(error));
    });
    outgoing.on('close', () => {
      clearTimeout(timer);
      settle(failed(brokenOff));
    });
    outgoing.end(body);
    return promise;
  }

  /**
   * A server that speaks TLS hangs up on plain HTTP, or says something in TLS. One that has answered before has other
   * reasons.
   */
  #connectionFailure(error: NodeJS.ErrnoException): HttpFailure {
    const failure = connectionFailure(error);
    const isDoubtful = this.#base.protocol === 'http:' && !this.#hasAnswered && maybeTls.test(error.code ?? '');
    return isDoubtful ? { ...failure, reason: `${failure.reason}; does it speak TLS?` } : failure;
  }
}

function readAnswer(
  response: IncomingMessage,
  from: Pick<HttpAnswer, 'baseUrl' | 'hide'>,
  settle: (result: HttpAnswer | HttpFailure) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= maxAnswerBytes) return;
    settle(failed(`its answer is longer than ${maxAnswerBytes} bytes`));
    response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => settle(failed(brokenOff)));
  response.on('end', () => {
    settle({
      kind: 'answer',
      status: response.statusCode ?? 0,
      retryAfterMs: retryAfter(response.headers['retry-after'], Date.now()),
      location: response.headers.location,
      text: Buffer.concat(chunks).toString(),
      ...from,
    });
  });
}

/** Milliseconds that a Retry-After field asks for: seconds, or a date. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z]/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isLost(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}

function connectionFailure(error: NodeJS.ErrnoException): HttpFailure {
  const [first] = error instanceof AggregateError ? (error.errors as readonly Error[]) : [error];
  const isMisconfigured = tlsProblem.test(error.code ?? '');
  const said = isMisconfigured ? `TLS fails: ${errorMessage(error)}` : first && errorMessage(first);
  return failed(said || String(error.code), isMisconfigured);
}

/**
 * Codes of Node and OpenSSL for a certificate that is not accepted, files that cannot be used, and a peer that does not
 * speak TLS.
 */
const tlsProblem = /CERT|^ERR_(TLS|SSL|OSSL)|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$|^EPROTO$/;

/** Of a connection that is closed, and of bytes that are no HTTP, before any answer. */
const maybeTls = /^(ECONNRESET|HPE_INVALID_CONSTANT)$/;

function failed(reason: string, isMisconfigured = false): HttpFailure {
  return { kind: 'failed', reason, isMisconfigured };
}

/** A promise of which only the first settling counts. */
function settleOnce<T>(): { readonly promise: Promise<T>; readonly settle: (value: T) => void } {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
