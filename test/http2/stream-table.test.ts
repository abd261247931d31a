import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Ending, ExchangeListener, MessageListener } from '../../src/http/exchange-listener.ts';
import { HeaderFields } from '../../src/http/header-fields.ts';
import { StreamTable } from '../../src/http2/stream-table.ts';

const fields = new HeaderFields([], { textBytes: 0, nameBits: 0, undecoded: 0 });
const start = { time: 1, sequence: 2, acknowledgment: 3 };
const head = { version: 'HTTP/2', headers: fields, size: 1, isWhole: true, anomalies: [] };

/** What is told of each exchange, as words. */
function tableThatTells() {
  const told: string[] = [];
  const message = (name: string): MessageListener<never> => ({
    head: () => told.push(`${name} head`),
    body: () => told.push(`${name} body`),
    missing: (bytes) => told.push(`${name} missing ${bytes}`),
    trailers: () => told.push(`${name} trailers`),
    odd: () => {},
    end: () => told.push(`${name} end`),
    abandon: () => told.push(`${name} abandoned`),
  });
  const begin = (stream?: number): ExchangeListener => ({
    request: message(`${stream} request`),
    response: message(`${stream} response`),
    informational: (status) => told.push(`${stream} ${status}`),
    lost: () => told.push(`${stream} lost`),
    answerMayBeLost: () => told.push(`${stream} may be answered`),
    unpaired: () => told.push(`${stream} unpaired`),
    end: (ending: Ending, by) => told.push(`${stream} ${ending}${by === undefined ? '' : ` by ${by}`}`),
    agreed: () => assert.fail('nothing was agreed to'),
    continuesAs: () => assert.fail('nothing was upgraded'),
  });
  const table = new StreamTable({ begin }, () => assert.fail('nothing was agreed to'));
  const ask = (stream: number, isLast = true) =>
    table.requestHeaders({ stream, head: { ...head, method: 'GET', target: '/' }, fields, start, time: 1, isLast });
  const trail = (stream: number) =>
    table.responseHeaders({ stream, head: { ...head, status: undefined }, fields, start, time: 1, isLast: true });
  const answer = (stream: number, isLast = true, status = 200) =>
    table.responseHeaders({ stream, head: { ...head, status }, fields, start, time: 1, isLast });
  /** What was told since this was asked last. */
  const since = () => told.splice(0);
  return { table, ask, answer, trail, since };
}

describe('a stream', () => {
  test('is over when both of its messages have ended, and never begins again', () => {
    const { table, ask, answer, since } = tableThatTells();
    ask(1, false);
    answer(1, false, 100);
    answer(1);
    table.ends(1, true, 5);
    assert.deepEqual(since(), [
      '1 request head',
      '1 100',
      '1 response head',
      '1 response end',
      '1 request end',
      '1 answered',
    ]);
    ask(1);
    answer(1);
    table.ends(1, false, 6);
    assert.deepEqual(since(), []);
  });

  test('has a second block as trailers', () => {
    const { ask, answer, trail, since } = tableThatTells();
    ask(1, false);
    ask(1);
    answer(1, false);
    trail(1);
    assert.deepEqual(since(), [
      ...['1 request head', '1 request trailers', '1 request end'],
      ...['1 response head', '1 response trailers', '1 response end', '1 answered'],
    ]);
  });

  test('whose request was not seen is over with its answer', () => {
    const { answer, since } = tableThatTells();
    answer(7);
    assert.deepEqual(since(), ['7 response head', '7 response end', '7 answered']);
  });

  test('that was passed over may be answered, but never has trailers alone', () => {
    const { ask, answer, trail, since } = tableThatTells();
    ask(5);
    trail(1);
    answer(3);
    answer(5);
    answer(5);
    trail(9);
    assert.deepEqual(since(), [
      '5 request head',
      '5 request end',
      ...['3 response head', '3 response end', '3 answered'],
      ...['5 response head', '5 response end', '5 answered'],
    ]);
  });

  test('whose status could not be read has no other response for its trailers', () => {
    const { table, ask, answer, since } = tableThatTells();
    ask(1);
    table.responseHeaders({ stream: 1, head: { ...head, status: undefined }, fields, start, time: 1, isLast: false });
    answer(1);
    assert.deepEqual(since(), [
      ...['1 request head', '1 request end', '1 response head', '1 response end', '1 answered'],
    ]);
  });

  test('whose request was not seen has no trailers of one either', () => {
    const { table, answer, since } = tableThatTells();
    answer(7, false);
    table.requestHeaders({ stream: 7, head: undefined, fields, start, time: 1, isLast: false });
    table.ends(7, true, 1);
    assert.deepEqual(since(), ['7 response head']);
  });

  test('that is reset keeps an answer that was whole', () => {
    const { table, ask, answer, since } = tableThatTells();
    ask(1, false);
    answer(1);
    ask(3);
    answer(3, false);
    since();
    table.reset(1, false);
    table.reset(3, true);
    table.reset(5, true);
    assert.deepEqual(since(), ['1 answered', '3 reset by client']);
  });
});

