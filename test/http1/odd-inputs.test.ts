import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Side } from '../../src/tcp/stream.ts';
import { answer, get, head, Playbook } from '../support/http1/playbook.ts';

/** What the client and the server say in turns, the client first, and the exchanges that it is. */
type Case = { readonly said: readonly string[]; readonly lines: readonly string[] };
type Cases = { readonly [what: string]: Case };

const next = [get('/b'), answer(204, '')];
const nextLine = 'GET /b 204 answered';

/** A request that is answered, and another exchange behind it. */
function request(text: string, line: string): Case {
  return { said: [text, answer(200, 'ok'), ...next], lines: [line, nextLine] };
}

function post(fields: string, body: string, line: string): Case {
  return request(`POST /a HTTP/1.1\r\n${fields}\r\n\r\n${body}`, `POST /a 200 answered ${line}`);
}

function chunks(body: string, line = 'sent 5 received 2'): Case {
  return post('Transfer-Encoding: chunked', body, line);
}

/** The response to a request with this method, and another exchange behind it. */
function response(method: string, text: string, line: string): Case {
  return { said: [get('/a').replace('GET', method), text, ...next], lines: [`${method} /a ${line}`, nextLine] };
}

/** The same, but all that follows is its body: `own` bytes of it came with its head. */
function last(text: string, status: string, anomaly = '', own = 0): Case {
  const line = `GET /a ${status} answered received ${own + answer(204, '').length}${anomaly}`;
  return { said: [get('/a'), text, ...next], lines: [line] };
}

function connect(text: string, line: string): Case {
  const said = ['CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', text, '\x16\x03\x01 hello', '\x16\x03\x03 hello'];
  return { said, lines: [`CONNECT a:443 ${line}`] };
}

