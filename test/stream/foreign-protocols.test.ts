import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CounterName } from '../../src/telemetry/counters.ts';
import { detect, play, type Talk } from '../support/stream/detected.ts';

type Foreign = { readonly title: string; readonly talk: Talk; readonly counter: CounterName };

const line = 'connections_not_http';

const foreign: readonly Foreign[] = [
  {
    title: 'TLS',
    talk: ['\x16\x03\x01\0\x05\x01\0\0\x01\0', '\x16\x03\x03\0\x04\x02\0\0\0'],
    counter: 'connections_tls',
  },
  { title: 'SSH', talk: ['', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0-Go\r\n', '\0\0\x04\x3c\x07\x14'], counter: line },
  {
    title: 'SMTP',
    talk: [
      '',
      '220 mx ESMTP\r\n',
      'EHLO a\r\n',
      '250 mx\r\n',
      'DATA\r\n',
      '354 go\r\n',
      'Subject: hello\r\n\r\nhi\r\n.\r\n',
    ],
    counter: line,
  },
  {
    title: 'Redis',
    talk: ['*2\r\n$3\r\nGET\r\n$4\r\n/key\r\n', '$-1\r\n', 'GET key\r\n', '+OK\r\n', 'PING\r\n'],
    counter: line,
  },
  {
    title: 'Fluentd, whose records may hold HTTP',
    talk: ['\x93\xa3tag\xdb\0\0\x01\0', '', 'GET /logged HTTP/1.1\r\nHost: a\r\n\r\n', '\x81\xa3ack\xa1x'],
    counter: line,
  },
  {
    title: 'Fluentd with a shared key and a long tag',
    talk: ['', '\x92\xa4HELO\x80', '\x94\xd9\x28', '', 'POST /logged HTTP/1.1\r\nContent-Length: 2\r\n\r\nok'],
    counter: line,
  },
  { title: 'memcached', talk: ['get /key\r\n', 'END\r\n', 'set a 0 0 1\r\nx\r\n', 'STORED\r\n'], counter: line },
  {
    title: 'MySQL',
    talk: ['', 'J\0\0\0\x0a8.0.36\0\x08\0\0\0', '\x20\0\0\x01\x85\xa6', '\x07\0\0\x02\0\0\0'],
    counter: line,
  },
  {
    title: 'PostgreSQL',
    talk: ['\0\0\0\x08\x04\xd2\x16\x2f', 'N', '\0\0\0\x10\0\x03\0\0user\0a\0\0', 'R\0\0\0\x08\0\0\0\0'],
    counter: line,
  },
  {
    title: 'RTSP',
    talk: ['OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n', 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'],
    counter: line,
  },
  { title: 'SIP', talk: ['INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n'], counter: line },
  {
    title: 'FTP',
    talk: ['', '220 ready\r\n', 'USER a\r\n', '331 pass\r\n', 'RETR /file\r\n', '150 ok\r\n'],
    counter: line,
  },
  {
    title: 'IRC',
    talk: ['NICK a\r\nUSER a 0 * :a\r\n', ':b 001 a :Hi\r\n', 'PRIVMSG #c :hello\r\n'],
    counter: line,
  },
  { title: 'MQTT', talk: ['\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02id', '\x20\x02\0\0'], counter: line },
  { title: 'zeros', talk: ['\0\0\0\0', '\0\0\0\0'], counter: line },
];

for (const { title, talk, counter } of foreign) {
  test(`${title} is no HTTP: no exchange, and it soon costs nothing`, () => {
    for (const size of [Number.POSITIVE_INFINITY, 5, 1]) {
      const playbook = play(talk, size);
      const { connection, counters, lines } = playbook;
      // The rest of the connection is like its beginning.
      for (let more = 0; more < 4096 && !connection.isIgnored; more++) {
        for (const [index, said] of talk.entries()) playbook.data(index % 2 === 0 ? 0 : 1, said);
      }
      assert.ok(connection.isIgnored);
      assert.ok(connection.maxHeldBytes < 1500, `${connection.maxHeldBytes} bytes were held`);
      playbook.close('finished');
      assert.deepEqual(lines, []);
      assert.deepEqual([counters[counter], counters.connections_http1, connection.heldBytes], [1, 0, 0]);
      assert.equal(counters.connections_tls + counters.connections_not_http, 1);
    }
  });
}

test('a short connection of another protocol is counted at its end', () => {
  const playbook = play(['hello\r\n', 'world\r\n']).close('finished');
  assert.equal(playbook.counters.connections_not_http, 1);
  assert.ok(!playbook.connection.isIgnored);
});

test('a connection without payload is not counted at all', () => {
  const { counters } = detect().end(0).end(1).close('finished');
  assert.equal(counters.connections_not_http + counters.connections_http1, 0);
});

test('bytes that never became a first line are let go of at the end', () => {
  const playbook = detect().client('GET /half');
  assert.ok(playbook.connection.heldBytes >= 9);
  playbook.close('reset');
  assert.equal(playbook.connection.heldBytes, 0);
  assert.deepEqual(playbook.lines, []);
});
