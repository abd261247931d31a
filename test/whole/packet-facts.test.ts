import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { type CapturedPacket, runPackets } from '../support/program/run-pipeline.ts';
import { type ConversationPacket, TcpConversation } from '../support/tcp/tcp-conversation.ts';

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Two exchanges one after the other; side and payload of each packet with payload are telling. */
function twoExchanges(): TcpConversation {
  return new TcpConversation().client(get('/1')).server(answer('one')).client(get('/2')).server(answer('two'));
}

/** The packets, with those that contain `text` once more in front of the first one that contains `before`. */
function again(packets: readonly ConversationPacket[], text: string, before: string): CapturedPacket[] {
  const copies = packets.filter(({ fields }) => fields.payload.includes(text));
  const place = packets.findIndex(({ fields }) => fields.payload.includes(before));
  assert.ok(copies.length > 0 && place > 0);
  const time = packets[place]?.time ?? 0;
  return [...packets.slice(0, place), ...copies.map((copy) => ({ ...copy, time })), ...packets.slice(place)];
}

function told(packets: readonly CapturedPacket[], of: (exchange: Exchange) => unknown): unknown[] {
  return runPackets(packets).exchanges.map(of);
}

const retransmissions = (exchange: Exchange) => exchange.retransmissions;
const connectTime = (exchange: Exchange) => exchange.connectTime;
const ended = ({ outcome, endedBy }: Exchange) => [outcome, endedBy];

test('the first exchange of a connection tells how long its handshake took', () => {
  assert.deepEqual(told(twoExchanges().packets, connectTime), [2000, undefined]);
  assert.deepEqual(told(twoExchanges().packets.slice(1), connectTime), [undefined, undefined]);
});

test('layers pass on what packets tell', () => {
  const conversation = new TcpConversation();
  conversation.client(`PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n${get('/1')}`).server(answer('one').slice(0, -1));
  conversation.reset('server');
  const { packets } = conversation;
  assert.deepEqual(told(again(packets, 'PROXY', '200 OK'), connectTime), [2000]);
  assert.deepEqual(told(again(packets, 'PROXY', '200 OK'), retransmissions), [1]);
  assert.deepEqual(told(packets, ended), [['reset', 'server']]);
});

test('what is sent again counts for the exchange to which it belongs', () => {
  const { packets } = twoExchanges();
  assert.deepEqual(told(packets, retransmissions), [0, 0]);
  assert.deepEqual(told(again(packets, 'GET /1', 'one'), retransmissions), [1, 0]);
  assert.deepEqual(told(again(packets, 'GET /2', 'two'), retransmissions), [0, 1]);
  // The record of the first exchange has been written.
  assert.deepEqual(told(again(packets, 'one', 'GET /2'), retransmissions), [0, 0]);
  for (const earlier of ['GET /1', 'one']) {
    assert.deepEqual(told(again(packets, earlier, 'two'), retransmissions), [0, 0], earlier);
  }
});

test('segments of a long body that are sent again all count, also where sequence numbers wrap', () => {
  for (const serverSequence of [1, 0x7fff_ff00, 0xffff_ff00]) {
    const conversation = new TcpConversation({ mss: 100, serverSequence, clientSequence: serverSequence });
    const { packets } = conversation
      .client(get('/1'))
      .server(answer('x'.repeat(5000)))
      .client(get('/2'));
    const [first, ...rest] = packets.filter(({ from, fields }) => from === 'server' && fields.payload.length > 0);
    const copies = rest.slice(0, 30).map((copy) => ({ ...copy, time: rest[30]?.time ?? 0 }));
    const place = packets.indexOf(rest[30] ?? (packets[0] as ConversationPacket));
    assert.ok(first !== undefined && place > 30);
    const all = [...packets.slice(0, place), ...copies, ...packets.slice(place)];
    assert.deepEqual(told(all, retransmissions), [30, 0]);
  }
});

test('a keep-alive probe while the answer is awaited is no retransmission', () => {
  const { packets } = new TcpConversation().client(get('/1')).keepAlive('client').server(answer('one')).close();
  assert.deepEqual(told(packets, retransmissions), [0]);
});

test('an exchange without an answer, or with a part of one, tells who ended the connection', () => {
  const ask = () => new TcpConversation().client(get('/1'));
  const half = () => ask().server(answer('one').slice(0, -1));
  assert.deepEqual(told(ask().close('client').packets, ended), [['closed', 'client']]);
  assert.deepEqual(told(ask().close('server').packets, ended), [['closed', 'server']]);
  assert.deepEqual(told(ask().reset('client').packets, ended), [['reset', 'client']]);
  assert.deepEqual(told(ask().reset('server').packets, ended), [['reset', 'server']]);
  assert.deepEqual(told(half().close('server').packets, ended), [['closed', 'server']]);
  assert.deepEqual(told(half().fin('client').reset('client').packets, ended), [['reset', 'client']]);
});

test('nobody is said to have ended what was answered, is unknown, or became a tunnel', () => {
  const { packets } = twoExchanges().close();
  assert.deepEqual(told(packets, ended), [
    ['answered', undefined],
    ['answered', undefined],
  ]);
  const unknown = new TcpConversation().client(get('/1'));
  assert.deepEqual(told(unknown.packets, ended), [['unknown', undefined]]);
  const tunnel = new TcpConversation();
  tunnel.client(`GET /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n${get('/2')}`);
  tunnel.server('HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n').close();
  assert.deepEqual(told(tunnel.packets, ended), [
    ['answered', undefined],
    ['closed', undefined],
  ]);
});
