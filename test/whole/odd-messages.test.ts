import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answer, get, message } from '../support/golden/golden-messages.ts';
import { type PipelineRun, runPackets } from '../support/program/run-pipeline.ts';
import { type ConversationOptions, TcpConversation } from '../support/tcp/tcp-conversation.ts';

/** Texts of both sides, in turns; the client begins. */
function play(texts: readonly string[], options: ConversationOptions = {}): PipelineRun {
  const connection = new TcpConversation(options);
  for (const [index, text] of texts.entries()) connection[index % 2 === 0 ? 'client' : 'server'](text);
  const run = runPackets(connection.fin('client').fin('server').packets);
  assert.deepEqual(run.failures, []);
  return run;
}

/** Each exchange in a line: `METHOD target status outcome`, `?` for a status that could not be read. */
function linesOf({ exchanges }: PipelineRun): string[] {
  return exchanges.map(({ request, response, outcome, incomplete }) => {
    const asked = request === undefined ? '-' : `${request.head.method} ${request.head.target}`;
    const status = response === undefined ? '-' : (response.head.status ?? '?');
    return `${asked} ${status} ${outcome}${incomplete ? ' incomplete' : ''}`;
  });
}

function anomaliesOf({ exchanges }: PipelineRun): readonly string[] {
  const [first] = exchanges;
  return [...(first?.request?.head.anomalies ?? []), ...(first?.response?.head.anomalies ?? [])];
}

/** Small segments split every line somewhere. */
const mss = fc.constantFrom(1460, 7, 3, 1);
const fields = 'Host: a\r\n\r\n';

