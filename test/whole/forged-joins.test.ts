import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { playConnection } from '../support/http/http-conversation.ts';
import { plannedConnection } from '../support/http/http-plans.ts';
import { runPackets } from '../support/program/run-pipeline.ts';
import { type Forgery, forge, forgery, probe } from '../support/tcp/forgeries.ts';
import { type ConversationPacket, type Side, TcpConversation } from '../support/tcp/tcp-conversation.ts';

/** Something that comes before packet `place`, counted from the join: forged, or a copy of an earlier packet. */
type Extra =
  | { readonly kind: 'forged'; readonly side: Side; readonly forgery: Forgery }
  | { readonly kind: 'copy'; readonly place: number; readonly back: number };

const place = fc.oneof(fc.constant(0), fc.nat(8), fc.nat(60));
const forged: fc.Arbitrary<Extra> = fc
  .record({ side: fc.constantFrom('client' as const, 'server' as const), forgery: fc.oneof(forgery, probe), place })
  .map(({ side, forgery: made, place: at }) => ({ kind: 'forged' as const, side, forgery: { ...made, place: at } }));
const extra: fc.Arbitrary<Extra> = fc.oneof(
  forged,
  fc.record({ kind: fc.constant('copy' as const), place, back: fc.integer({ min: 1, max: 6 }) }),
);
const extras = fc.array(extra, { minLength: 1, maxLength: 4 });
const forgeries = fc.array(forged, { minLength: 1, maxLength: 4 });

/** What is captured from packet `start` on. */
function captured(packets: readonly ConversationPacket[], start: number, added: readonly Extra[]) {
  const left = packets.slice(start);
  return left.flatMap((packet, index) => {
    const before = packets.slice(0, start + index);
    const here = added.filter((each) => {
      const at = each.kind === 'copy' ? each.place : each.forgery.place;
      return Math.min(at, left.length - 1) === index;
    });
    const made = here.flatMap((each) => {
      if (each.kind === 'forged') return [{ ...forge(before, each.side, each.forgery), time: packet.time }];
      const original = before.at(-each.back);
      return original === undefined ? [] : [{ ...original, time: packet.time }];
    });
    return [...made, packet];
  });
}

/** Each message has the id of its exchange; a forged byte may spoil it. */
function checkIds(packets: readonly ConversationPacket[]): void {
  const { exchanges, failures } = runPackets(packets);
  assert.deepEqual(failures, []);
  for (const { request, response } of exchanges) {
    const [asked, answered] = [request?.head.headers.get('x-id'), response?.head.headers.get('x-id')];
    if (asked !== undefined && answered !== undefined) assert.equal(answered, asked, 'mispaired');
  }
}

const runs = { numRuns: 400 };

test('no forgery and no probe around a join makes a wrong pair', () => {
  fc.assert(
    fc.property(plannedConnection(0, fc.constant(1)), fc.nat(), forgeries, (plan, at, added) => {
      const played = playConnection(plan, 'a');
      const start = 3 + (at % (played.packets.length - 3));
      checkIds(captured(played.packets, start, added));
    }),
    runs,
  );
});

test('garbage in the place of what a late copy of a request has there makes no wrong pair', () => {
  const get = (id: number) => `GET /${id} HTTP/1.1\r\nX-Id: ${id}\r\nHost: a\r\n\r\n`;
  const answer = (id: number) => `HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nContent-Length: 2\r\n\r\nok`;
  const conversation = new TcpConversation({ acks: false });
  for (const id of [1, 2, 3]) conversation.client(get(id)).server(answer(id));
  const packets = conversation.packets;
  const copied = 5;
  for (let length = 1; length <= 30; length++) {
    const probed = { place: 0, sequence: -length, acknowledgment: 0, flags: 'A', length };
    const seen = packets.slice(copied + 1);
    const time = seen.at(-1)?.time ?? 0;
    const garbage = { ...forge(packets.slice(0, copied + 1), 'client', probed), time: seen[0]?.time ?? 0 };
    checkIds([garbage, ...seen, { ...(packets[copied] as ConversationPacket), time }]);
  }
});

test('nor do copies of requests together with forgeries where the connection was seen from its start', () => {
  fc.assert(
    fc.property(plannedConnection(0, fc.constantFrom(1, 3)), extras, (plan, added) => {
      const played = playConnection(plan, 'a');
      const opened = captured(played.packets, 3, added);
      checkIds([...played.packets.slice(0, 3), ...opened]);
    }),
    runs,
  );
});
