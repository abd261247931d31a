import type { Exchange } from '../exchange/exchange.ts';

/** When the parts of an exchange began and ended: microseconds since the epoch, none before the one in front of it. */
export type Phases = {
  readonly start: number;
  readonly requestEnd: number;
  readonly responseStart: number;
  readonly end: number;
};

/** Capture times may be out of order; the phases of an exchange are not. A side that was not seen takes no time. */
export function phasesOf({ request, response }: Exchange): Phases {
  const first = request ?? response;
  const start = first === undefined ? 0 : Math.round(first.firstByteTime);
  const requestEnd = request === undefined ? start : Math.max(start, Math.round(request.lastByteTime));
  if (response === undefined) return { start, requestEnd, responseStart: requestEnd, end: requestEnd };
  const responseStart = Math.max(requestEnd, Math.round(response.firstByteTime));
  return { start, requestEnd, responseStart, end: Math.max(responseStart, Math.round(response.lastByteTime)) };
}
