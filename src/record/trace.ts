import type { HeaderFields } from '../http/header-fields.ts';

/** Lower-case hex ids of the trace that a request belongs to: 32 and 16 digits. */
export type Trace = { readonly traceId: string | undefined; readonly spanId: string | undefined };

/** Written out: with a count behind the class, the search takes three times as long. */
const hex = (digits: number) => '[0-9a-f]'.repeat(digits);
const traceparentPattern = new RegExp(`^(?!ff)${hex(2)}-(?!0{32})${hex(32)}-(?!0{16})${hex(16)}-${hex(2)}(?:-|$)`);
const traceparentLength = 55;
const traceIdPattern = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;
const spanIdPattern = /^[0-9a-f]{16}$/;
const zeros = /^0*$/;
const none: Trace = { traceId: undefined, spanId: undefined };

/**
 * Trace of a request: `traceparent` (W3C Trace Context), else `b3`, else `x-b3-traceid` and `x-b3-spanid` (Zipkin B3).
 * Invalid ones are passed over.
 */
export function traceOf(headers: HeaderFields): Trace {
  const traceparent = headers.get('traceparent');
  const single = headers.get('b3');
  const traceId = headers.get('x-b3-traceid');
  if (traceparent === undefined && single === undefined && traceId === undefined) return none;
  return (
    (traceparent === undefined ? undefined : parseTraceparent(traceparent)) ??
    (single === undefined ? undefined : parseB3(single)) ??
    (traceId === undefined ? undefined : b3Trace(traceId, headers.get('x-b3-spanid'))) ??
    none
  );
}

function parseTraceparent(value: string): Trace | undefined {
  if (!traceparentPattern.test(value)) return undefined;
  if (value.startsWith('00') && value.length !== traceparentLength) return undefined;
  return { traceId: value.slice(3, 35), spanId: value.slice(36, 52) };
}

/** `{trace id}-{span id}[-{sampled}[-{parent span id}]]`; a lone sampling decision names no trace. */
function parseB3(value: string): Trace | undefined {
  const [traceId = '', spanId] = value.split('-', 2);
  return spanId === undefined ? undefined : b3Trace(traceId, spanId);
}

/** B3 also has trace ids of 64 bits: they become 128 bits wide with leading zeros, as OpenTelemetry does it. */
function b3Trace(traceId: string, spanId: string | undefined): Trace | undefined {
  const trace = traceId.toLowerCase();
  const span = spanId?.toLowerCase();
  if (!traceIdPattern.test(trace) || zeros.test(trace)) return undefined;
  const validSpan = span !== undefined && spanIdPattern.test(span) && !zeros.test(span);
  return { traceId: trace.padStart(32, '0'), spanId: validSpan ? span : undefined };
}
