import type { Exchange } from '../exchange/exchange.ts';
import { hasCallFailed } from '../record/failure.ts';
import { grpcStatusName } from '../record/grpc-status.ts';
import { systemOf } from '../record/rpc-system.ts';

/** How a call of gRPC ended: with what its status is called, if it has one. */
export type CallOutcome = { readonly system: string; readonly status: string | undefined; readonly hasFailed: boolean };

/** Undefined of an exchange that is no call. */
export function callOutcomeOf(exchange: Exchange): CallOutcome | undefined {
  const { call } = exchange;
  if (call === undefined) return undefined;
  const { status } = call.end;
  return {
    system: systemOf(call),
    status: status === undefined ? undefined : grpcStatusName(status),
    hasFailed: hasCallFailed(exchange),
  };
}
