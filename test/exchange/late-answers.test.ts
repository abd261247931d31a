import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { playSlowly, slowConversation, toldByDefinition } from '../support/exchange/slow-conversation.ts';
import { answer, get, head, Playbook, type PlaybookOptions, post } from '../support/http1/playbook.ts';

const fromFile: PlaybookOptions = { readsToEnd: true };
const hourMs = 3_600_000;

for (const readsToEnd of [false, true]) {
  const told = readsToEnd ? 'one record tells the truth in the end' : 'each record is written when it is known';
  test(`whoever takes their time, and however it ends, ${told}`, () => {
    const isRight = fc.property(slowConversation, (conversation) => {
      const expected = toldByDefinition(conversation, readsToEnd);
      fc.pre(expected !== undefined);
      assert.deepEqual(playSlowly(conversation, readsToEnd), expected);
    });
    fc.assert(isRight, { numRuns: 1500 });
  });
}

describe('live', () => {
  test('a client that takes an hour for its request is not waiting, and waits from then on', () => {
    const playbook = new Playbook().client(post('/up', 'x'.repeat(60)).slice(0, -60));
    for (let minute = 0; minute < 60; minute++) playbook.wait(hourMs / 60).client('x');
    assert.deepEqual(playbook.lines, []);
    playbook.wait(9000);
    assert.deepEqual(playbook.lines, []);
    playbook.wait(4000);
    assert.deepEqual(playbook.lines, ['POST /up - timeout sent 60']);
    playbook.server(answer(201, ''));
    assert.deepEqual(playbook.lines.slice(1), ['POST /up 201 answered sent 60 late']);
  });

  test('a request that never becomes whole ends with its connection', () => {
    for (const [reason, outcome] of [
      ['reset', 'reset'],
      ['finished', 'closed'],
      ['shutdown', 'unknown'],
    ] as const) {
      const playbook = new Playbook()
        .client(post('/up', 'x'.repeat(60)).slice(0, -1))
        .wait(hourMs)
        .close(reason);
      assert.deepEqual(playbook.lines, [`POST /up - ${outcome} sent 59`]);
    }
  });

  test('a request whose rest was lost waits', () => {
    const chunked = 'POST /up HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel';
    const playbook = new Playbook().client(chunked).gap(0, 3).wait(13_000);
    assert.deepEqual(playbook.lines, ['POST /up - timeout sent 3 incomplete gap 3']);
  });

  test('an interim answer after the timeout is in the late record', () => {
    const playbook = new Playbook().client(get('/slow')).wait(20_000).server(head(102)).wait(20_000).server(head(103));
    playbook.wait(20_000).server(answer(503, 'sorry'));
    assert.deepEqual(playbook.lines, ['GET /slow - timeout', 'GET /slow 503 answered after 102,103 received 5 late']);
  });

  test('a late answer that is cut off is told as far as it came', () => {
    const endings: readonly (readonly [string, (playbook: Playbook) => Playbook])[] = [
      ['reset received 2', (playbook) => playbook.close('reset')],
      ['closed received 2', (playbook) => playbook.finish()],
      ['answered received 2 incomplete', (playbook) => playbook.close('shutdown')],
    ];
    for (const [told, end] of endings) {
      const playbook = new Playbook().client(get('/slow')).wait(20_000).server(answer(200, 'half').slice(0, -2));
      assert.deepEqual(end(playbook).lines, ['GET /slow - timeout', `GET /slow 200 ${told} late`]);
    }
  });

  test('a late answer of which bytes were lost says so', () => {
    const whole = answer(200, '0123456789');
    const playbook = new Playbook().client(get('/slow')).wait(20_000).server(whole.slice(0, -7));
    playbook.gap(1, 4).server(whole.slice(-3)).client(get('/next')).server(answer(201, ''));
    assert.deepEqual(playbook.lines, [
      'GET /slow - timeout',
      'GET /slow 200 answered received 10 incomplete gap 4 late',
      'GET /next 201 answered',
    ]);
  });

  test('after a loss in which the answer may have been, what comes is given to nobody', () => {
    const playbook = new Playbook().client(get('/slow')).wait(20_000).gap(1, 300).server(answer(200, 'whose'));
    playbook.finish();
    assert.deepEqual(playbook.lines, ['GET /slow - timeout', '- 200 answered received 5 incomplete']);
    assert.equal(playbook.counters.http_late_responses, 0);
  });

  test('of pipelined requests the first may be late, and those behind it with it', () => {
    const playbook = new Playbook()
      .client(get('/a') + get('/b'))
      .wait(9000)
      .client(get('/c'))
      .wait(4000);
    assert.deepEqual(playbook.lines, ['GET /a - timeout', 'GET /b - timeout']);
    playbook.server(answer(200, 'a') + answer(200, 'bb') + answer(200, 'ccc'));
    assert.deepEqual(playbook.lines.slice(2), [
      'GET /a 200 answered received 1 late',
      'GET /b 200 answered received 2 late',
      'GET /c 200 answered received 3',
    ]);
  });

  test('both records are of the same exchange, and the first never changes', () => {
    const playbook = new Playbook({ bodyLimitBytes: 100 }).client(post('/slow', 'asked')).wait(20_000);
    const [first] = playbook.exchanges;
    const before = structuredClone({ ...first, request: first?.request?.body });
    playbook.server(answer(200, 'told'));
    assert.deepEqual(structuredClone({ ...first, request: first?.request?.body }), before);
    const [, late] = playbook.exchanges;
    assert.deepEqual(late?.key, first?.key);
    assert.deepEqual(late?.request, first?.request);
    assert.equal(late?.response?.body?.bytes.toString(), 'told');
  });

  test('at the end of the capture, who waits for longer than the timeout has timed out, looked at or not', () => {
    for (const [waited, outcome] of [
      [9900, 'unknown'],
      [10_100, 'timeout'],
    ] as const) {
      const playbook = new Playbook({ timeoutMs: 10_000, timeoutCheckMs: 60_000 }).wait(100).client(get('/a'));
      assert.deepEqual(playbook.wait(waited).close('shutdown').lines, [`GET /a - ${outcome}`]);
    }
  });

  test('a late answer that is under way is something that a shutdown waits for', () => {
    const slow = new Playbook().client(get('/slow')).wait(20_000);
    assert.equal(slow.openExchanges.size, 0);
    slow.server(answer(200, 'half').slice(0, -2));
    assert.deepEqual([slow.openExchanges.size, slow.openExchanges.begun], [1, 1]);
    slow.server('lf');
    assert.equal(slow.openExchanges.size, 0);
  });
});

