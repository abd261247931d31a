import type { Exchange, Message, Outcome } from '../exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import { failureOf, hasCallFailed, type RequestFailure, requestFailures } from '../record/failure.ts';
import { knownMethods } from '../record/known-methods.ts';
import { CountsBy } from './counts-by.ts';
import type { RequestGroup, RequestKind } from './request-group.ts';
import { RequestGroups } from './request-groups.ts';

const unansweredOutcomes = ['timeout', 'reset', 'closed', 'unknown'] as const satisfies readonly Outcome[];
const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const;

type Unanswered = (typeof unansweredOutcomes)[number];
type Request = Message<RequestHead>;
type Place = { readonly method: string; readonly group: RequestGroup | undefined };

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
    if (late) this.late.count(statusClass(response?.head.status));
    else this.#count(exchange, request, { method, group });
    const isCounted = response === undefined ? group !== undefined : this.#measure(request, response, group);
    if (!isCounted) this.overflowing++;
  }

  #count(exchange: Exchange, request: Request, { method, group }: Place): void {
    const { response, outcome } = exchange;
    this.requests++;
    if (group !== undefined) group.requests++;
    const unanswered = this.#unansweredOf(method);
    if (response === undefined && outcome !== 'answered') unanswered.count(outcome);
    const grpc = exchange.call && { hasFailed: hasCallFailed(exchange) };
    const failure = failureOf({ status: response?.head.status, outcome, grpc });
    if (failure === undefined) return;
    const { headers } = request.head;
    const { lastByteTime } = response ?? request;
    this.failed.count(failure, headers, lastByteTime);
    group?.failed.count(failure, headers, lastByteTime);
  }

  /** Whether there is a histogram for it. */
  #measure(request: Request, response: Message<ResponseHead>, group: RequestGroup | undefined): boolean {
    const durations = group && this.groups.durations(group, response.head.status);
    const micros = Math.max(0, response.lastByteTime - request.firstByteTime);
    durations?.observe(micros / 1e6, request.head.headers, response.lastByteTime);
    return durations !== undefined;
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
