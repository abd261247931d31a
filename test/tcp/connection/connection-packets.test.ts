import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../support/program/random.ts';
import { duplicated, overlapped, shuffled } from '../../support/tcp/impairments.ts';
import { ScriptedRun } from '../../support/tcp/scripted-run.ts';
import { TcpConversation } from '../../support/tcp/tcp-conversation.ts';
import { TcpRun } from '../../support/tcp/tcp-run.ts';

/** Of the only connection. The client is side 0. */
function packets(run: ScriptedRun) {
  return run.connection.handle.packets;
}

test('the handshake lasts from the SYN to the segment by which its sender acknowledges the other SYN', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'later' });
  assert.equal(packets(run).connectTime, 2000);
});

test('a SYN that is sent again does not make the handshake shorter', () => {
  const run = new ScriptedRun().client({ at: -1, flags: 'S' }).wait(1000).handshake();
  assert.equal(packets(run).connectTime, 1_003_000);
});

test('the first payload ends the handshake where its bare acknowledgment was not captured', () => {
  const run = new ScriptedRun().client({ at: -1, flags: 'S' }).server({ at: -1, flags: 'SA', ack: 0 }).wait(3);
  assert.equal(packets(run).connectTime, undefined);
  run.client({ payload: 'first' });
  assert.equal(packets(run).connectTime, 5000);
});

test('the time of the handshake is not known without the SYN', () => {
  const run = new ScriptedRun().server({ at: -1, flags: 'SA', ack: 0 }).client({ ack: 0 }).client({ payload: 'x' });
  assert.equal(packets(run).connectTime, undefined);
  const joined = new ScriptedRun().client({ payload: 'x' }).server({ payload: 'y' });
  assert.equal(packets(joined).connectTime, undefined);
});

test('a clock that steps back in the handshake gives no negative time', () => {
  const run = new ScriptedRun().client({ at: -1, flags: 'S' });
  run.now -= 5000;
  run.server({ at: -1, flags: 'SA', ack: 0 }).client({ ack: 0 });
  assert.equal(packets(run).connectTime, 0);
});

test('the side of the first FIN or RST has ended the connection', () => {
  const begin = () => new ScriptedRun().handshake().client({ payload: 'ask' });
  assert.equal(packets(begin()).endedBy, undefined);
  assert.equal(packets(begin().client({ flags: 'FA' })).endedBy, 0);
  assert.equal(packets(begin().server({ flags: 'R' })).endedBy, 1);
  assert.equal(packets(begin().server({ flags: 'FA' }).client({ flags: 'RA' })).endedBy, 1);
  assert.equal(packets(begin().client({ flags: 'FA' }).server({ flags: 'RA' })).endedBy, 0);
  assert.equal(packets(begin().client({ flags: 'RA' }).server({ flags: 'FA' })).endedBy, 0);
});

test('a FIN counts when it was captured, also behind bytes that are still missing', () => {
  const run = new ScriptedRun().handshake().server({ at: 10, flags: 'FA' }).client({ flags: 'FA' });
  assert.equal(packets(run).endedBy, 1);
});

test('an RST that its receiver did not accept has ended nothing', () => {
  const run = new ScriptedRun().handshake().server({ payload: 'one', flags: 'A' }).server({ flags: 'R' });
  assert.equal(packets(run).endedBy, 1);
  run.server({ payload: 'two' }).client({ flags: 'FA' });
  assert.equal(packets(run).endedBy, 0);
});

test('segments that come again count, in whatever boundaries, of both sides', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'request' }).server({ payload: 'response' });
  assert.equal(packets(run).sentAgain, 0);
  run.client({ at: 0, payload: 'request' });
  assert.equal(packets(run).sentAgain, 1);
  run.server({ at: 3, payload: 'ponse and more' });
  assert.equal(packets(run).sentAgain, 2);
  run.server({ at: 40, payload: 'out of order' });
  run.server({ at: 35, payload: 'and out of it' });
  assert.equal(packets(run).sentAgain, 3);
});

test('segments without payload, keep-alive probes and late segments are not sent again', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'request' }).server({ payload: 'response' });
  run.client({ at: 6, payload: '\0' }).server({ at: 7, payload: 'e' }).client({ at: 6 });
  run.server({ at: 20, payload: 'late' }).server({ at: 8, payload: 'twelve bytes' });
  run.client({ flags: 'FA' }).client({ at: 7, flags: 'FA' });
  assert.equal(packets(run).sentAgain, 0);
});

test('what is sent again of a side that has ended counts as well', () => {
  const run = new ScriptedRun().handshake().client({ payload: 'request', flags: 'FA' });
  assert.equal(packets(run.client({ at: 0, payload: 'request', flags: 'FA' })).sentAgain, 1);
});

test('what was sent before a settled place counts no more, also where sequence numbers wrap', () => {
  const first = 2 ** 32 - 12;
  const run = new ScriptedRun({ clientFirst: first }).handshake().client({ payload: '01234567' });
  packets(run).settle(0, (first + 8) | 0);
  run.client({ at: 0, payload: '01234567' });
  assert.equal(packets(run).sentAgain, 0);
  run.client({ at: 8, payload: '89abcdef' }).client({ at: 8, payload: '89abcdef' });
  assert.equal(packets(run).sentAgain, 1);
  run.client({ at: 6, payload: '6789' });
  assert.equal(packets(run).sentAgain, 2);
});

test('exactly those segments count whose bytes were captured before', () => {
  const plans = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }),
    mss: fc.integer({ min: 20, max: 300 }),
    sequence: fc.constantFrom(0, 0x7fff_fff0, 0xffff_fff0),
    displacement: fc.integer({ min: 0, max: 20 }),
    repeated: fc.constantFrom(0, 0.1, 0.5),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(plans, ({ lengths, mss, sequence, displacement, repeated, seed }) => {
      const conversation = new TcpConversation({ mss, clientSequence: sequence, serverSequence: sequence });
      lengths.forEach((length, turn) => {
        conversation[turn % 2 === 0 ? 'client' : 'server'](Buffer.alloc(length, 'x'));
      });
      const random = createRandom(seed);
      const all = conversation.packets;
      const data = shuffled(
        overlapped(duplicated(all.slice(3), repeated, 9, random), repeated, random),
        displacement,
        random,
      );
      const run = new TcpRun();
      for (const { bytes, time } of [...all.slice(0, 3), ...data]) run.packet(bytes, time);
      const seen = { client: new Set<number>(), server: new Set<number>() };
      let longer = 0;
      let single = 0;
      for (const { from, fields } of data) {
        const places = Array.from(fields.payload, (_, index) => (fields.sequence + index) >>> 0);
        const isKnown = places.some((place) => seen[from].has(place));
        if (isKnown && places.length === 1) single++;
        else if (isKnown) longer++;
        for (const place of places) seen[from].add(place);
      }
      const { sentAgain } = run.connection.handle.packets;
      // A single byte may have been taken for a probe.
      assert.ok(longer <= sentAgain && sentAgain <= longer + single, `${longer} of ${sentAgain}, ${single} single`);
    }),
    { numRuns: 300 },
  );
});
