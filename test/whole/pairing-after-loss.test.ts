import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinkType } from '../../src/capture/frame.ts';
import { answer, get, message } from '../support/golden/golden-messages.ts';
import { rawFrame, runPackets, startPipeline } from '../support/program/run-pipeline.ts';
import {
  type ConversationOptions,
  type ConversationPacket,
  conversationStart,
  TcpConversation,
} from '../support/tcp/tcp-conversation.ts';

/** Cases that the property tests have found, made small. `lost` parts were sent, but not captured. */
type Part = { readonly from: 'client' | 'server'; readonly text: string; readonly isLost: boolean };

const client = (text: string): Part => ({ from: 'client', text, isLost: false });
const server = (text: string): Part => ({ from: 'server', text, isLost: false });
const lost = (part: Part): Part => ({ ...part, isLost: true });

type Packets = readonly ConversationPacket[];

/** Each exchange as its target and status; `-` for what was not seen. `inOrder`: as it was captured. */
function exchangesOf(
  parts: readonly Part[],
  options: ConversationOptions = {},
  inOrder: (packets: Packets) => Packets = (packets) => packets,
): string[] {
  const connection = new TcpConversation({ acks: false, ...options });
  const captured: ConversationPacket[] = [...connection.packets];
  for (const { from, text, isLost } of parts) {
    const before = connection.packets.length;
    connection[from](text);
    if (!isLost) captured.push(...connection.packets.slice(before));
  }
  return linesOf(inOrder(captured));
}

/** Packets in another order than they were sent in. */
function captured(...packets: readonly (ConversationPacket | undefined)[]): Packets {
  return packets.flatMap((packet, index) =>
    packet === undefined ? [] : { ...packet, time: conversationStart + index },
  );
}

function linesOf(packets: Packets): string[] {
  const { exchanges } = runPackets(packets);
  return exchanges.map(({ request, response }) => `${request?.head.target ?? '-'} ${response?.head.status ?? '-'}`);
}

const [beginning, rest] = ['GET /b HTTP/1.1\r\nHost: a', '.example\r\n\r\n'];

