import type { HttpClient } from '../client/http-client.ts';
import { failureOutcome, isPassing, refusedOutcome } from '../client/http-outcome.ts';
import type { Batch } from '../delivery/batch.ts';
import type { CheckResult, SendOutcome, Transport } from '../transport.ts';

const openBracket = 0x5b;
const comma = 0x2c;
const closeBracket = 0x5d;

/** One JSON array for each batch, to Logstash's `http` input, which answers when its queue has the events, and 429 when it is full. */
export class LogstashHttpTransport implements Transport {
  readonly #client: HttpClient;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  async send(batch: Batch): Promise<SendOutcome> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#client.request({ method: 'POST', path: '/', headers, body: jsonArray(batch) });
    if (answer.kind === 'failed') return failureOutcome(answer);
    const isTaken = answer.status >= 200 && answer.status < 300;
    return isTaken ? { kind: 'delivered' } : refusedOutcome(answer, batch.ends.length);
  }

  close(): void {
    this.#client.close();
  }

  /** An array without events is taken like any other, once the credentials are right. */
  async check(): Promise<CheckResult> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#client.request({ method: 'POST', path: '/', headers, body: '[]' });
    if (answer.kind === 'failed') return { isFine: false, sentence: answer.reason };
    const isTaken = answer.status >= 200 && answer.status < 300;
    const state = isTaken ? 'acknowledges' : isPassing(answer.status) ? 'is busy' : 'refuses requests';
    return { isFine: isTaken, sentence: `${this.#client.baseUrl} ${state} (${answer.status})` };
  }
}

/** The records, each a line, as one array: the end of each line becomes a comma or the closing bracket. */
function jsonArray(batch: Batch): Buffer {
  const array = Buffer.allocUnsafe(batch.bytes.length + 1);
  array[0] = openBracket;
  batch.bytes.copy(array, 1);
  for (const end of batch.ends) array[end] = comma;
  array[array.length - 1] = closeBracket;
  return array;
}
