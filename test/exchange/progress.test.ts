// What is told of an exchange while it lasts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, get, head, Playbook, type PlaybookOptions, post } from '../support/http1/playbook.ts';

const second = 1_000_000;
const stream = head(200, 'Content-Type: text/event-stream', 'Transfer-Encoding: chunked');
const event = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Each account: its part and seconds, status, bytes sent and received, seconds of the last byte received. */
function told({ accounts }: Playbook): string[] {
  return accounts.map(({ part, time, exchange: { request, response } }) => {
    const last = response === undefined ? '-' : Math.floor(response.lastByteTime / second);
    const status = response?.head.status ?? '-';
    const bytes = `${request?.bodyBytes}/${response?.bodyBytes ?? '-'}`;
    return `${part} at ${Math.floor(time / second)}: ${status} ${bytes} ${last}`;
  });
}

const events = (options: PlaybookOptions = {}) => new Playbook(options).client(get('/events')).server(stream);

describe('an exchange that lasts', () => {
  test('is told after every interval, with what is known so far, and once in the end', () => {
    const playbook = events();
    for (let count = 0; count < 7; count++) playbook.server(event('data')).wait(30_000);
    assert.deepEqual(told(playbook), ['1 at 60: 200 0/8 30', '2 at 120: 200 0/16 90', '3 at 180: 200 0/24 150']);
    assert.deepEqual(playbook.lines, []);
    assert.equal(playbook.counted, 0);
    playbook.server('0\r\n\r\n').wait(200_000);
    assert.equal(playbook.accounts.length, 3);
    assert.deepEqual(playbook.lines, ['GET /events 200 answered received 28']);
    assert.equal(playbook.progress.size, 0);
    assert.deepEqual(new Set(playbook.accounts.map(({ exchange: { key } }) => key)).size, 1);
  });

  test('that ends within the interval is not told before', () => {
    const playbook = events().wait(59_000).server('0\r\n\r\n').wait(60_000);
    assert.deepEqual([playbook.accounts, playbook.progress.size], [[], 0]);
  });

  test('may be an upload, or a silence', () => {
    const upload = new Playbook().client(post('/up', 'x'.repeat(1000)).slice(0, -990)).wait(61_000);
    assert.deepEqual(told(upload), ['1 at 60: - 10/- -']);
    assert.deepEqual(told(events().wait(125_000)), ['1 at 60: 200 0/0 0', '2 at 120: 200 0/0 0']);
  });

  test('has no bodies before its end, and its account does not change afterwards', () => {
    const options = { bodyLimitBytes: 100 };
    const playbook = new Playbook(options).client(post('/a', 'body')).server(stream).server(event('one')).wait(61_000);
    const [account] = playbook.accounts;
    const before = JSON.stringify(account);
    playbook.server(event('two')).server('0\r\n\r\n');
    assert.equal(JSON.stringify(account), before);
    assert.deepEqual([account?.exchange.request?.body, account?.exchange.response?.body], [undefined, undefined]);
    assert.equal(playbook.exchanges[0]?.response?.body?.bytes.toString(), 'onetwo');
  });

  test('ends with its connection, however that ends', () => {
    for (const reason of ['reset', 'finished', 'shutdown', 'idle', 'evicted_memory'] as const) {
      const playbook = events().wait(61_000).close(reason);
      assert.deepEqual([playbook.accounts.length, playbook.progress.size], [1, 0]);
      assert.equal(playbook.connection.heldBytes, 0);
    }
  });

  test('of which only the response was seen is told, too', () => {
    assert.deepEqual(told(new Playbook().server(answer(200, 'xy').slice(0, -1)).wait(61_000)), [
      '1 at 60: 200 undefined/1 0',
    ]);
  });
});

test('what has become a tunnel lasts no more', () => {
  const playbook = new Playbook().client('CONNECT b:443 HTTP/1.1\r\n\r\n').server(head(200)).wait(200_000);
  assert.deepEqual([playbook.accounts, playbook.progress.size], [[], 0]);
});

test('what is not to be logged is not told', () => {
  const playbook = new Playbook().client(get('/ignored')).server(stream).wait(200_000);
  assert.deepEqual([playbook.accounts, playbook.progress.size], [[], 0]);
});

test('with an interval of 0 nothing is told', () => {
  assert.deepEqual(events({ progressIntervalMs: 0 }).wait(200_000).accounts, []);
});

describe('a request that was unanswered for too long', () => {
  for (const readsToEnd of [false, true]) {
    test(`is told no more, until a late answer begins to last (${readsToEnd ? 'file' : 'live'})`, () => {
      const playbook = new Playbook({ readsToEnd, timeoutMs: 70_000 }).client(get('/events')).wait(200_000);
      assert.deepEqual(told(playbook), ['1 at 60: - 0/- -']);
      playbook.server(stream).server(event('data')).wait(61_000);
      assert.deepEqual(told(playbook).slice(1), ['2 at 260: 200 0/4 200']);
      playbook.server('0\r\n\r\n').wait(100_000);
      const answered = `GET /events 200 answered received 4${readsToEnd ? '' : ' late'}`;
      assert.deepEqual(playbook.lines, readsToEnd ? [answered] : ['GET /events - timeout', answered]);
      assert.equal(playbook.progress.size, 0);
    });
  }
});

test('of exchanges that come and go by the thousand, nothing is left', () => {
  const playbook = new Playbook();
  for (let count = 0; count < 5000; count++) playbook.client(get('/a')).server(answer(200, 'x'));
  playbook.wait(100_000);
  assert.deepEqual([playbook.accounts.length, playbook.progress.size], [0, 0]);
});
