import assert from 'node:assert/strict';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import { type Told, toldOf } from './compare-exchanges.ts';

/** The exchanges of a whole capture, by where their messages begin. */
export class Truth {
  readonly #requests = new Map<string, Told>();
  readonly #responses = new Map<string, Told>();

  constructor(exchanges: readonly Exchange[]) {
    for (const told of exchanges.map(toldOf)) {
      if (told.request) this.#requests.set(`${told.connection} ${told.request.place}`, told);
      if (told.response) this.#responses.set(`${told.connection} ${told.response.place}`, told);
    }
  }

  /** Nothing that a capture of a part shows is anything but a part of this. */
  check(exchanges: readonly Exchange[], where: string): void {
    const seen = new Set<string>();
    for (const { connection, request, response, exchange } of exchanges.map(toldOf)) {
      const asked = request && this.#requests.get(`${connection} ${request.place}`);
      const answered = response && this.#responses.get(`${connection} ${response.place}`);
      const what = JSON.stringify({ where, connection, request, response, outcome: exchange.outcome });
      if (request) {
        assert.equal(request.text, asked?.request?.text, `no such request: ${what}`);
        assert.ok(!seen.has(`${connection} ${request.place}`), `the request came twice: ${what}`);
        seen.add(`${connection} ${request.place}`);
      }
      if (response) assert.equal(response.text, answered?.response?.text, `no such response: ${what}`);
      if (request && response) assert.equal(asked, answered, `a wrong pair: ${what}`);
      if (!response) assert.notEqual(exchange.outcome, 'answered', what);
      checkBytes(what, request, asked?.request);
      checkBytes(what, response, answered?.response);
      if (asked && asked === answered && exchange.outcome === 'answered' && !exchange.incomplete) {
        assert.deepEqual([request?.bytes, response?.bytes], [asked.request?.bytes, asked.response?.bytes], what);
      }
    }
  }
}

type Sized = { readonly bytes: number } | undefined;

function checkBytes(what: string, seen: Sized, sent: Sized): void {
  if (seen && sent) assert.ok(seen.bytes <= sent.bytes, `more bytes than were sent: ${what}`);
}
