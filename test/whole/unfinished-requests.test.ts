import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answer, send } from '../support/golden/golden-messages.ts';
import { runPackets } from '../support/program/run-pipeline.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const second = 1_000_000;
const request = send('POST', '/up', 'x'.repeat(20));
const firstLine = request.indexOf('\n') + 1;

type End = 'client' | 'server' | 'reset' | 'answer' | 'capture';

/** A request of which nothing comes behind `cut`, with a pause before its last byte and one before the end. */
function unfinished(cut: number, pauses: readonly [number, number], end: End): TcpConversation {
  const conversation = new TcpConversation().client(request.slice(0, cut - 1)).wait(pauses[0]);
  conversation.client(request.slice(cut - 1, cut)).wait(pauses[1]);
  if (end === 'answer') conversation.server(answer(408, 'x')).close('server');
  else if (end === 'reset') conversation.reset('server');
  else if (end !== 'capture') conversation.close(end);
  return conversation;
}

test('a request that its sender never finished has taken until its last byte, not until the connection ended', () => {
  const cuts = fc.integer({ min: firstLine + 1, max: request.length - 1 });
  const pause = fc.integer({ min: 1, max: 30 * second });
  const ends = fc.constantFrom<End[]>('client', 'server', 'reset', 'answer', 'capture');
  const property = fc.property(cuts, fc.tuple(pause, pause), ends, (cut, pauses, end) => {
    const { packets } = unfinished(cut, pauses, end);
    const sent = packets.filter(({ from, fields }) => from === 'client' && fields.payload.length > 0);
    const { exchanges } = runPackets(packets);
    const [first] = exchanges;
    const times = [first?.request?.firstByteTime, first?.request?.lastByteTime];
    assert.deepEqual(times, [sent[0]?.time, sent.at(-1)?.time]);
    assert.equal(first?.request?.bodyBytes, Math.max(0, cut - (request.length - 20)));
  });
  fc.assert(property, { numRuns: 200 });
});