describe('a client that waits for each response', () => {
  test('is paired again after a lost response', () => {
    const parts = [client(get('/a')), lost(server(answer(200, ''))), client(get('/b')), server(answer(201, ''))];
    assert.deepEqual(exchangesOf(parts), ['/a -', '/b 201']);
  });

  test('is paired again after a lost request', () => {
    const parts = [lost(client(get('/a'))), server(answer(200, '')), client(get('/b')), server(answer(201, ''))];
    assert.deepEqual(exchangesOf(parts), ['- 200', '/b 201']);
  });

  test('is paired again after a lost exchange', () => {
    const lostPair = [lost(client(get('/b'))), lost(server(answer(201, '')))];
    const parts = [client(get('/a')), server(answer(200, '')), ...lostPair, client(get('/c')), server(answer(202, ''))];
    assert.deepEqual(exchangesOf(parts), ['/a 200', '/c 202']);
  });

  test('is paired again after a lost response and the next request', () => {
    const parts = [
      ...[client(get('/a')), lost(server(answer(200, ''))), lost(client(get('/b'))), server(answer(201, ''))],
      ...[client(get('/c')), server(answer(202, '')), client(get('/d')), server(answer(203, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/a -', '- 201', '/c 202', '/d 203']);
  });

  test('is paired again after an upload of which several parts are missing', () => {
    const head = message('POST /a HTTP/1.1', ['Transfer-Encoding: chunked'], '');
    const parts = [
      ...[client(`${head}4\r\nbo`), lost(client('dy\r\n4\r')), client('\nbody'), lost(client('\r\n0\r\n\r\n'))],
      ...[server(answer(200, '')), client(get('/b')), server(answer(201, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/a 200', '/b 201']);
  });

  test('gets no later response for a request whose end was lost with its response', () => {
    const parts = [
      ...[
        client(get('/a')),
        server(answer(200, '')),
        client(beginning),
        lost(client(rest)),
        lost(server(answer(201, ''))),
      ],
      ...[lost(client(get('/c'))), server(answer(202, '')), client(get('/d')), server(answer(203, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/a 200', '/b -', '- 202', '/d 203']);
  });

  test('gets no later response for a request between two lost ones', () => {
    const parts = [
      ...[client(get('/a')), server('HTTP/1.1 200 OK\r\nConte'), lost(server('nt-Length: 0\r\n\r\n'))],
      ...[client(get('/b')), lost(server(answer(201, ''))), lost(client(get('/c'))), server(answer(202, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/a 200', '/b -', '- 202']);
  });

  test('gets no later response where that one was captured before its request', () => {
    const lostParts = [lost(server(answer(201, ''))), lost(client(get('/c')))];
    for (const status of [202, 103]) {
      const later = [server(message(`HTTP/1.1 ${status} Fine`, [], '')), server(answer(203, ''))];
      const [first = '', ...texts] = ['GET /a HTTP/1.1\r\nHo', 'st: a\r\n\r\n', answer(200, '')];
      const parts = [client(first), lost(client(texts[0] ?? '')), lost(server(texts[1] ?? '')), client(get('/b'))];
      const lines = exchangesOf([...parts, ...lostParts, ...later], {}, ([syn, synAck, ack, a, b, answered, ...rest]) =>
        captured(syn, synAck, ack, a, answered, b, ...rest),
      );
      assert.deepEqual(lines, ['/a -', '/b -', ...(status === 202 ? ['- 202'] : []), '- 203']);
    }
  });

  test('gets no later response where the SYNs are missing, too', () => {
    const parts = [client(get('/a')), lost(server(answer(200, ''))), client(get('/b')), server(answer(201, ''))];
    const lines = exchangesOf(parts, { handshake: false });
    assert.ok(!lines.includes('/a 201'), lines.join());
  });
});

describe('a client that does not wait', () => {
  test('keeps the responses of the requests from before a loss', () => {
    const parts = [
      ...[client(get('/a')), client(get('/b')), lost(client(get('/c'))), client(get('/d'))],
      ...[server(answer(200, '')), server(answer(201, '')), server(answer(202, '')), server(answer(203, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/a 200', '/b 201', '/d -', '- 202', '- 203']);
  });

  test('is not paired any more where it was seen before that a request was lost', () => {
    const parts = [
      ...[lost(client(get('/a'))), client(get('/b')), server(answer(200, '')), client(get('/c'))],
      ...[server(answer(201, '')), server(answer(202, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['/b -', '- 200', '/c -', '- 201', '- 202']);
  });

  test('is not paired where an interim answer shows that a request was lost', () => {
    const parts = [
      ...[lost(client(get('/a') + get('/b'))), server(answer(200, '')), server(message('HTTP/1.1 103 Hints', [], ''))],
      ...[client(get('/c')), server(answer(201, '')), server(answer(202, ''))],
    ];
    assert.deepEqual(exchangesOf(parts), ['- 200', '/c -', '- 201', '- 202']);
  });
});

describe('where a message begins after loss', () => {
  test('what is left of a method is none', () => {
    const parts = [lost(client('G')), client('ET /a HTTP/1.1\r\n\r\n'), server(answer(200, ''))];
    assert.deepEqual(exchangesOf(parts), ['- 200']);
    assert.deepEqual(exchangesOf([client('ET /a HTTP/1.1\r\n\r\n'), server(answer(200, ''))], { handshake: false }), [
      '- 200',
    ]);
  });

  test('a method may come in pieces', () => {
    const parts = [client(get('/a')), server(answer(200, '')), lost(client(get('/b'))), server(answer(201, ''))];
    const pieces = [client('PO'), client('ST /c HTTP/1.1\r\n\r\n'), server(answer(202, ''))];
    assert.deepEqual(exchangesOf([...parts, ...pieces]), ['/a 200', '- 201', '/c 202']);
  });

  test('the rest of a body is not the beginning of the next request', () => {
    const body = client('the rest of a body ');
    const next = [client(get('/a')), server(answer(200, '')), client(get('/b')), server(answer(201, ''))];
    const options = { handshake: false };
    assert.deepEqual(exchangesOf([body, server(answer(204, '')), ...next], options), ['- 204', '/a 200', '/b 201']);
    // Without an answer in between, too: bytes from before the first message say nothing about it.
    assert.deepEqual(exchangesOf([body, ...next], options), ['/a 200', '/b 201']);
  });
});

test('a response that is captured before the end of its request waits for it, also when a FIN came first', () => {
  const connection = new TcpConversation({ acks: false }).client(beginning).client(rest).server(answer(200, ''));
  const [syn, synAck, ack, head, end, response] = connection.close().packets;
  const fin = connection.packets[6];
  assert.equal(fin?.fields.flags, 'FA');
  const order = [syn, synAck, ack, head, fin, response, end, connection.packets[7]];
  assert.deepEqual(linesOf(order.flatMap((packet) => packet ?? [])), ['/b 200']);
});

test('a SYN-ACK that is captured late does not cost what came before it', () => {
  const connection = new TcpConversation({ acks: false }).client(get('/a')).server('HTTP/1.1 200 ');
  const [syn, synAck, ack, request, first, ...more] = connection.server('OK\r\n\r\n').close().packets;
  const order = [syn, ack, request, ...more.slice(0, 1), first, synAck, ...more.slice(1)];
  assert.deepEqual(linesOf(order.flatMap((packet) => packet ?? [])), ['/a 200']);
});

/** Of three exchanges, what is left is the second request, all bodies, and the third response. */
function missingOnBothSides(mss: number, interval: number): readonly ConversationPacket[] {
  const connection = new TcpConversation({ mss, interval });
  const ends = [connection.packets.length];
  for (const name of ['a', 'b', 'c']) {
    connection.client(get(`/${name}`));
    ends.push(connection.packets.length);
    connection.server(message('HTTP/1.1 200 OK', [`X-Pad: ${'x'.repeat(mss)}`, 'Content-Length: 300'], ''));
    connection.server(name.repeat(300));
    ends.push(connection.packets.length);
  }
  return connection
    .wait(60_000_000)
    .close()
    .packets.filter(({ from, fields }, index) => {
      const part = ends.findLastIndex((end) => index >= end);
      if (part < 0) return index > 0;
      if (from === 'client') return part === 2 || part === 6;
      return part >= 5 || /^[abc]+$/.test(fields.payload.toString('latin1'));
    });
}

test('where bytes of both sides are missing, a request comes before what the server sent behind it', () => {
  for (const mss of [50, 60, 80, 200]) {
    for (const interval of [100, 1000, 10_000, 100_000]) {
      assert.deepEqual(linesOf(missingOnBothSides(mss, interval)).sort(), ['- 200', '/b -']);
    }
  }
});

describe('a busy connection', () => {
  /**
   * 200 exchanges, one packet each way with its acknowledgment, of which the fourth comes after `late` others, or
   * never.
   */
  function run(late: number | undefined, interval: number) {
    const connection = new TcpConversation({ interval });
    const exchange = (number: number) => connection.client(get(`/${number}`)).server(answer(200, ''));
    for (let number = 0; number < 3; number++) exchange(number);
    const before = [...connection.packets];
    exchange(3);
    const missed = connection.packets.slice(before.length);
    for (let number = 4; number < 200; number++) exchange(number);
    const behind = connection.packets.slice(before.length + missed.length);
    const places = late === undefined ? behind.length : late * missed.length;
    const back = late === undefined ? [] : missed;
    const started = startPipeline();
    for (const { bytes, time } of [...before, ...behind.slice(0, places), ...back, ...behind.slice(places)]) {
      started.pipeline.frame(rawFrame(bytes, time, LinkType.raw));
    }
    return started;
  }

  test('does not wait for what was captured by nobody: much has come behind it', () => {
    const { exchanges, counters } = run(undefined, 100);
    assert.equal(exchanges.length, 199, 'all of them, although hardly any time has passed');
    assert.ok(exchanges.every(({ outcome }) => outcome === 'answered'));
    assert.equal(counters.gaps, 2);
  });

  test('is put in order as long as no more than 64 packets of a side have come behind', () => {
    assert.equal(run(64, 100).counters.gaps, 0);
    assert.equal(run(64, 100).exchanges.length, 200);
    assert.notEqual(run(66, 100).counters.gaps, 0);
  });

  test('is put in order as long as less than 20 ms have passed', () => {
    assert.equal(run(120, 10).counters.gaps, 0);
    assert.equal(run(120, 10).exchanges.length, 200);
  });
});
