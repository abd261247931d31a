import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinkType } from '../../src/capture/frame.ts';
import { fileSettings, runPackets } from '../support/program/run-pipeline.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const untilClose = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody';
const requests = fc.constantFrom(
  'GET /a HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nwhole one',
  'POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
  'POST /a HTTP/1.1\r\nContent-Length: 90\r\n\r\nonly the beginning',
  'POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n20\r\na',
  'GET /a HTTP/1.1\r\nHost: a\r\nAccept: te',
);
const responses = fc.constantFrom(
  untilClose,
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nA: b\r\n\r\n',
  'no status line',
);
/** In segments of any size, each after some microseconds. */
const pauses = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1, maxLength: 8 });
const size = fc.integer({ min: 1, max: 60 });

type Played = { readonly first: number; readonly last: number };

/** Sends a message piece by piece; a piece later than the last one it has comes with it. */
function send(connection: TcpConversation, from: 'client' | 'server', text: string, waits: readonly number[]): Played {
  const length = Math.ceil(text.length / waits.length);
  let first: number | undefined;
  let last = 0;
  for (const [index, wait] of waits.entries()) {
    const piece = text.slice(index * length, (index + 1) * length);
    if (piece === '') break;
    connection.wait(wait);
    const count = connection.packets.length;
    connection[from](piece);
    const sent = connection.packets.slice(count).filter(({ fields }) => fields.payload.length > 0);
    first ??= sent[0]?.time;
    last = sent.at(-1)?.time ?? last;
  }
  return { first: first ?? 0, last };
}

const first = ['GET /first HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'] as const;

test('a message lasts from its first byte to its last one, however late the FIN behind it comes', () => {
  const plans = [fc.boolean(), requests, responses, pauses, pauses, size] as const;
  const property = fc.property(...plans, (isFirst, request, response, before, after, mss) => {
    const connection = new TcpConversation({ mss });
    // Else the protocol is known before the exchange begins.
    if (!isFirst) connection.client(first[0]).server(first[1]);
    const asked = send(connection, 'client', request, before);
    // A client that stops in the middle says so.
    if (/beginning|20\r\na$|te$/.test(request)) connection.wait(before[0] ?? 0).fin('client');
    const answered = send(connection, 'server', response, after);
    connection.wait(after[0] ?? 0).fin('server');
    const { exchanges, failures } = runPackets(connection.packets, LinkType.raw, fileSettings());
    assert.deepEqual(failures, []);
    const exchange = exchanges.at(-1);
    assert.equal(exchanges.length, isFirst ? 1 : 2);
    const seen = [exchange?.request, exchange?.response].map((message) => ({
      first: message?.firstByteTime,
      last: message?.lastByteTime,
    }));
    assert.deepEqual(seen, [asked, answered]);
  });
  fc.assert(property, { numRuns: 500 });
});
