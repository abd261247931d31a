import { conversationStart, merged, TcpConversation } from '../tcp/tcp-conversation.ts';
import type { GoldenCapture } from './golden.ts';
import { answer, ethernetCapture, expectExchange, expectUnanswered, get, message, send } from './golden-messages.ts';

/** How exchanges end when they are not simply answered. */
export function goldenEndings(): GoldenCapture[] {
  return [
    ...[resetUnanswered(), resetInBody(), closedUnanswered(), closedInBody(), halfClose(), timeout(), neverAnswered()],
    ...[captureEnds(), portReuse(), resetOvertaken(), resetForged(), sentAgain()],
  ];
}

function resetUnanswered(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/fine'))
    .server(answer(200, 'ok'))
    .client(send('POST', '/crash', 'boom'))
    .reset('server');
  return ethernetCapture('reset-unanswered', connection.packets, [
    expectExchange({ url: '/fine', response_bytes: 2 }),
    expectUnanswered('reset', { method: 'POST', url: '/crash', request_bytes: 4 }),
  ]);
}

function resetInBody(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/film'))
    .server(message('HTTP/1.1 200 OK', ['Content-Length: 1000000'], 'f'.repeat(7000)))
    .reset('client');
  return ethernetCapture('reset-in-body', connection.packets, [
    expectExchange({ url: '/film', outcome: 'reset', response_bytes: 7000 }),
  ]);
}

function closedUnanswered(): GoldenCapture {
  const connection = new TcpConversation().client(get('/nothing')).close('server');
  return ethernetCapture('closed-unanswered', connection.packets, [expectUnanswered('closed', { url: '/nothing' })]);
}

function closedInBody(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/half'))
    .server(message('HTTP/1.1 206 Partial Content', ['Content-Length: 1000'], 'h'.repeat(400)))
    .close('server');
  return ethernetCapture('closed-in-body', connection.packets, [
    expectExchange({ url: '/half', status: 206, outcome: 'closed', response_bytes: 400 }),
  ]);
}

function halfClose(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/report'))
    .fin('client')
    .wait(2_000_000)
    .server(answer(200, 'r'.repeat(4000)))
    .fin('server');
  return ethernetCapture('half-close', connection.packets, [expectExchange({ url: '/report', response_bytes: 4000 })]);
}

/** The answer comes 15 s after the request. Other packets let capture time pass meanwhile. */
function timeout(): GoldenCapture {
  const slow = new TcpConversation({ clientPort: 40001 })
    .client(get('/slow'))
    .wait(15_000_000)
    .server(answer(200, 'too late'))
    .client(get('/quick'))
    .server(answer(200, 'in time'))
    .close();
  const busy = new TcpConversation({ clientPort: 40002, time: conversationStart + 100_000, acks: false });
  for (let second = 1; second < 18; second++) {
    busy
      .client(get(`/${second}`))
      .server(answer(200, ''))
      .wait(1_000_000);
  }
  busy.close();
  const answered = Array.from({ length: 17 }, (_, index) =>
    expectExchange({ client_port: 40002, url: `/${index + 1}`, response_bytes: 0 }),
  );
  return ethernetCapture('timeout', merged(slow, busy), [
    expectExchange({ client_port: 40001, url: '/slow', response_bytes: 8 }),
    expectExchange({ client_port: 40001, url: '/quick', response_bytes: 7 }),
    ...answered,
  ]);
}

/** One request has waited for 12 s when the capture ends, the other one for 8 s. */
function neverAnswered(): GoldenCapture {
  const old = new TcpConversation({ clientPort: 40001 }).client(get('/old'));
  const young = new TcpConversation({ clientPort: 40002, time: conversationStart + 4_000_000 }).client(get('/young'));
  const last = new TcpConversation({ clientPort: 40003, time: conversationStart + 12_000_000 })
    .client(get('/last'))
    .server(answer(200, ''))
    .close();
  return ethernetCapture('never-answered', merged(old, young, last), [
    expectUnanswered('timeout', { client_port: 40001, url: '/old' }),
    expectUnanswered('unknown', { client_port: 40002, url: '/young' }),
    expectExchange({ client_port: 40003, url: '/last', response_bytes: 0 }),
  ]);
}

function captureEnds(): GoldenCapture {
  const { packets } = new TcpConversation().client(get('/and')).server(answer(200, '')).client(get('/then'));
  return ethernetCapture('capture-ends', packets, [
    expectExchange({ url: '/and', response_bytes: 0 }),
    expectUnanswered('unknown', { url: '/then' }),
  ]);
}

/** The end of the first connection was not captured; its port is used again a second later. */
function portReuse(): GoldenCapture {
  const first = new TcpConversation().client(get('/first')).server(answer(200, 'one'));
  const second = new TcpConversation({ time: first.time + 1e6, clientSequence: 3e9, serverSequence: 2e9 })
    .client(get('/second'))
    .server(answer(200, 'other'))
    .close();
  return ethernetCapture('port-reuse', merged(first, second), [
    expectExchange({ url: '/first', response_bytes: 3 }),
    expectExchange({ url: '/second', response_bytes: 5 }),
  ]);
}

/** The client gives up while the answer is under way. */
function resetOvertaken(): GoldenCapture {
  const connection = new TcpConversation({ acks: false })
    .client(get('/late'))
    .reset('client')
    .server(answer(200, 'sent before'));
  return ethernetCapture('reset-overtaken', connection.packets, [expectExchange({ url: '/late', response_bytes: 11 })]);
}

/**
 * Someone in between sends RSTs, with a sequence number that fits and with one that does not; the conversation goes on.
 */
function resetForged(): GoldenCapture {
  const connection = new TcpConversation()
    .client(get('/one'))
    .reset('server')
    .server(answer(200, 'one'))
    .wait(5_000_000);
  const forged = new TcpConversation({ time: connection.time, clientSequence: 9_000_000, serverSequence: 1 })
    .reset('server')
    .packets.slice(3);
  connection.wait(100_000).client(get('/two')).wait(100_000).server(answer(200, 'other')).close();
  const packets = [...connection.packets, ...forged].sort((a, b) => a.time - b.time);
  return ethernetCapture('reset-forged', packets, [
    expectExchange({ url: '/one', response_bytes: 3 }),
    expectExchange({ url: '/two', response_bytes: 5 }),
  ]);
}

/** The request and the answer come once more, long after the end. */
function sentAgain(): GoldenCapture {
  const connection = new TcpConversation().client(get('/once')).server(answer(200, 'once')).close();
  const again = connection.packets
    .filter(({ fields }) => fields.payload.length > 0)
    .map((packet, index) => ({ ...packet, time: packet.time + (index + 1) * 20_000_000 }));
  return ethernetCapture(
    'sent-again',
    [...connection.packets, ...again],
    [expectExchange({ url: '/once', response_bytes: 4 })],
  );
}