function expecting(status: string, client: string, line: string, length = 4): Case {
  const asked = `PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
  return { said: [asked, status, client, answer(200, ''), ...next], lines: [`PUT /a ${line}`, nextLine] };
}

const five = '5\r\nhello\r\n0\r\n\r\n';
const ok = 'sent 5 received 2';
const page = '2\r\nok\r\n0\r\n\r\n';

const kinds: { readonly [kind: string]: Cases } = {
  'lengths of requests': {
    'the same twice in a list': post('Content-Length: 5, 5', 'hello', ok),
    'the same in two fields': post('Content-Length: 5\r\nContent-Length: 5', 'hello', ok),
    'leading zeros': post('Content-Length: 005', 'hello', ok),
    'white space around it': post('Content-Length: \t 5 \t', 'hello', ok),
    'on the next line': post('Content-Length:\r\n 5', 'hello', `${ok} [obs_fold]`),
    'white space before the colon': post('Content-Length : 5', 'hello', `${ok} [field_line]`),
    'of a GET': request('GET /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello', `GET /a 200 answered ${ok}`),
    'an underscore in the name makes it another field': post('Content_Length: 5', '', 'received 2'),
    'an empty line more than it says': post('Content-Length: 5', 'hello\r\n', ok),
  },
  'transfer codings of requests': {
    'another coding before': post('Transfer-Encoding: gzip, chunked', five, ok),
    'on the next line': post('Transfer-Encoding: gzip,\r\n chunked', five, `${ok} [obs_fold]`),
    'upper case': post('Transfer-Encoding: CHUNKED', five, ok),
    'an empty element': post('Transfer-Encoding: ,chunked,', five, ok),
    'none at all': post('Transfer-Encoding:\r\nContent-Length: 5', 'hello', ok),
    'a length before': post('Content-Length: 3\r\nTransfer-Encoding: chunked', five, `${ok} [length_and_chunked]`),
    'white space before the colon': post('Transfer-Encoding : chunked', five, `${ok} [field_line]`),
    'inside of another field, behind a CR': post('X: y\rTransfer-Encoding: chunked', '', 'received 2'),
    'of HTTP/1.0': request(
      `POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${five}`,
      `POST /a 200 answered ${ok}`,
    ),
  },
  chunks: {
    'LF without CR': chunks('5\nhello\n0\n\n'),
    'extensions, with a quoted semicolon': chunks('5;a=b;c="d;e"\r\nhello\r\n0;x\r\n\r\n'),
    'leading zeros': chunks('0005\r\nhello\r\n0000\r\n\r\n'),
    'white space behind the size': chunks('5 \t\r\nhello\r\n0 \r\n\r\n'),
    'two CR before the LF': chunks('5\r\r\nhello\r\r\n0\r\n\r\n'),
    'folded trailers': chunks('5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n'),
    'a trailer that says another length': chunks('5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n'),
  },
  'request lines': {
    'a space in the target': request('GET /a b HTTP/1.1\r\n\r\n', 'GET /a b 200 answered received 2 [request_line]'),
    'a version in the target': request(
      'GET /a HTTP/1.0 HTTP/1.1\r\n\r\n',
      'GET /a HTTP/1.0 200 answered received 2 [request_line]',
    ),
    'a NUL in the target': request('GET /a\0b HTTP/1.1\r\n\r\n', 'GET /a\0b 200 answered received 2'),
    'no slash': request('GET a?b HTTP/1.1\r\n\r\n', 'GET a?b 200 answered received 2'),
    'a method in lower case': request('get /a HTTP/1.1\r\n\r\n', 'get /a 200 answered received 2'),
    'a version with a space inside': request(
      'GET /a HTTP/ 1.1\r\n\r\n',
      'GET /a 200 answered received 2 [request_line]',
    ),
    'a protocol nobody knows': request('GET /a HTP/1.1\r\n\r\n', 'GET /a 200 answered received 2 [request_line]'),
    'two CR before the LF': request('GET /a HTTP/1.1\r\r\n\r\n', 'GET /a 200 answered received 2 [request_line]'),
    'empty lines before': request('\r\n\n\r\nGET /a HTTP/1.1\r\n\r\n', 'GET /a 200 answered received 2'),
    'white space before the first field': request(
      'GET /a HTTP/1.1\r\n Host: a\r\n\r\n',
      'GET /a 200 answered received 2 [field_line]',
    ),
  },
  'status lines': {
    'no reason': response('GET', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', '200 answered received 2'),
    'a reason right behind': response(
      'GET',
      'HTTP/1.1 200OK\r\nContent-Length: 2\r\n\r\nok',
      '200 answered received 2 [status_line]',
    ),
    'HTTP/2': response('GET', 'HTTP/2 200 \r\nContent-Length: 0\r\n\r\n', '200 answered [status_line]'),
    'below 100': response('GET', answer(99, 'no').replace(' 99', ' 099'), '99 answered received 2 [status_line]'),
    'above 599': response('GET', answer(999, 'no'), '999 answered received 2 [status_line]'),
    'no space before': response(
      'GET',
      'HTTP/1.1200 OK\r\nContent-Length: 2\r\n\r\nok',
      '? answered received 2 [status_line]',
    ),
    'four digits': response('GET', answer(2000, 'ok'), '? answered received 2 [status_line]'),
    'an empty line before': response('GET', `\r\n${answer(200, 'ok')}`, '200 answered received 2'),
    'none, to a first request': last('<html></html>', '?', ' [status_line]', 13),
  },
  'lengths of responses': {
    'the same twice': response('GET', `${head(200, 'Content-Length: 2, 2')}ok`, '200 answered received 2'),
    'two different ones': last(head(200, 'Content-Length: 2, 3'), '200', ' [conflicting_length]'),
    'a sign before': last(head(200, 'Content-Length: +2'), '200', ' [invalid_length]'),
    none: last(head(200, 'Connection: keep-alive'), '200'),
    'identity is no coding': response(
      'GET',
      `${head(200, 'Transfer-Encoding: identity', 'Content-Length: 2')}ok`,
      '200 answered received 2',
    ),
    'identity before chunked is none either': response(
      'GET',
      `${head(200, 'Transfer-Encoding: Identity, chunked')}${page}`,
      '200 answered received 2',
    ),
    'identity behind chunked': last(
      head(200, 'Transfer-Encoding: chunked, identity'),
      '200',
      ' [invalid_transfer_coding]',
    ),
    'chunked inside': last(head(200, 'Transfer-Encoding: chunked, gzip'), '200', ' [invalid_transfer_coding]'),
    'chunked in HTTP/1.0': response(
      'GET',
      head(200, 'Transfer-Encoding: chunked').replace('1.1', '1.0') + page,
      '200 answered received 2',
    ),
    'of a 304, without a body': response('GET', head(304, 'Content-Length: 200'), '304 answered'),
    'of a 304, chunked, without a body': response('GET', head(304, 'Transfer-Encoding: chunked'), '304 answered'),
    'two of a HEAD': response('HEAD', head(200, 'Content-Length: 2', 'Content-Length: 3'), '200 answered'),
    'none of a HEAD': response('HEAD', head(200), '200 answered'),
    'of a 204': response('DELETE', head(204, 'Content-Length: 0'), '204 answered'),
    'of a 205': response('POST', answer(205, 'ok'), '205 answered received 2'),
  },
  'interim responses': {
    several: response('GET', head(102) + head(103) + head(199) + answer(204, ''), '204 answered after 102,103,199'),
    'of HTTP/1.0': response('GET', head(100).replace('1.1', '1.0') + answer(204, ''), '204 answered after 100'),
    'chunked, without chunks': response(
      'GET',
      head(100, 'Transfer-Encoding: chunked') + answer(204, ''),
      '204 answered after 100',
    ),
    'with a body': response('GET', `${head(102, 'Content-Length: 2')}ok${answer(204, '')}`, '204 answered after 102'),
    'to HEAD': response('HEAD', head(103) + head(200, 'Content-Length: 9'), '200 answered after 103'),
    'that nobody waits for': {
      said: [get('/a'), answer(204, '') + head(100), ...next],
      lines: ['GET /a 204 answered', nextLine],
    },
  },
  tunnels: {
    'to CONNECT with a length': connect(head(200, 'Content-Length: 5'), '200 answered'),
    'to CONNECT with chunked': connect(head(200, 'Transfer-Encoding: chunked'), '200 answered'),
    'to CONNECT by 204': connect(head(204), '204 answered'),
    'to CONNECT by 205': connect(head(205), '205 answered'),
    'to CONNECT behind an interim answer': connect(head(100) + head(200), '200 answered after 100'),
    'to CONNECT of HTTP/1.0': connect('HTTP/1.0 200 Connection established\r\n\r\n', '200 answered'),
    'by 101 without Upgrade': {
      said: [get('/a'), head(101), '\x81\x05', '\x81\x05'],
      lines: ['GET /a 101 answered'],
    },
    'by 101 with a length': {
      said: [get('/a', 'Upgrade: x'), head(101, 'Content-Length: 5'), get('/b'), answer(200, '')],
      lines: ['GET /a 101 answered'],
    },
    'refused to CONNECT by 304': {
      said: ['CONNECT a:1 HTTP/1.1\r\n\r\n', head(304), ...next],
      lines: ['CONNECT a:1 304 answered', nextLine],
    },
    'refused to CONNECT with a body': {
      said: [
        'CONNECT a:1 HTTP/1.1\r\nContent-Length: 3\r\n\r\n',
        answer(407, 'no'),
        `abc${get('/b')}`,
        answer(204, ''),
      ],
      lines: ['CONNECT a:1 407 answered received 2', nextLine],
    },
  },
  'Expect: 100-continue': {
    'the body comes unasked': expecting('', 'body', '200 answered sent 4'),
    'the body comes behind another interim answer': expecting(head(102), 'body', '200 answered after 102 sent 4'),
    'asked for twice': expecting(head(100).repeat(2), 'body', '200 answered after 100,100 sent 4'),
    'the body looks like a request': expecting(head(100), get('/inner'), '200 answered after 100 sent 23', 23),
    'nothing to send': expecting(head(100), '', '200 answered after 100', 0),
    'refused, and the next request comes at once': {
      said: ['PUT /a HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n', answer(417, ''), ...next],
      lines: ['PUT /a 417 answered', nextLine],
    },
    'refused, with chunks that never come': {
      said: ['PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n', answer(403, ''), ...next],
      lines: ['PUT /a 403 answered', nextLine],
    },
    'something else is expected': post('Expect: 200-ok\r\nContent-Length: 5', 'hello', ok),
  },
};

type Cut = (text: string) => readonly string[];

function play(said: readonly string[], cut: (turn: number) => Cut): Playbook {
  const playbook = new Playbook();
  said.forEach((text, turn) => {
    for (const part of cut(turn)(text)) playbook.data((turn % 2) as Side, part);
  });
  return playbook.end(1).end(0).close('finished');
}

function linesOf({ lines, exchanges }: Playbook): string[] {
  return lines.map((line, index) => {
    const { request: asked, response: answered } = exchanges[index] ?? {};
    const odd = [...(asked?.head.anomalies ?? []), ...(answered?.head.anomalies ?? [])];
    return odd.length === 0 ? line : `${line} [${odd.join()}]`;
  });
}

const whole: Cut = (text) => [text];

for (const [kind, cases] of Object.entries(kinds)) {
  describe(`${kind}, however they are cut`, () => {
    for (const [what, { said, lines }] of Object.entries(cases)) {
      test(what, () => {
        const inSegments = play(said, () => whole);
        assert.deepEqual(linesOf(inSegments), lines);
        const unread = lines.filter((line) => line.includes(' ? ')).length;
        assert.equal(inSegments.counters.http_malformed, unread);
        assert.deepEqual(linesOf(play(said, () => (text) => [...text])), lines, 'byte by byte');
        for (const [cutTurn, text] of said.entries()) {
          for (let at = 1; at < text.length; at++) {
            const inTwo: Cut = (each) => [each.slice(0, at), each.slice(at)];
            const playbook = play(said, (turn) => (turn === cutTurn ? inTwo : whole));
            assert.deepEqual(linesOf(playbook), lines, `turn ${cutTurn} cut at ${at}`);
            assert.deepEqual([playbook.connection.heldBytes, playbook.timeouts.size], [0, 0]);
          }
        }
      });
    }
  });
}

describe('what cannot be framed is damage, and the next message that begins a segment is found', () => {
  const brokenChunks = ['0x5\r\nhello', '-5\r\nhello', ' 5\r\nhello', '\r\nhello', '5\rhello\r\n0\r\n', '5\r\nhello0'];
  test('behind chunks of a request', () => {
    for (const broken of brokenChunks) {
      const playbook = new Playbook().client(`POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${broken}\r\n`);
      playbook.server(answer(400, '')).client(get('/b')).server(answer(204, '')).finish();
      assert.match(playbook.lines[0] ?? '', /^POST \/a 400 answered/, broken);
      assert.deepEqual(playbook.lines.slice(1), [nextLine], broken);
    }
  });

  test('where the next chunk is due', () => {
    const playbook = new Playbook().client('POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n');
    playbook.server(answer(400, '')).client(get('/b')).server(answer(204, '')).finish();
    assert.deepEqual(playbook.lines, ['POST /a 400 answered sent 2', nextLine]);
    const other = new Playbook().client(get('/a')).server(`${head(200, 'Transfer-Encoding: chunked')}2\r\nok\r\n`);
    other.client(get('/b')).server(answer(204, '')).finish();
    assert.deepEqual(other.lines, ['GET /a 200 answered received 2', 'GET /b - unknown', '- 204 answered']);
  });
});

test('what comes behind a whole response is not the response to the next request', () => {
  const bodies = [
    ['HEAD', answer(200, 'ok')],
    ['HEAD', `${head(200, 'Transfer-Encoding: chunked')}${page}`],
    ['GET', `${head(204, 'Content-Length: 2')}ok`],
    ['GET', `${head(204, 'Transfer-Encoding: chunked')}${page}`],
    ['GET', `${head(304, 'Content-Length: 2')}ok`],
    ['GET', `${answer(200, 'ok')}<!-- too much -->`],
    ['CONNECT', `${answer(407, 'no')}<!-- too much -->`],
  ] as const;
  for (const [method, text] of bodies) {
    for (const cut of [text.length, text.indexOf('\r\n\r\n') + 4]) {
      const playbook = new Playbook().client(get('/a').replace('GET', method) + get('/b'));
      playbook.server(text.slice(0, cut)).server(text.slice(cut)).server(answer(503, '')).finish();
      const pair = playbook.exchanges.find(({ request: asked }) => asked?.head.target === '/b');
      assert.ok([undefined, 503].includes(pair?.response?.head.status), text);
      assert.equal(pair?.response?.head.version, pair?.response && 'HTTP/1.1', text);
    }
  }
});
