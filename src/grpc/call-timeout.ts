import type { HeaderFields } from '../http/header-fields.ts';
import type { CallKind } from './call-kind.ts';

const grpcTimeout = /^(\d{1,8})([HMSmun])$/;
const connectTimeout = /^\d{1,10}$/;
/** Microseconds. */
const units: { readonly [unit: string]: number } = { H: 3.6e9, M: 6e7, S: 1e6, m: 1000, u: 1, n: 0.001 };

/**
 * How long the client of a call will wait for it, microseconds: `grpc-timeout`
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), or `connect-timeout-ms`
 * (https://connectrpc.com/docs/protocol); undefined where it says nothing, or nothing that can be read.
 */
export function callTimeout(kind: CallKind, headers: HeaderFields): number | undefined {
  if (kind === 'connect' || kind === 'connect-stream') {
    const milliseconds = headers.get('connect-timeout-ms');
    return milliseconds !== undefined && connectTimeout.test(milliseconds) ? Number(milliseconds) * 1000 : undefined;
  }
  const [, count, unit = ''] = grpcTimeout.exec(headers.get('grpc-timeout') ?? '') ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0);
}
