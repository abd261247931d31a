import type { Direction, Exchange } from '../../../src/exchange/exchange.ts';
import { exchangeOf, headerFields, requestMessage, responseMessage } from '../record/exchanges.ts';

/** An exchange as the metrics see it; without a status nobody answered. */
export function observedExchange(
  direction: Direction,
  method: string,
  target: string,
  status?: number,
  seconds = 0.02,
): Exchange {
  const firstByteTime = 1_700_000_000_000_000;
  const times = { firstByteTime, lastByteTime: firstByteTime };
  const made = exchangeOf({
    request: requestMessage({ method, target }, times),
    response:
      status === undefined
        ? undefined
        : responseMessage({ status }, { ...times, lastByteTime: firstByteTime + seconds * 1e6 }),
    outcome: status === undefined ? 'timeout' : 'answered',
  });
  return { ...made, endpoints: { ...made.endpoints, direction } };
}

/** What this pod asks of a server, which has a name and an address; without a status nobody answered. */
export function outgoing(host: string, serverIp: string, status?: number, target = '/'): Exchange {
  const { request, ...made } = observedExchange('outgoing', 'GET', target, status);
  const headers = headerFields([['Host', host]]);
  return {
    ...made,
    request: request && { ...request, head: { ...request.head, headers } },
    endpoints: { ...made.endpoints, serverIp },
  };
}
