import type { Exchange, Message, Outcome } from '../exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { failureOf, type RequestFailure, requestFailures } from '../record/failure.ts';
import { knownMethods } from '../record/known-methods.ts';
import { type CallOutcome, callOutcomeOf } from './call-outcome.ts';
import { CountsBy } from './counts-by.ts';
import type { RequestGroup, RequestKind } from './request-group.ts';
import { RequestGroups } from './request-groups.ts';

const unansweredOutcomes = ['timeout', 'reset', 'closed', 'unknown'] as const satisfies readonly Outcome[];
const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const;

type Unanswered = (typeof unansweredOutcomes)[number];
type Request = Message<RequestHead>;
type Place = {
  readonly method: string;
  readonly group: RequestGroup | undefined;
  readonly grpc: CallOutcome | undefined;
};

/** All requests of one direction. */
export class DirectionCounts {
  /** All that were answered, or given up. */
  requests = 0;
  readonly failed = new CountsBy<RequestFailure>('error_type', requestFailures);
  /** By method, those that have been seen. */
  readonly unanswered = new Map<string, CountsBy<Unanswered>>();
  readonly late = new CountsBy('http_response_status_class', statusClasses);
  readonly groups: RequestGroups;
  /** Requests that are not in all counters and histograms. */
  overflowing = 0;

  constructor(maxSeries: number, warn: () => void) {
    this.groups = new RequestGroups(maxSeries, warn);
  }

  /**
   * An exchange with a late response comes twice: the second time only its duration and that it was late are counted.
   */
  observe(exchange: Exchange, request: Request, { route, peer }: Pick<RequestKind, 'route' | 'peer'>): void {
    const { response, late } = exchange;
    const asked = request.head.method ?? '';
    const method = knownMethods.has(asked) ? asked : '_OTHER';
    const group = this.groups.group({ method, route, peer });
    const grpc = callOutcomeOf(exchange);
    if (late) this.late.count(statusClass(response?.head.status));
    else this.#count(exchange, request, { method, group, grpc });
    const isCounted = response === undefined ? group !== undefined : this.#measure(request, response, { group, grpc });
    if (!isCounted) this.overflowing++;
  }

  #count({ response, outcome }: Exchange, request: Request, { method, group, grpc }: Place): void {
    this.requests++;
    if (group !== undefined) group.requests++;
    const unanswered = this.#unansweredOf(method);
    if (response === undefined && outcome !== 'answered') unanswered.count(outcome);
    const failure = failureOf({ status: response?.head.status, outcome, grpc });
    if (failure === undefined) return;
    const { headers } = request.head;
    const { lastByteTime } = response ?? request;
    this.failed.count(failure, headers, lastByteTime);
    group?.failed.count(failure, headers, lastByteTime);
  }

  /** Whether there are histograms for it. */
  #measure(request: Request, response: Message<ResponseHead>, { group, grpc }: Omit<Place, 'method'>): boolean {
    if (group === undefined) return false;
    const { lastByteTime } = response;
    const seconds = Math.max(0, lastByteTime - request.firstByteTime) / 1e6;
    const durations = this.groups.durations(group, response.head.status);
    durations?.observe(seconds, request.head.headers, lastByteTime);
    if (grpc === undefined) return durations !== undefined;
    const ofCalls = this.groups.callDurations(group, grpc);
    ofCalls?.observe(seconds, request.head.headers, lastByteTime);
    return durations !== undefined && ofCalls !== undefined;
  }

  #unansweredOf(method: string): CountsBy<Unanswered> {
    const known = this.unanswered.get(method);
    if (known !== undefined) return known;
    const counts = new CountsBy('outcome', unansweredOutcomes);
    this.unanswered.set(method, counts);
    return counts;
  }
}

/** Whatever is no class of HTTP (RFC 9110, section 15) is `other`. */
function statusClass(status: number | undefined): (typeof statusClasses)[number] {
  return statusClasses[Math.trunc((status ?? 0) / 100) - 1] ?? 'other';
}
