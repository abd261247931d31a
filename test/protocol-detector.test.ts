import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolDetector } from '../src/protocol-detector.ts';
import { createProtocols } from '../src/protocols.ts';
import type { Side } from '../src/tcp/stream.ts';
import type { CounterName } from '../src/telemetry/counters.ts';
import { answer, get, Playbook } from './exchange/playbook.ts';

function detect(): Playbook {
  return new Playbook({
    listen: (connection, context) =>
      new ProtocolDetector(connection, Object.values(createProtocols(context)), context.counters),
  });
}

/** What a connection says: bytes of the client and of the server in turn. */
type Talk = readonly (string | Buffer)[];

function play(talk: Talk, size = Number.POSITIVE_INFINITY): Playbook {
  const playbook = detect();
  talk.forEach((said, index) => {
    const bytes = typeof said === 'string' ? Buffer.from(said, 'latin1') : said;
    const side: Side = index % 2 === 0 ? 0 : 1;
    for (let at = 0; at < bytes.length; at += size)
      playbook.data(side, bytes.subarray(at, Math.min(bytes.length, at + size)));
  });
  return playbook;
}

const exchange = [get('/a'), answer(200, 'a')];
const paired = ['GET /a 200 answered received 1'];
const version2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x47\x45\x54\x50';

const before: readonly (readonly [title: string, talk: Talk])[] = [
  ['nothing before it', []],
  ['an empty line', ['\r\n', '']],
  ['a PROXY header of version 1', ['PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n', '']],
  ['a PROXY header of version 1 without addresses', ['PROXY UNKNOWN\r\n', '']],
  ['a PROXY header of version 2 that ends like a method', [version2, '']],
  ['a SOCKS5 handshake', ['\x05\x01\0', '\x05\0', '\x05\x01\0\x03\x0bexample.com\0\x50', '\x05\0\0\x01\0\0\0\0\0\0']],
  [
    'a SOCKS5 handshake with a password',
    [
      '\x05\x01\x02',
      '\x05\x02',
      '\x01\x03bob\x03pwd',
      '\x01\0',
      '\x05\x01\0\x01\x7f\0\0\x01\0\x50',
      '\x05\0\0\x01\0\0\0\0\0\0',
    ],
  ],
  ['a SOCKS4 handshake', ['\x04\x01\0\x50\x7f\0\0\x01user\0', '\0\x5a\0\0\0\0\0\0']],
];

for (const [title, talk] of before) {
  test(`HTTP is found behind ${title}`, () => {
    // A byte of a SOCKS message alone could begin anything: the last one of port 80 is a P.
    for (const size of [Number.POSITIVE_INFINITY, 20, 7, ...(title.includes('SOCKS') ? [] : [1])]) {
      const playbook = play([...talk, ...exchange], size);
      assert.deepEqual(playbook.lines, paired, `in pieces of ${size}`);
      assert.equal(playbook.counters.connections_http1, 1);
      assert.equal(playbook.connection.heldBytes, 0);
    }
  });
}

test('HTTP is found in the same segment as a PROXY header or empty lines, wherever that is cut', () => {
  for (const header of ['PROXY TCP6 ::1 ::2 1 2\r\n', version2, '\r\n\r\n']) {
    const said = header + get('/a');
    for (let at = 1; at < said.length; at += 1) {
      const playbook = detect().client(said.slice(0, at)).client(said.slice(at)).server(answer(200, 'a'));
      assert.deepEqual(playbook.lines, paired, `cut at ${at}`);
      if (at < header.length) continue;
      assert.equal(playbook.exchanges[0]?.request?.sequence, 1000 + header.length);
    }
  }
});

test('the client is the side that asks, whichever side spoke first', () => {
  const { exchanges } = detect().data(1, get('/a')).data(0, answer(200, 'a'));
  assert.equal(exchanges[0]?.endpoints.clientIp, '10.0.0.2');
  assert.equal(exchanges[0]?.endpoints.serverPort, 40_000);
  const late = detect().data(1, answer(200, 'a')).data(0, get('/b')).data(1, answer(201, 'b'));
  assert.deepEqual(late.lines, ['- 200 answered received 1 incomplete', 'GET /b 201 answered received 1']);
  assert.equal(late.exchanges[0]?.endpoints.clientIp, '10.0.0.1');
});

type Foreign = { readonly title: string; readonly talk: Talk; readonly counter: CounterName };

const line = 'connections_not_http';

