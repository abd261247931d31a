import type { Exchange } from '../exchange/exchange.ts';
import { hasCallFailed } from './failure.ts';
import type { HeaderReader } from './headers/header-reader.ts';
import type { GrpcFacts } from './record.ts';
import { systemOf } from './rpc-system.ts';

const fullMethod = /^\/(.+)\/([^/]+)$/;

/** What a record says of a call; its path is that of the record. */
export function grpcFacts(exchange: Exchange, path: string | undefined, headers: HeaderReader): GrpcFacts | undefined {
  const { call } = exchange;
  if (call === undefined) return undefined;
  const [, service, method] = fullMethod.exec(path ?? '') ?? [];
  const { status, message } = call.end;
  return {
    system: systemOf(call),
    service,
    method,
    status,
    message: message && headers.shownField(message),
    requestMessages: call.requestMessages,
    responseMessages: call.responseMessages,
    hasFailed: hasCallFailed(exchange),
  };
}
