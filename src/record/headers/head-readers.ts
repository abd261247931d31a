import type { AnyHead, RequestHead, ResponseHead } from '../../http/head.ts';
import type { HeaderFields } from '../../http/header-fields.ts';
import { isOrdinary } from '../ordinary-text.ts';
import type { LogRecord } from '../record.ts';
import type { Redactor } from '../redact/redact.ts';
import { targetAuthority, targetPath, targetQuery, withoutUserInfo } from '../target.ts';
import { decodeText } from '../text.ts';
import { traceOf } from '../trace.ts';
import { createFieldReader, createHeaderReader, type HeaderSelection } from './headers.ts';

/** What a record says of a request head. */
export type LoggedRequest = { readonly method: string; readonly url: string } & Pick<
  LogRecord,
  | 'host'
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

export type HeadReaders = {
  readonly request: (head: RequestHead) => LoggedRequest;
  readonly response: (head: ResponseHead) => LoggedResponse;
};

/** Reads heads for records, redacted; each once, also when it comes again. `forEcs`: also what only that schema shows. */
export function createHeadReaders(
  selection: HeaderSelection,
  maxFields: number | undefined,
  redactor: Redactor,
  forEcs: boolean,
): HeadReaders {
  const log = createFieldReader(redactor);
  const readHeaders = createHeaderReader(selection, log, maxFields);
  const fieldText = (headers: HeaderFields, name: string) => {
    const field = headers.field(name);
    return field && log(field).value;
  };
  const hostOf = (headers: HeaderFields) => withoutUserInfo(fieldText(headers, 'host') ?? '') || undefined;
  const request = once((head: RequestHead): LoggedRequest => {
    const { headers } = head;
    const method = decodeText(head.method);
    const url = isOrdinary(head.target) ? head.target : redactor.target(decodeText(head.target));
    const trace = traceOf(headers);
    return {
      method,
      host: targetAuthority(head.method, url) ?? hostOf(headers),
      url,
      path: targetPath(url),
      query: targetQuery(url),
      requestHeadBytes: headers.size,
      userAgent: fieldText(headers, 'user-agent'),
      referrer: forEcs ? fieldText(headers, 'referer') : undefined,
      requestId: forEcs ? (fieldText(headers, 'x-request-id') ?? fieldText(headers, 'x-correlation-id')) : undefined,
      requestContentType: forEcs ? fieldText(headers, 'content-type') : undefined,
      requestHeaders: readHeaders(headers),
      traceId: trace.traceId,
      spanId: trace.spanId,
    };
  });
  const response = once(
    ({ status, headers }: ResponseHead): LoggedResponse => ({
      status,
      responseHeadBytes: headers.size,
      contentType: fieldText(headers, 'content-type'),
      responseHeaders: readHeaders(headers),
    }),
  );
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
