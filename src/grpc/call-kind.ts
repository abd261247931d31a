import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';

/**
 * How a call is spoken: gRPC; gRPC-Web, whose trailers are in the body, as bytes or in base64; Connect, of one message
 * each way, which are bodies, or of many.
 */
export type CallKind = 'grpc' | 'grpc-web' | 'grpc-web-text' | 'connect' | 'connect-stream';

/** What stands behind the last of these names is the format of its messages. */
const contentType = /^application\/(grpc-web-text|grpc-web|grpc|connect)(?=$|[+; ])/i;
const kinds: { readonly [name: string]: CallKind } = {
  grpc: 'grpc',
  'grpc-web': 'grpc-web',
  'grpc-web-text': 'grpc-web-text',
  connect: 'connect-stream',
};
const connectQuery = /[?&]connect=v1(?:&|$)/;

/**
 * By the request (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, PROTOCOL-WEB.md beside it,
 * https://connectrpc.com/docs/protocol); undefined of all that is no call.
 */
export function callKindOf({ method, target, headers }: RequestHead): CallKind | undefined {
  if (method === 'GET') return target?.includes('connect=v1') && connectQuery.test(target) ? 'connect' : undefined;
  if (method !== 'POST') return undefined;
  const kind = kindOfType(headers);
  return kind === undefined && headers.get('connect-protocol-version') !== undefined ? 'connect' : kind;
}

/** The same by the response; one of one message each way cannot be told from others. */
export function callKindOfResponse({ headers }: ResponseHead): CallKind | undefined {
  return kindOfType(headers) ?? callKindOfTrailers(headers);
}

/** The same by what only gRPC says, of calls whose heads cannot be read. */
export function callKindOfTrailers(trailers: HeaderFields): CallKind | undefined {
  return trailers.field('grpc-status') === undefined ? undefined : 'grpc';
}

function kindOfType(headers: HeaderFields): CallKind | undefined {
  const type = headers.get('content-type');
  const name = type === undefined ? undefined : contentType.exec(type)?.[1];
  return name === undefined ? undefined : kinds[name.toLowerCase()];
}