describe('status lines', () => {
  const version = fc.constantFrom('HTTP/1.1', 'http/1.1', 'Http/1.0', 'HTTP/1.10', 'HTTP/2', 'HTTP', 'ICY');
  const separator = fc.stringMatching(/^[ \t\v\f]{1,5}$/);
  const reason = fc.constantFrom('', ' ', ' OK', '\tNot Found', ' 1.1 200 OK');
  const digits = fc.integer({ min: 0, max: 999 }).map((status) => String(status).padStart(3, '0'));

  test('are read as clients read them, and only 100 to 199 are interim', () => {
    const property = fc.property(version, separator, digits, reason, mss, (sent, blank, status, words, size) => {
      fc.pre(!['101', '204', '304'].includes(status));
      const first = `${sent}${blank}${status}${words}\r\nContent-Length: 2\r\n\r\n`;
      const isInterim = status.startsWith('1');
      const rest = isInterim ? answer(299, 'ok') : 'ok';
      const run = play(
        [get('/a'), first.replace('Content-Length: 2\r\n', isInterim ? '' : '$&') + rest, get('/b'), answer(298, '')],
        {
          mss: size,
        },
      );
      assert.deepEqual(linesOf(run), [`GET /a ${isInterim ? 299 : Number(status)} answered`, 'GET /b 298 answered']);
      assert.deepEqual(run.exchanges[0]?.informational, isInterim ? [Number(status)] : []);
      assert.equal(run.exchanges[0]?.response?.bodyBytes, 2);
      assert.equal(run.counters.http_malformed, 0);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('whose status cannot be read are answers all the same', () => {
    const unreadable = fc.constantFrom('4O4', '2000', '20', 'OK', '', '-200', '2 00', '0x1', '200OK0'.slice(3), '٢٠٠');
    const property = fc.property(
      version.filter((sent) => sent !== 'ICY'),
      unreadable,
      mss,
      (sent, status, size) => {
        const first = message(`${sent} ${status}`, ['Content-Length: 4'], 'nope');
        const run = play([get('/a'), first, get('/b'), answer(200, '')], { mss: size });
        assert.deepEqual(linesOf(run), ['GET /a ? answered', 'GET /b 200 answered']);
        assert.equal(run.exchanges[0]?.response?.bodyBytes, 4);
        assert.deepEqual(anomaliesOf(run), ['status_line']);
        assert.deepEqual([run.counters.http_malformed, run.counters.http_unpaired_requests], [1, 0]);
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  test('that are missing are answers, too', () => {
    const text = fc.constantFrom(
      '<html>hello</html>',
      'SSH-2.0-x\r\n',
      '{"a": 1}',
      'HTTPS only\r\n',
      '\0\x01\x02',
      'OK',
    );
    const asked = fc.constantFrom('GET /a\r\n', get('/a'), 'POST /a HTTP/1.0\r\n\r\n', 'PUT /a\r\n\r\n');
    const property = fc.property(asked, text, mss, (request, said, size) => {
      const run = play([request, said], { mss: size });
      assert.deepEqual(linesOf(run), [`${request.split(' ')[0]} /a ? answered`]);
      assert.equal(run.exchanges[0]?.response?.bodyBytes, said.length);
      assert.ok(anomaliesOf(run).includes('status_line'));
      const isSimple = request.includes('/a\r\n');
      assert.deepEqual([run.counters.http_malformed, run.counters.http_unpaired_requests], [isSimple ? 0 : 1, 0]);
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe('answers behind line breaks that are broken', () => {
  const lineBreak = fc.constantFrom('\r', '\n', '\r\n');

  test('are answers all the same', () => {
    const breaks = fc.array(lineBreak, { maxLength: 4 }).map((all) => all.join(''));
    const text = fc.constantFrom('HTTP/1.1 200 OK\r\n\r\n', 'HTTP', 'x', ' HTTP/1.1 200 OK', '\0');
    const property = fc.property(breaks, text, mss, (before, said, size) => {
      const sent = `${before}\r\r${said}`;
      const run = play([get('/a'), sent], { mss: size });
      assert.deepEqual(linesOf(run), ['GET /a ? answered']);
      assert.deepEqual(anomaliesOf(run), ['status_line']);
      assert.equal(run.exchanges[0]?.response?.bodyBytes, sent.length - 1 - sent.search(/\r[^\n]/));
      assert.deepEqual([run.counters.http_malformed, run.counters.http_unpaired_requests], [1, 0]);
    });
    fc.assert(property, { numRuns: 100 });
  });
});

test('what HTTP/2 begins with is no request, also where the agreement on it is missing', () => {
  for (const preface of ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'PRI * HTTP/2.0\r\n', 'PRI  *  HTTP/2.0\r\n\r\n']) {
    const run = play([get('/robots.txt'), '', preface]);
    assert.deepEqual(
      linesOf(run).map((line) => line.slice(0, 15)),
      ['GET /robots.txt'],
    );
  }
});

describe('request lines', () => {
  const known = fc.constantFrom('GET', 'DELETE', 'PURGE', 'MKCOL', 'PROPFIND', 'REPORT', 'VERSION-CONTROL');
  const method = fc.oneof(known, fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}$/));
  const target = fc.stringMatching(/^\/[!-~]{0,20}$/).filter((text) => !/HTTP/i.test(text));
  const oddVersion = fc.stringMatching(/^(HTTP|http|Http)\/\d[!-~]{0,8}$/);
  const answers = fc.constantFrom(400, 404, 405, 501);

  function shows(line: string, rest: string, expected: string, status: number, size: number): void {
    const run = play([`${line}${rest}`, answer(status, '')], { mss: size });
    assert.deepEqual(linesOf(run), [`${expected} ${status} answered`]);
    assert.equal(anomaliesOf(run)[0], 'request_line');
    assert.equal(run.counters.http_malformed, 0);
  }

  test('with a version of any form are shown, whatever the method', () => {
    const property = fc.property(method, target, oddVersion, answers, mss, (asked, path, version, status, size) => {
      fc.pre(!/^HTTP\/\d\.\d$/.test(version));
      shows(`${asked} ${path} ${version}\r\n`, fields, `${asked} ${path}`, status, size);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('without a version are shown when a field or an answer is behind them', () => {
    const rest = fc.constantFrom(fields, '', '\r\n');
    const ends = fc.constantFrom('\r\n', '\n');
    const property = fc.property(method, target, rest, ends, mss, (asked, path, behind, end, size) => {
      shows(`${asked} ${path}${end}`, behind, `${asked} ${path}`, 405, size);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('without a target are shown with an empty one', () => {
    const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'http/1.1', 'HTTP/1.10');
    const property = fc.property(method, fc.constantFrom(' ', '  ', '\t'), version, mss, (asked, blank, sent, size) => {
      shows(`${asked}${blank}${sent}\r\n`, fields, `${asked} `, 400, size);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('that are none leave the answer alone, and are counted: nothing was lost by the capture', () => {
    const line = fc.constantFrom(
      'POST/login HTTP/1.1',
      '(GET) / HTTP/1.1',
      ':',
      'GET/',
      `${'M'.repeat(33)} / HTTP/1.1`,
    );
    const property = fc.property(line, fc.boolean(), mss, (text, isSecond, size) => {
      const before = isSecond ? [get('/a'), answer(200, '')] : [];
      const run = play([...before, `${text}\r\n${fields}`, answer(400, '')], { mss: size });
      assert.deepEqual(linesOf(run).slice(isSecond ? 1 : 0), ['- 400 answered']);
      assert.deepEqual([run.counters.http_malformed, run.counters.http_unpaired_requests], [1, 0]);
    });
    fc.assert(property, { numRuns: 60 });
  });

  test('of an odd version are shown on a connection that is older than the capture', () => {
    const property = fc.property(known, target, oddVersion, (asked, path, version) => {
      const texts = ['/a', path].flatMap((each) => [`${asked} ${each} ${version}\r\n${fields}`, answer(200, '')]);
      const run = play(texts, { handshake: false });
      assert.deepEqual(linesOf(run), [`${asked} /a 200 answered`, `${asked} ${path} 200 answered`]);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('whose end is cut off are shown as soon as the target is known to be whole', () => {
    for (const asked of ['DELETE /api/orders/4711', 'BREW /a%20b?c=d', 'GET http://a/']) {
      const head = `${asked} HTTP/1.1\r\nHost: shop.example\r\n\r\n`;
      for (let length = 1; length < head.length; length++) {
        const connection = new TcpConversation({ acks: false });
        for (let round = 0; round < 2; round++) connection.client(head).server(answer(409, ''));
        const cut = connection.packets.map(({ time, from, bytes, fields: { payload } }) => ({
          time,
          bytes:
            from === 'client' && payload.length > 0 ? bytes.subarray(0, bytes.length - head.length + length) : bytes,
        }));
        const isShown = length > asked.length + 1 && (length > asked.length + 8 || !asked.startsWith('BREW'));
        const line = `${length > asked.length + 1 ? asked : '-'} 409 answered incomplete`;
        const lines = linesOf(runPackets(cut));
        assert.equal(lines[0], line, `${length} bytes`);
        assert.equal(lines[1], isShown ? line : '- 409 answered incomplete', `${length} bytes`);
      }
    }
  });
});

describe('a first line whose sender ended the stream inside of it', () => {
  const line = 'DELETE /api/orders/4711 HTTP/1.1';
  const target = line.lastIndexOf(' ');
  const begun = fc.boolean();
  const before = (isBegun: boolean) => (isBegun ? [get('/a'), answer(200, '')] : []);

  test('is shown if its target is whole, else what it said is counted', () => {
    const property = fc.property(fc.integer({ min: 1, max: line.length }), begun, mss, (length, isBegun, size) => {
      const run = play([...before(isBegun), line.slice(0, length)], { mss: size });
      const lines = linesOf(run).slice(isBegun ? 1 : 0);
      const isShown = length > target + 1;
      assert.deepEqual(lines, isShown ? ['DELETE /api/orders/4711 - closed'] : []);
      if (isShown) assert.deepEqual(run.exchanges.at(-1)?.request?.head.anomalies, ['truncated_head']);
      else if (isBegun) assert.equal(run.counters.http_malformed, 1);
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('is counted if it was answered: the answer alone does not tell that there was one', () => {
    const asked = fc.constantFrom(`GET /${'a'.repeat(3000)}`, 'GET /a HTTP/1.1\rHost: x\r\r', 'GE', '/');
    const property = fc.property(asked, begun, fc.constantFrom(400, 408, 414), mss, (text, isBegun, status, size) => {
      const run = play([...before(isBegun), text, answer(status, '')], { mss: size });
      assert.deepEqual(linesOf(run).slice(isBegun ? 1 : 0), [`- ${status} answered`]);
      assert.equal(run.counters.http_malformed, 1);
    });
    fc.assert(property, { numRuns: 60 });
  });

  test('is counted if it is an answer, which did not come', () => {
    const said = fc.constantFrom('H', 'HTTP/1.1', 'HTTP/1.1 2', 'icy ');
    const property = fc.property(said, begun, mss, (text, isBegun, size) => {
      const run = play([...before(isBegun), get('/b'), text], { mss: size });
      assert.deepEqual(linesOf(run).slice(isBegun ? 1 : 0), ['GET /b - closed']);
      assert.deepEqual([run.counters.http_malformed, run.counters.http_unpaired_requests], [1, 0]);
    });
    fc.assert(property, { numRuns: 60 });
  });
});

test('chunks that cannot be read are told of in the record, with what came before', () => {
  const size = fc.constantFrom('+3', '0x3', ' 3', '', '-1', '3x', 'ffffffffffffff', '<html>', '3,', '\x003');
  const before = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 3 });
  const chunks = (bodies: readonly string[]) =>
    bodies.map((body) => `${body.length.toString(16)}\r\n${body}\r\n`).join('');
  const property = fc.property(size, before, fc.boolean(), mss, (broken, bodies, isRequest, segment) => {
    const odd = ['Transfer-Encoding: chunked'];
    const body = `${chunks(bodies)}${broken}\r\nabc\r\n0\r\n\r\n`;
    const texts = isRequest
      ? [message('PUT /a HTTP/1.1', odd, body), answer(400, '')]
      : [get('/a'), message('HTTP/1.1 200 OK', odd, body)];
    const run = play(texts, { mss: segment });
    const [first] = run.exchanges;
    assert.deepEqual(linesOf(run), [isRequest ? 'PUT /a 400 answered' : 'GET /a 200 answered']);
    assert.deepEqual(anomaliesOf(run), ['invalid_chunk']);
    assert.equal((isRequest ? first?.request : first?.response)?.bodyBytes, bodies.join('').length);
    assert.equal(run.counters.http_malformed, 1);
  });
  fc.assert(property, { numRuns: 200 });
});

describe('a request whose end nobody can tell', () => {
  const lengths = fc.stringMatching(/^[!-~]{0,6}$/).filter((text) => !/^\d+(,\d+)*$/.test(text));
  const codings = fc.constantFrom(
    'gzip',
    'chunked, br',
    'Chunked\x0b',
    'chunked;q=1',
    'identity',
    'xchunked',
    '\xa0chunked',
  );
  const hidden = `DELETE /admin HTTP/1.1\r\n${fields}`;

  function shows(field: string, body: string, anomaly: string, size: number): void {
    const request = message('POST /search HTTP/1.1', ['Host: a', field], body);
    for (const responses of [answer(400, ''), answer(400, '') + answer(200, '')]) {
      const run = play([`${request}${hidden}`, responses], { mss: size });
      const lines = linesOf(run);
      assert.equal(lines[0], 'POST /search 400 answered', field);
      assert.match(lines[1] ?? '', /^DELETE \/admin - (closed|unknown)$/, field);
      assert.deepEqual(anomaliesOf(run), [anomaly], field);
      assert.equal(run.counters.http_malformed, 1, field);
    }
    const polite = linesOf(play([request, answer(400, ''), hidden, answer(200, '')], { mss: 1460 }));
    assert.deepEqual(polite, ['POST /search 400 answered', 'DELETE /admin 200 answered'], field);
  }

  test('because of its length: one right behind it is shown, and never paired', () => {
    fc.assert(
      fc.property(lengths, mss, (length, size) => shows(`Content-Length: ${length}`, '', 'invalid_length', size)),
      { numRuns: 100 },
    );
  });

  test('because of its codings: the same, behind its head or behind chunks', () => {
    const property = fc.property(codings, mss, (coding, size) => {
      const body = coding === 'chunked, br' ? '3\r\nabc\r\n0\r\n\r\n' : '';
      shows(`Transfer-Encoding: ${coding}`, body, 'invalid_transfer_coding', size);
    });
    fc.assert(property, { numRuns: 60 });
  });
});
