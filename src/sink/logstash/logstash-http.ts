import type { Batch } from '../batch.ts';
import type { HttpClient } from '../client/http-client.ts';
import { failureOutcome, isPassing, refusedOutcome } from '../client/http-outcome.ts';
import type { CheckResult, SendOutcome, Transport } from '../transport.ts';
import { documentOf } from './line-encoder.ts';
import type { EventShape } from './record-field.ts';

const openBracket = 0x5b;
const comma = 0x2c;
const closeBracket = 0x5d;
/** The input says so when it cannot make events of a request, and when its queue fails. */
const failedStatus = 500;

/**
 * One JSON array for each batch, to Logstash's `http` input, which answers when its queue has the events, and 429 when
 * it is full.
 */
export class LogstashHttpTransport implements Transport {
  readonly #client: HttpClient;
  readonly #shape: EventShape;

  constructor(client: HttpClient, shape: EventShape) {
    this.#client = client;
    this.#shape = shape;
  }

  async send(batch: Batch): Promise<SendOutcome> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#client.request({
      method: 'POST',
      path: '/',
      headers,
      body: jsonArray(batch, this.#shape),
    });
    if (answer.kind === 'failed') return failureOutcome(answer);
    if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
    const refused = refusedOutcome(answer, batch.ends.length);
    return refused.kind === 'retry' && answer.status === failedStatus ? { ...refused, maybeByRecord: true } : refused;
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
    const more = isTaken ? `; ${this.#shape.place}` : '';
    return { isFine: isTaken, sentence: `${this.#client.baseUrl} ${state} (${answer.status})${more}` };
  }
}

function jsonArray(batch: Batch, { event, addedBytes }: EventShape): Buffer {
  // Each line feed makes room for a comma or the closing bracket.
  const array = Buffer.allocUnsafe(batch.bytes.length + batch.ends.length * addedBytes + 1);
  let at = 0;
  for (let index = 0; index < batch.ends.length; index++) {
    array[at] = index === 0 ? openBracket : comma;
    at += 1 + event(documentOf(batch, index)).copy(array, at + 1);
  }
  array[at] = closeBracket;
  return array;
}
