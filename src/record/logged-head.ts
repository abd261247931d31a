import type { AnyHead, RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { createFieldReader, createHeaderReader, type HeaderSelection } from './headers.ts';
import type { LoggedHeaders } from './logged-headers.ts';
import type { Redactor } from './redact.ts';
import { targetAuthority, targetPath, targetQuery, withoutUserInfo } from './target.ts';
import { decodeText } from './text.ts';
import { traceOf } from './trace.ts';

/** What a record says of a request head. */
export type LoggedRequest = {
  readonly method: string;
  readonly host: string | undefined;
  readonly url: string;
  readonly path: string | undefined;
  /** The part of the target after `?`, redacted. */
  readonly query: string | undefined;
  readonly requestHeadBytes: number;
  readonly userAgent: string | undefined;
  readonly referrer: string | undefined;
  /** `x-request-id`, else `x-correlation-id`, of the request. */
  readonly requestId: string | undefined;
  readonly requestContentType: string | undefined;
  readonly requestHeaders: LoggedHeaders | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
};

/** What a record says of a response head. */
export type LoggedResponse = {
  readonly status: number;
  readonly responseHeadBytes: number;
  readonly contentType: string | undefined;
  readonly responseHeaders: LoggedHeaders | undefined;
};

export type HeadReaders = {
  readonly request: (head: RequestHead) => LoggedRequest;
  readonly response: (head: ResponseHead) => LoggedResponse;
};

/** Reads heads for records, redacted; each once, also when it comes again. `forEcs`: also what only that schema shows. */
export function createHeadReaders(selection: HeaderSelection, redactor: Redactor, forEcs: boolean): HeadReaders {
  const log = createFieldReader(redactor);
  const readHeaders = createHeaderReader(selection, log);
  const valueOf = (headers: HeaderFields, name: string) => {
    const field = headers.field(name);
    return field && log(field).value;
  };
  const hostOf = (headers: HeaderFields) => withoutUserInfo(valueOf(headers, 'host') ?? '') || undefined;
  const request = once((head: RequestHead): LoggedRequest => {
    const { headers } = head;
    const method = decodeText(head.method);
    const url = redactor.target(decodeText(head.target));
    const trace = traceOf(headers);
    return {
      method,
      host: targetAuthority(head.method, url) ?? hostOf(headers),
      url,
      path: targetPath(url),
      query: targetQuery(url),
      requestHeadBytes: headers.size,
      userAgent: valueOf(headers, 'user-agent'),
      referrer: forEcs ? valueOf(headers, 'referer') : undefined,
      requestId: forEcs ? (valueOf(headers, 'x-request-id') ?? valueOf(headers, 'x-correlation-id')) : undefined,
      requestContentType: forEcs ? valueOf(headers, 'content-type') : undefined,
      requestHeaders: readHeaders(headers),
      traceId: trace.traceId,
      spanId: trace.spanId,
    };
  });
  const response = once(({ status, headers }: ResponseHead): LoggedResponse => ({
    status,
    responseHeadBytes: headers.size,
    contentType: valueOf(headers, 'content-type'),
    responseHeaders: readHeaders(headers),
  }));
  return { request, response };
}

/** Notes at each head what was made of it. */
function once<Head extends AnyHead, Result>(read: (head: Head) => Result): (head: Head) => Result {
  /** Others that read the same head may redact differently. */
  class OwnNote {
    readonly result: Result;

    constructor(result: Result) {
      this.result = result;
    }
  }
  return (head) => {
    if (head.note instanceof OwnNote) return head.note.result;
    const note = new OwnNote(read(head));
    head.note = note;
    return note.result;
  };
}
