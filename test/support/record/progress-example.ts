import type { Progress } from '../../../src/exchange/progress.ts';
import { exchangeOf, requestMessage, responseMessage } from './exchanges.ts';

const begun = Date.UTC(2024, 4, 6, 7, 20) * 1000;
const requestHeaders = [
  ['Host', 'shop.example'],
  ['Accept', 'text/event-stream'],
  ['Authorization', 'Bearer abc123'],
] as const;

/** A stream of events that has lasted for two minutes, and was silent for the last 8 seconds. */
export const progressExample: Progress = {
  exchange: exchangeOf({
    request: requestMessage({ target: '/events?token=abc123', headers: requestHeaders }),
    response: responseMessage(
      { status: 200, headers: [['Content-Type', 'text/event-stream']] },
      { bodyBytes: 4096, lastByteTime: begun + 112_135_956 },
    ),
    outcome: 'unknown',
  }),
  part: 2,
  time: begun + 120_123_956,
};
