import assert from 'node:assert/strict';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { PlayedConnection, SentExchange } from '../http/http-conversation.ts';

/** What was put into a connection, as it must come out when nothing is lost; times are left out. */
export function expectedExchanges({ plan, exchanges }: PlayedConnection): readonly object[] {
  return exchanges.map((sent) => ({
    ...{ client: plan.options.clientIp, request: sent.id, response: sent.id, method: sent.method, status: sent.status },
    ...{ informational: sent.informational, requestBytes: sent.requestBytes, responseBytes: sent.responseBytes },
    ...{ requestSequence: sent.requestSequence, responseSequence: sent.responseSequence },
    ...{ outcome: 'answered', incomplete: false, gapBytes: 0 },
  }));
}

/** The same of what came out. */
export function seenExchange({ endpoints, request, response, ...rest }: Exchange): object {
  return {
    ...{ client: endpoints.clientIp, request: request?.head.headers.get('x-id') },
    ...{ response: response?.head.headers.get('x-id'), method: request?.head.method, status: response?.head.status },
    ...{ informational: rest.informational, requestBytes: request?.bodyBytes, responseBytes: response?.bodyBytes },
    ...{ requestSequence: request?.sequence, responseSequence: response?.sequence },
    ...{ outcome: rest.outcome, incomplete: rest.incomplete, gapBytes: rest.gapBytes },
  };
}

/**
 * A request and a response of one exchange, as they were sent: where a message begins in its stream tells which one it
 * is.
 */
export type Identified = { readonly asked: SentExchange | undefined; readonly answered: SentExchange | undefined };

/**
 * Whatever was lost of a connection, nothing may be made up: every message that comes out was sent, comes out once, and
 * is what it was; what says that it is complete, is. The request of a late response came before, and comes again.
 */
export function checkNothingInvented(played: PlayedConnection, exchanges: readonly Exchange[]): Identified[] {
  const requests = new Set<SentExchange>();
  const responses = new Set<SentExchange>();
  return exchanges.map((exchange) => {
    const { request, response } = exchange;
    const asked = request && played.exchanges.find((sent) => sent.requestSequence === request.sequence);
    const answered = response && played.exchanges.find((sent) => sent.responseSequence === response.sequence);
    if (request !== undefined) {
      assert.ok(asked, `no request began at ${request.sequence}`);
      assert.equal(requests.has(asked), exchange.late === true, `the request of ${asked.id} came twice`);
      requests.add(asked);
      assert.equal(request.head.method, asked.method);
    }
    if (response !== undefined) {
      assert.ok(answered, `no response began at ${response.sequence}`);
      assert.ok(!responses.has(answered), `the response of ${answered.id} came twice`);
      responses.add(answered);
      assert.equal(response.head.status, answered.status);
    }
    assert.ok(asked ?? answered);
    if (response === undefined) assert.notEqual(exchange.outcome, 'answered');
    if (asked !== undefined && asked === answered) checkBytes(exchange, asked);
    return { asked, answered };
  });
}

function checkBytes({ request, response, incomplete, outcome, informational }: Exchange, sent: SentExchange): void {
  for (const status of informational) assert.ok(sent.informational.includes(status), `${sent.id} has no ${status}`);
  const bytes = [request?.bodyBytes ?? 0, response?.bodyBytes ?? 0] as const;
  if (outcome === 'answered' && !incomplete) assert.deepEqual(bytes, [sent.requestBytes, sent.responseBytes], sent.id);
  assert.ok(bytes[0] <= sent.requestBytes && bytes[1] <= sent.responseBytes, `${sent.id} has too many bytes`);
}

/** No response is given to a request that it does not belong to. */
export function checkPairs(identified: readonly Identified[]): void {
  for (const { asked, answered } of identified) {
    if (asked !== undefined && answered !== undefined) assert.equal(answered.id, asked.id, 'mispaired');
  }
}
