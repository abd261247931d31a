import type { HeaderFields } from '../http/header-fields.ts';
import { traceOf } from '../record/trace.ts';

/** One exchange of those that a number counts, by its trace. */
export type Exemplar = {
  readonly traceId: string;
  readonly value: number;
  /** When it was captured, microseconds since the epoch. */
  readonly time: number;
};

/** How long an exemplar stays, microseconds: a scraper takes one in many seconds, so most traces need not be read. */
const lifeMicros = 1_000_000;
/** Where the flags of a `traceparent` are; the lowest bit says that the trace is recorded (W3C Trace Context). */
const flagsAt = 53;

/** The latest exemplar of each of some numbers. */
export class Exemplars {
  /** Most of what is counted belongs to no trace. */
  #latest: (Exemplar | undefined)[] | undefined;

  get(index: number): Exemplar | undefined {
    return this.#latest?.[index];
  }

  /** What is observed, unless there is a young one, or the request belongs to no trace that is recorded. */
  offer(index: number, headers: HeaderFields, { value, time }: Omit<Exemplar, 'traceId'>): void {
    const age = time - (this.#latest?.[index]?.time ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < lifeMicros) return;
    const traceId = recordedTrace(headers);
    if (traceId === undefined) return;
    this.#latest ??= [];
    this.#latest[index] = { traceId, value, time };
  }
}

/** The trace of a request, by itself and not as a slice of its head, unless its client says that nobody keeps it. */
function recordedTrace(headers: HeaderFields): string | undefined {
  const { traceId } = traceOf(headers);
  if (traceId === undefined || isLeftOut(headers)) return undefined;
  return Buffer.from(traceId).toString();
}

function isLeftOut(headers: HeaderFields): boolean {
  const traceparent = headers.get('traceparent');
  if (traceparent !== undefined) return (Number.parseInt(traceparent.slice(flagsAt, flagsAt + 2), 16) & 1) === 0;
  return headers.get('x-b3-sampled') === '0' || headers.get('b3')?.split('-', 3)[2] === '0';
}
