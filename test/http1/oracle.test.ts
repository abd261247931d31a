import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PlannedConnection, playConnection, type SentExchange } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { Playbook } from '../support/http1/playbook.ts';
import { createRandom, randomInteger } from '../support/program/random.ts';

/**
 * What each exchange of a connection without a flaw must look like: as it was planned, in the order of the requests.
 */
function expectedLine({ method, id, status, informational, requestBytes, responseBytes }: SentExchange): string {
  const parts = [`${method} /${id} ${status} answered`];
  if (informational.length > 0) parts.push(`after ${informational.join(',')}`);
  if (requestBytes > 0) parts.push(`sent ${requestBytes}`);
  if (responseBytes > 0) parts.push(`received ${responseBytes}`);
  return parts.join(' ');
}

/**
 * Plays the payloads of a connection in their order; `pieces` cuts them once more, into pieces of at most so many
 * bytes.
 */
function play(plan: PlannedConnection, pieces: (length: number) => number) {
  const { packets, exchanges } = playConnection(plan, 'x');
  const playbook = new Playbook({ bodyLimitBytes: 64 });
  for (const { from, fields } of packets) {
    const side = from === 'client' ? 0 : 1;
    for (let at = 0; at < fields.payload.length; ) {
      const size = pieces(fields.payload.length);
      playbook.data(side, fields.payload.subarray(at, at + size));
      at += size;
    }
    if (fields.flags?.includes('F')) playbook.end(side);
  }
  return { playbook: playbook.close('finished'), exchanges };
}

function check(depth: fc.Arbitrary<number>): void {
  const property = fc.property(plannedConnection(0, depth), fc.nat(), (plan, seed) => {
    const random = createRandom(seed);
    for (const pieces of [() => 100_000, () => randomInteger(random, 1, 100)]) {
      const { playbook, exchanges } = play(plan, pieces);
      assert.deepEqual(playbook.lines, exchanges.map(expectedLine));
      assert.equal(playbook.counters.exchanges_answered, exchanges.length);
      assert.equal(playbook.counters.http_malformed, 0);
      assert.equal(playbook.connection.heldBytes, 0);
      assert.equal(playbook.timeouts.size, 0);
      for (const { request, response } of playbook.exchanges) checkTimes(request, response);
    }
  });
  fc.assert(property, { numRuns: 150 });
}

type Times = { readonly firstByteTime: number; readonly lastByteTime: number } | undefined;

function checkTimes(request: Times, response: Times): void {
  assert.ok(request !== undefined && response !== undefined);
  const marks = [request.firstByteTime, request.lastByteTime, response.firstByteTime, response.lastByteTime];
  assert.deepEqual(
    marks,
    [...marks].sort((a, b) => a - b),
  );
}

test('lock-step connections come out as they were planned', () => check(fc.constant(1)));

test('pipelined connections come out as they were planned', () => check(fc.integer({ min: 2, max: 5 })));