describe('from a file', () => {
  test('the answer decides, however late it comes', () => {
    const playbook = new Playbook(fromFile).client(get('/slow')).wait(hourMs).server(answer(200, 'late'));
    assert.deepEqual(playbook.lines, ['GET /slow 200 answered received 4']);
    assert.deepEqual([playbook.counters.http_late_responses, playbook.counters.exchanges_timeout], [0, 0]);
  });

  test('where none comes, it is as it would be live', () => {
    for (const [reason, waited, outcome] of [
      ['finished', 20_000, 'timeout'],
      ['reset', 20_000, 'timeout'],
      ['shutdown', 20_000, 'timeout'],
      ['finished', 5000, 'closed'],
      ['reset', 5000, 'reset'],
      ['shutdown', 5000, 'unknown'],
    ] as const) {
      const playbook = new Playbook(fromFile).client(get('/a')).wait(waited).close(reason);
      assert.deepEqual(playbook.lines, [`GET /a - ${outcome}`], `${reason} after ${waited} ms`);
    }
  });

  test('where an answer may have been missed, nobody knows', () => {
    const lost = new Playbook(fromFile).client(get('/a')).wait(20_000).gap(1, 300).close('finished');
    assert.deepEqual(lost.lines, ['GET /a - unknown incomplete gap 300']);
    for (const reason of ['idle', 'evicted_count', 'evicted_memory', 'replaced'] as const) {
      const playbook = new Playbook(fromFile).client(get('/a')).wait(20_000).close(reason);
      assert.deepEqual(playbook.lines, ['GET /a - unknown'], reason);
    }
    const oneSided = new Playbook(fromFile);
    oneSided.connection.unseen.add(1);
    assert.deepEqual(oneSided.client(get('/a')).wait(20_000).close('shutdown').lines, ['GET /a - unknown']);
  });
});
