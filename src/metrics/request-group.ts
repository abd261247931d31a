import { type RequestFailure, requestFailures } from '../record/failure.ts';
import type { CallOutcome } from './call-outcome.ts';
import { CountsBy } from './counts-by.ts';
import type { Histogram } from './histogram.ts';
import type { Labels } from './metric.ts';

/** What requests of one group have in common. */
export type RequestKind = {
  readonly method: string;
  readonly route: string;
  /** Whom they ask; undefined for incoming ones. */
  readonly peer: string | undefined;
};

/** All requests of one kind. */
export class RequestGroup {
  readonly kind: RequestKind;
  requests = 0;
  readonly failed = new CountsBy<RequestFailure>('error_type', requestFailures);
  /** By status; undefined is one that could not be read. */
  readonly durations = new Map<number | undefined, Histogram>();
  /** Of calls, by system and status. */
  readonly callDurations = new Map<string, Histogram>();

  constructor(kind: RequestKind) {
    this.kind = kind;
  }

  get labels() {
    const { method, route, peer } = this.kind;
    return { http_request_method: method, http_route: route, ...(peer === undefined ? {} : { server_address: peer }) };
  }

  /** As OpenTelemetry has them (https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/). */
  callLabels({ system, status, hasFailed }: CallOutcome): Labels {
    const { route, peer } = this.kind;
    return {
      rpc_system_name: system,
      rpc_method: route.startsWith('/') ? route.slice(1) : '_OTHER',
      ...(status === undefined ? {} : { rpc_response_status_code: status }),
      ...(hasFailed ? { error_type: status ?? 'no_grpc_status' } : {}),
      ...(peer === undefined ? {} : { server_address: peer }),
    };
  }

  durationLabels(status: number | undefined) {
    const { method, route, peer } = this.kind;
    const code = status === undefined ? {} : { http_response_status_code: String(status) };
    const server = peer === undefined ? {} : { server_address: peer };
    return { http_request_method: method, ...code, http_route: route, ...server };
  }
}
