import { type RequestFailure, requestFailures } from '../record/failure.ts';
import { CountsBy } from './counts-by.ts';
import type { Histogram } from './histogram.ts';

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

  constructor(kind: RequestKind) {
    this.kind = kind;
  }

  get labels() {
    const { method, route, peer } = this.kind;
    return { http_request_method: method, http_route: route, ...(peer === undefined ? {} : { server_address: peer }) };
  }

  durationLabels(status: number | undefined) {
    const { method, route, peer } = this.kind;
    const code = status === undefined ? {} : { http_response_status_code: String(status) };
    const server = peer === undefined ? {} : { server_address: peer };
    return { http_request_method: method, ...code, http_route: route, ...server };
  }
}