const foreign: readonly Foreign[] = [
  {
    title: 'TLS',
    talk: ['\x16\x03\x01\0\x05\x01\0\0\x01\0', '\x16\x03\x03\0\x04\x02\0\0\0'],
    counter: 'connections_tls',
  },
  {
    title: 'HTTP/2',
    talk: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0', '\0\0\0\x04\0'],
    counter: 'connections_http2',
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
      for (let more = 0; more < 4096 && !connection.isIgnored; more += 1) {
        for (const [index, said] of talk.entries()) playbook.data(index % 2 === 0 ? 0 : 1, said);
      }
      assert.ok(connection.isIgnored);
      assert.ok(connection.maxHeldBytes < 1500, `${connection.maxHeldBytes} bytes were held`);
      playbook.close('finished');
      assert.deepEqual(lines, []);
      assert.deepEqual([counters[counter], counters.connections_http1, connection.heldBytes], [1, 0, 0]);
      assert.equal(counters.connections_tls + counters.connections_http2 + counters.connections_not_http, 1);
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

test('a request line that is quoted inside of a segment is not found', () => {
  const playbook = play(['EHLO a\r\nGET / HTTP/1.1\r\n\r\n', '250 HTTP/1.1 200 OK\r\n\r\n']).close('finished');
  assert.deepEqual(playbook.lines, []);
  assert.equal(playbook.counters.connections_not_http, 1);
});

test('a first line that never ends is held up to 16 KiB, in room for twice as much, endless empty lines too', () => {
  for (const [start, endless] of [
    ['GET ', 'x'],
    ['', '\r\n'],
    ['PROXY ', 'x'],
    ['\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff', '\0'],
  ] as const) {
    const playbook = detect().client(start);
    for (let sent = 0; sent < 100; sent += 1) playbook.client(endless.repeat(500));
    const { heldBytes, maxHeldBytes } = playbook.connection;
    assert.ok(maxHeldBytes > 5 && maxHeldBytes <= 2 * 17_500, `${JSON.stringify(start)}: ${maxHeldBytes}`);
    assert.ok(heldBytes <= maxHeldBytes);
    assert.equal(playbook.close('reset').connection.heldBytes, 0);
  }
});

test('a long first line in many segments is found', () => {
  for (const length of [12_000, 60_000]) {
    const target = `/${'x'.repeat(length)}`;
    const playbook = play([get(target), answer(200, '')], 1460);
    assert.deepEqual(playbook.lines, [`GET ${target} 200 answered`]);
  }
});

test('a first line that is larger than a head may be is let go of, and the connection goes on', () => {
  const playbook = play([get(`/${'x'.repeat(100_000)}`), answer(414, ''), ...exchange], 1460);
  assert.deepEqual(playbook.lines, ['- 414 answered incomplete', ...paired]);
  assert.equal(playbook.counters.http_heads_too_large, 1);
  assert.ok(playbook.connection.maxHeldBytes < 68_000);
});

test('a SHOUTcast server is known by its answer, where the connection was seen from its start', () => {
  const talk = ['\0', 'ICY 200 OK\r\n\r\nsong'];
  assert.deepEqual(play(talk).close('finished').lines, ['- 200 answered received 4 incomplete']);
  const late = detect().gap(0, undefined).gap(1, undefined).server('ICY 200 OK\r\n\r\nsong');
  assert.deepEqual(late.close('finished').lines, []);
});

/** The rest of a request whose beginning was missed, its answer, and an exchange. */
function joinLate(rest: string): Playbook {
  const playbook = detect().gap(0, undefined);
  for (let at = 0; at < rest.length; at += 1460) playbook.client(rest.slice(at, at + 1460));
  return playbook.gap(1, undefined).server(answer(201, '')).client(get('/a')).server(answer(200, 'a'));
}

test('where the beginning was missed, HTTP is found at the start of a later segment', () => {
  for (const rest of [
    'rest of a body',
    'two words',
    'GET /search?q=',
    '\0\x01\x02',
    '\x92\xa1 a compressed body',
    `\x93\xd9${'\x94\xbf'.repeat(1000)}`,
    'x'.repeat(9000),
    'ST / HTTP/1.1\r\n\r\n',
  ]) {
    assert.deepEqual(joinLate(rest).lines, ['- 201 answered incomplete', ...paired], rest.slice(0, 20));
  }
});

test('where the beginning was missed, the connection is never given up', () => {
  const playbook = joinLate('\0'.repeat(1_000_000));
  assert.ok(!playbook.connection.isIgnored);
  assert.deepEqual(playbook.lines, ['- 201 answered incomplete', ...paired]);
});

test('where the beginning was missed, a request that may have another one before it is not paired', () => {
  const playbook = detect().gap(0, undefined).client('rest of a body').client(get('/a'));
  playbook.server(answer(201, '') + answer(202, ''));
  assert.deepEqual(playbook.lines, [
    'GET /a - unknown incomplete',
    '- 201 answered incomplete',
    '- 202 answered incomplete',
  ]);
});

test('a loss before the protocol was known is told to whoever reads it then', () => {
  const playbook = detect()
    .client('PROXY')
    .gap(0, 100)
    .client(get('/a'))
    .server(answer(201, '') + answer(202, ''));
  assert.deepEqual(playbook.lines, [
    'GET /a - unknown incomplete',
    '- 201 answered incomplete',
    '- 202 answered incomplete',
  ]);
});

test('an answer that is found before its request was whole is nobody’s', () => {
  const playbook = detect().client('POST /a').server(answer(408, '')).end(1).close('finished');
  assert.deepEqual(playbook.lines, ['- 408 answered incomplete']);
  assert.equal(playbook.connection.heldBytes, 0);
});
