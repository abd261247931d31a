import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, get, type Playbook } from '../support/http1/playbook.ts';
import { detect, play, type Talk } from '../support/stream/detected.ts';

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
    for (let at = 1; at < said.length; at++) {
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
  assert.deepEqual(late.lines, ['- 200 answered received 1', 'GET /b 201 answered received 1']);
  assert.equal(late.exchanges[0]?.endpoints.clientIp, '10.0.0.1');
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
    for (let sent = 0; sent < 100; sent++) playbook.client(endless.repeat(500));
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
  assert.deepEqual(playbook.lines, ['- 414 answered', ...paired]);
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

test('where the beginning was missed, what stands before the first request says nothing about its answer', () => {
  for (const unknown of ['\0', 'x', 'rest of a body', '\0\x01\x02', 'x'.repeat(5000), 'P', 'OST']) {
    for (const side of [0, 1] as const) {
      const playbook = detect().gap(side, undefined).data(side, unknown).data(side, unknown);
      playbook
        .gap(side === 0 ? 1 : 0, undefined)
        .client(get('/a'))
        .server(answer(201, ''));
      playbook.client(get('/b')).server(answer(202, ''));
      assert.deepEqual(playbook.lines, ['GET /a 201 answered', 'GET /b 202 answered'], `${side}: ${unknown}`);
      assert.equal(playbook.counters.http_unpaired_requests, 0);
    }
  }
});

test('where the beginning was missed, nor does what is lost before the first request', () => {
  const playbook = detect().gap(0, undefined).client('rest').gap(0, 100).gap(1, undefined).client(get('/a'));
  assert.deepEqual(playbook.server(answer(201, '')).lines, ['GET /a 201 answered']);
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
  assert.deepEqual(playbook.lines, ['- 408 answered']);
  assert.equal(playbook.connection.heldBytes, 0);
});
