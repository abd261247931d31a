// Whom a client speaks for, from the bytes of its connection to its records.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordBuilder } from '../../src/record/build.ts';
import { type CapturedPacket, runPackets } from '../support/program/run-pipeline.ts';
import { fullOptions } from '../support/record/exchanges.ts';
import { proxyVersion1, proxyVersion2 } from '../support/stream/proxy-headers.ts';
import { type ConversationOptions, TcpConversation } from '../support/tcp/tcp-conversation.ts';

const get = (target: string, fields = '') => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const headers: readonly (readonly [version: string, header: (client: string) => Buffer])[] = [
  ['1', (client) => Buffer.from(proxyVersion1(client), 'latin1')],
  ['2', (client) => proxyVersion2(client)],
];

function clientsOf(packets: readonly CapturedPacket[], forwardedHops = 0): readonly (string | undefined)[] {
  const { exchanges, failures } = runPackets(packets);
  assert.deepEqual(failures, []);
  return exchanges.map(createRecordBuilder({ ...fullOptions, forwardedHops })).map((record) => record.forwardedFor);
}

/** Two exchanges behind whatever stands before the first. */
function behind(start: Buffer, fields = '', options: ConversationOptions = {}): TcpConversation {
  const first = Buffer.concat([start, Buffer.from(get('/1', fields))]);
  return new TcpConversation(options).client(first).server(answer).client(get('/2', fields)).server(answer).close();
}

for (const [version, header] of headers) {
  test(`the client of a PROXY header of version ${version} is in every record of its connection, wherever cut`, () => {
    for (const mss of [1460, 10, 1]) {
      for (const client of ['203.0.113.7', '2001:db8::7']) {
        assert.deepEqual(clientsOf(behind(header(client), '', { mss }).packets), [client, client], `${client} ${mss}`);
      }
    }
  });

  test(`with a PROXY header of version ${version} the proxies are one chain, and hops count from its end`, () => {
    const { packets } = behind(header('203.0.113.9'), 'X-Forwarded-For: 203.0.113.7, 203.0.113.8\r\n');
    const found = [0, 1, 2, 3, 4].map((hops) => clientsOf(packets, hops));
    const expected = ['203.0.113.7', '203.0.113.9', '203.0.113.8', '203.0.113.7', '203.0.113.7'];
    assert.deepEqual(
      found,
      expected.map((client) => [client, client]),
    );
  });

  test(`of several PROXY headers, version ${version} last, the first was written by the last proxy`, () => {
    for (const [, outer] of headers) {
      const { packets } = behind(Buffer.concat([outer('203.0.113.9'), header('203.0.113.8')]));
      assert.deepEqual(
        [0, 1, 2].map((hops) => clientsOf(packets, hops)[0]),
        ['203.0.113.8', '203.0.113.9', '203.0.113.8'],
      );
    }
  });
}

test('each request names its own client, also behind one PROXY header', () => {
  const conversation = new TcpConversation();
  conversation.client(proxyVersion1('203.0.113.9') + get('/1', 'X-Forwarded-For: 203.0.113.1\r\n')).server(answer);
  conversation.client(get('/2', 'Forwarded: for=203.0.113.2\r\n')).server(answer).client(get('/3')).server(answer);
  assert.deepEqual(clientsOf(conversation.packets), ['203.0.113.1', '203.0.113.2', '203.0.113.9']);
});

test('requests without an answer, and answers of which the request is not known, name the client as well', () => {
  const { packets } = new TcpConversation().client(proxyVersion1('203.0.113.9') + get('/1')).reset('server');
  assert.deepEqual(clientsOf(packets), ['203.0.113.9']);
  const conversation = new TcpConversation().client(proxyVersion1('203.0.113.9') + get('/1')).server(answer);
  assert.deepEqual(clientsOf(conversation.server(answer).packets, 1), ['203.0.113.9', '203.0.113.9']);
});

test('a server that writes a PROXY header does not say who its client is', () => {
  const conversation = new TcpConversation().client(get('/1')).server(proxyVersion1('203.0.113.9') + answer);
  assert.deepEqual(new Set(clientsOf(conversation.packets)), new Set([undefined]));
  const spoken = new TcpConversation().server(proxyVersion1('203.0.113.9')).client(get('/1')).server(answer);
  assert.deepEqual(clientsOf(spoken.packets), [undefined]);
});

test('another connection is not concerned', () => {
  const proxied = behind(proxyVersion2('203.0.113.9'));
  const plain = behind(Buffer.alloc(0), '', { clientPort: 40_001 });
  assert.deepEqual(clientsOf([...proxied.packets, ...plain.packets]), [
    ...['203.0.113.9', '203.0.113.9'],
    ...[undefined, undefined],
  ]);
});
