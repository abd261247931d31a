import { createRandom } from '../program/random.ts';
import { duplicated, overlapped, shuffled, without } from '../tcp/impairments.ts';
import { type ConversationPacket, TcpConversation } from '../tcp/tcp-conversation.ts';
import type { GoldenCapture } from './golden.ts';
import { answer, ethernetCapture, expectExchange, expectUnanswered, get, send } from './golden-messages.ts';

/** What the network or the capture did to the packets. */
export function goldenLoss(): GoldenCapture[] {
  return [
    ...[outOfOrder(), overlap(), sequenceWrap(), lostInRequestBody(), lostInResponseBody(), lostHead()],
    ...[midStream()],
  ];
}

/** Runs of data packets, without the empty ones around them, so that nothing is acknowledged before it is there. */
function inDataRuns(
  packets: readonly ConversationPacket[],
  change: (run: readonly ConversationPacket[]) => readonly ConversationPacket[],
): ConversationPacket[] {
  const runs: ConversationPacket[][] = [];
  let last: ConversationPacket | undefined;
  for (const packet of packets) {
    const hasData = packet.fields.payload.length > 0;
    if (hasData && last !== undefined && last.fields.payload.length > 0) runs.at(-1)?.push(packet);
    else runs.push([packet]);
    last = packet;
  }
  return runs.flatMap((run) => change(run));
}

function upAndDown(options: { readonly clientSequence?: number; readonly serverSequence?: number } = {}) {
  const connection = new TcpConversation({ mss: 200, ...options })
    .client(send('POST', '/up', 'u'.repeat(4321)))
    .server(answer(200, 'd'.repeat(6543)))
    .client(get('/again'))
    .server(answer(200, 'a'.repeat(321)))
    .close();
  const exchanges = [
    expectExchange({ method: 'POST', url: '/up', request_bytes: 4321, response_bytes: 6543 }),
    expectExchange({ url: '/again', response_bytes: 321 }),
  ];
  return { packets: connection.packets, exchanges };
}

function outOfOrder(): GoldenCapture {
  const { packets, exchanges } = upAndDown();
  const random = createRandom(1);
  const impaired = inDataRuns(packets, (run) => duplicated(shuffled(run, 5, random), 0.3, 4, random));
  return ethernetCapture('out-of-order', impaired, exchanges);
}

function overlap(): GoldenCapture {
  const { packets, exchanges } = upAndDown();
  const random = createRandom(2);
  const impaired = inDataRuns(packets, (run) => shuffled(overlapped(run, 0.5, random), 3, random));
  return ethernetCapture('overlap', impaired, exchanges);
}

/** Both sequence numbers pass 2^32 in the middle of a body, and packets change places there. */
function sequenceWrap(): GoldenCapture {
  const { packets, exchanges } = upAndDown({ clientSequence: 2 ** 32 - 2000, serverSequence: 2 ** 32 - 3000 });
  const random = createRandom(3);
  return ethernetCapture(
    'sequence-wrap',
    inDataRuns(packets, (run) => shuffled(run, 4, random)),
    exchanges,
  );
}

const marked = `${'m'.repeat(1700)}LOST${'m'.repeat(3296)}`;

function lostInRequestBody(): GoldenCapture {
  const connection = new TcpConversation({ mss: 500 })
    .client(send('POST', '/lossy', marked))
    .server(answer(200, 'got it all'))
    .client(get('/next'))
    .server(answer(200, 'next'))
    .close();
  return ethernetCapture('lost-in-request-body', without(connection.packets, 'LOST'), [
    expectExchange({
      ...{ method: 'POST', url: '/lossy', incomplete: true, gap_bytes: 500 },
      ...{ request_bytes: 5000, response_bytes: 10 },
    }),
    expectExchange({ url: '/next', response_bytes: 4 }),
  ]);
}

function lostInResponseBody(): GoldenCapture {
  const connection = new TcpConversation({ mss: 500 })
    .client(get('/lossy'))
    .server(answer(200, marked))
    .client(get('/next'))
    .server(answer(200, 'next'))
    .close();
  return ethernetCapture('lost-in-response-body', without(connection.packets, 'LOST'), [
    expectExchange({ url: '/lossy', incomplete: true, gap_bytes: 500, response_bytes: 5000 }),
    expectExchange({ url: '/next', response_bytes: 4 }),
  ]);
}

/** The whole second answer is missing: the third must not be taken for it. */
function lostHead(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/one'))
    .server(answer(200, '1'))
    .client(get('/two'))
    .server(answer(404, 'LOST'))
    .client(get('/three'))
    .server(answer(503, '333'))
    .client(get('/four'))
    .server(answer(201, '4444'))
    .close();
  return ethernetCapture('lost-head', without(connection.packets, 'LOST'), [
    expectExchange({ url: '/one', response_bytes: 1 }),
    expectUnanswered('unknown', { url: '/two' }),
    expectExchange({ url: '/three', status: 503, response_bytes: 3 }),
    expectExchange({ url: '/four', status: 201, response_bytes: 4 }),
  ]);
}

/** The capture begins in the middle of a response body. */
function midStream(): GoldenCapture {
  const connection = new TcpConversation({ handshake: false, clientSequence: 7e8, serverSequence: 4e9 })
    .server(`${'rest of a body '.repeat(200)}\r\n`)
    .client(get('/seen'))
    .server(answer(200, 'whole'))
    .client(get('/seen-too'))
    .server(answer(302, '', 'Location: /'))
    .close();
  return ethernetCapture('mid-stream', connection.packets, [
    expectExchange({ url: '/seen', response_bytes: 5 }),
    expectExchange({ url: '/seen-too', status: 302, response_bytes: 0 }),
  ]);
}