test('a server that goes away resets the streams that it has not looked at', () => {
  const { table, ask, since } = tableThatTells();
  for (const stream of [1, 3, 5]) ask(stream);
  since();
  table.goAway(3, false);
  assert.deepEqual(since(), ['5 reset by server']);
  table.goAway(0, true);
  assert.deepEqual(since(), []);
});

test('a loss costs no stream that began after it', () => {
  const { table, ask, since } = tableThatTells();
  ask(1);
  since();
  table.lost(false, 0.5);
  assert.deepEqual(since(), []);
});

test('a loss costs the messages that its side had begun and not finished', () => {
  const { table, ask, answer, since } = tableThatTells();
  ask(1);
  ask(3, false);
  ask(5);
  answer(5, false);
  ask(7, false);
  answer(7);
  since();
  table.lost(true, 1);
  assert.deepEqual(since(), [
    ...['3 lost', '3 request abandoned', '3 may be answered'],
    ...['7 lost', '7 request abandoned', '7 answered'],
  ]);
  table.lost(false, 1);
  assert.deepEqual(since(), ['1 may be answered', '5 lost', '5 unknown']);
  table.lost(true, 1);
  table.lost(false, 1);
  assert.deepEqual(since(), []);
});

test('a response that may have been lost can still come, but not without its head', () => {
  const { table, ask, answer, trail, since } = tableThatTells();
  for (const stream of [1, 3, 5, 7]) ask(stream);
  table.lost(false, 1);
  since();
  answer(1);
  assert.deepEqual(since(), ['1 response head', '1 response end', '1 answered']);
  trail(3);
  assert.deepEqual(since(), ['3 lost', '3 unknown']);
  table.ends(5, false, 1);
  assert.deepEqual(since(), ['5 lost', '5 unknown']);
  answer(7, false);
  since();
  table.lost(false, 1);
  assert.deepEqual(since(), ['7 lost', '7 unknown']);
});

test('of too many streams at once the oldest is given up', () => {
  const { ask, since } = tableThatTells();
  for (let stream = 1; stream <= 2001; stream += 2) ask(stream);
  assert.deepEqual(
    since().filter((line) => /unpaired|unknown/.test(line)),
    ['1 unpaired', '1 unknown'],
  );
});

test('bodies of messages without a head are passed over', () => {
  const { table, ask, since } = tableThatTells();
  const chunk = { bytes: Buffer.from('a'), start: 0, end: 1, lastTime: 0, ...start };
  const piece = { stream: 1, chunk, start: 0, end: 1 };
  table.body(piece, true);
  ask(1, false);
  table.body(piece, true);
  table.body(piece, false);
  table.missing(1, true, 5);
  table.missing(1, false, 5);
  assert.deepEqual(since(), ['1 request head', '1 request body', '1 request missing 5']);
});
