import type { RequestHead, ResponseHead } from '../../http/head.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import type { LogRecord } from '../record.ts';
import { targetAuthority, targetPath, targetQuery, withoutUserInfo } from '../target.ts';
import { decodeText } from '../text.ts';
import { traceOf } from '../trace.ts';
import type { HeaderReader } from './header-reader.ts';
import type { TargetReader } from './target-reader.ts';

/** What a record says of a request head. */
export type LoggedRequest = Pick<
  LogRecord,
  | 'method'
  | 'host'
  | 'url'
  | 'path'
  | 'query'
  | 'requestHeadBytes'
  | 'userAgent'
  | 'referrer'
  | 'requestId'
  | 'requestContentType'
  | 'requestHeaders'
  | 'traceId'
  | 'spanId'
>;

/** What a record says of a response head. */
export type LoggedResponse = Pick<LogRecord, 'status' | 'responseHeadBytes' | 'contentType' | 'responseHeaders'>;

/** Reads heads for records, redacted. */
export class HeadReader {
  readonly #readTarget: TargetReader;
  readonly #headers: HeaderReader;
  readonly #readsAll: boolean;

  /** `readsAll`: also what few schemas show. */
  constructor(readTarget: TargetReader, headers: HeaderReader, readsAll: boolean) {
    this.#readTarget = readTarget;
    this.#headers = headers;
    this.#readsAll = readsAll;
  }

  request({ method, target, authority, headers, size }: RequestHead): LoggedRequest {
    const url = target === undefined ? undefined : this.#readTarget(target);
    const { traceId, spanId } = traceOf(headers);
    return {
      method: method === undefined ? undefined : decodeText(method),
      host: targetAuthority(method, url) ?? this.#host(headers, authority),
      url,
      path: targetPath(url),
      query: targetQuery(url),
      requestHeadBytes: size,
      userAgent: this.#headers.text(headers, 'user-agent'),
      referrer: this.#ecsText(headers, 'referer'),
      requestId: this.#ecsText(headers, 'x-request-id') ?? this.#ecsText(headers, 'x-correlation-id'),
      requestContentType: this.#ecsText(headers, 'content-type'),
      requestHeaders: this.#headers.read(headers),
      traceId,
      spanId,
    };
  }

  response({ status, headers, size }: ResponseHead): LoggedResponse {
    return {
      status,
      responseHeadBytes: size,
      contentType: this.#headers.text(headers, 'content-type'),
      responseHeaders: this.#headers.read(headers),
    };
  }

  /** `authority` stands for Host (RFC 9113, section 8.3.1). */
  #host(headers: HeaderFields, authority: string | undefined): string | undefined {
    const host = authority === undefined ? this.#headers.text(headers, 'host') : this.#headers.shown('host', authority);
    return withoutUserInfo(host ?? '') || undefined;
  }

  /** What only ECS shows. */
  #ecsText(headers: HeaderFields, name: string): string | undefined {
    return this.#readsAll ? this.#headers.text(headers, name) : undefined;
  }
}
