import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { Outcome } from '../../src/exchange/exchange.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { createConnectRecordBuilder } from '../../src/record/build-connect.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import { exchangeOf, fullOptions, requestMessage, responseMessage } from '../support/record/exchanges.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';

const build = createRecordBuilder(fullOptions);
const record = build(
  exchangeOf({
    request: requestMessage({ target: '/orders/7?token=s3cret', headers: [['Host', 'shop']] }, { bodyBytes: 5 }),
    response: responseMessage({ status: 404 }, { bodyBytes: 12_345 }),
  }),
);

test('a record is one aligned line', () => {
  assert.equal(
    formatPretty(record, false, 120),
    '07:20:00.123 ← 404     GET     shop/orders/7                    12.8 ms  ↑5      ↓12k     10.0.0.1:51000 → ' +
      '10.0.0.2:8080',
  );
});

test('an exchange without a response shows its outcome', () => {
  const line = formatPretty(build(exchangeOf({ response: undefined, outcome: 'timeout', incomplete: true })), false);
  assert.match(line, /^07:20:00\.123 ← timeout GET {5}\/ +↑0 +↓\? +10\.0\.0\.1:51000 → 10\.0\.0\.2:8080 incomplete$/);
});

test('an answer whose status could not be read has its place in the columns', () => {
  const response = responseMessage({ status: undefined });
  assert.match(formatPretty(build(exchangeOf({ response })), false), /^07:20:00\.123 ← \? {7}GET {5}\/ /);
});

test('an answer that came late says so', () => {
  const late = formatPretty(build(exchangeOf({ late: true, outcome: 'reset', incomplete: true })), false);
  assert.match(late, / 200 .* 10\.0\.0\.2:8080 late incomplete$/);
  const narrow = formatPretty(build(exchangeOf({ late: true })), false, 80);
  assert.match(narrow, / late$/);
  assert.equal(Array.from(narrow).length, 80);
});

test('a connection that never came up shows how it failed, whose it was, and no sizes', () => {
  const line = formatPretty(createConnectRecordBuilder(fullOptions)(failedConnectionExample), false);
  assert.match(
    line,
    /^07:20:00\.123 → refused connect 10\.0\.0\.2:8080 +1\.50 ms +10\.0\.0\.1:51000 → 10\.0\.0\.2:8080$/,
  );
});

test('columns stand below each other, and a long target is cut', () => {
  const targets = ['/', '/a', `/${'b'.repeat(500)}`, '/🚀🚀'];
  const columns = targets.map((target) => {
    const line = formatPretty(build(exchangeOf({ request: requestMessage({ target }) })), false, 130);
    return Array.from(line).indexOf('↑');
  });
  assert.equal(new Set(columns).size, 1, String(columns));
  const longest = formatPretty(
    build(exchangeOf({ request: requestMessage({ target: targets[2] ?? '' }) })),
    false,
    130,
  );
  assert.ok(Array.from(longest).length <= 130);
  assert.match(longest, /b…/);
});

test('where the width is not known nothing is cut, and what fits stands in columns as it does at a usual width', () => {
  const long = `/${'b'.repeat(500)}`;
  const line = formatPretty(build(exchangeOf({ request: requestMessage({ target: long }) })), false);
  assert.ok(line.includes(`${long} `), line);
  assert.match(line, /10\.0\.0\.1:51000 → 10\.0\.0\.2:8080$/);
  assert.equal(formatPretty(record, false), formatPretty(record, false, 140));
});

test('on a narrow terminal the addresses give way, not the URL', () => {
  const narrow = formatPretty(record, false, 80);
  assert.equal(narrow, '07:20:00.123 ← 404     GET     shop/orders/7            12.8 ms  ↑5      ↓12k   ');
  assert.equal(Array.from(narrow).length, 80);
  const incomplete = formatPretty(build(exchangeOf({ response: undefined, incomplete: true })), false, 80);
  assert.match(incomplete, / incomplete$/);
  assert.equal(Array.from(incomplete).length, 80);
});

test('durations and sizes have a unit', () => {
  const show = (micros: number, bytes: number) => {
    const start = 1_714_980_000_000_000;
    const request = requestMessage({}, { firstByteTime: start, lastByteTime: start });
    const response = responseMessage({}, { firstByteTime: start, lastByteTime: start + micros, bodyBytes: bytes });
    return /(\S+ m?s) .*↓(\S+)/.exec(formatPretty(build(exchangeOf({ request, response })), false))?.slice(1);
  };
  assert.deepEqual(show(0, 999), ['0.00 ms', '999']);
  assert.deepEqual(show(1234, 1000), ['1.23 ms', '1.0k']);
  assert.deepEqual(show(123_456, 1_500_000), ['123.5 ms', '1.5M']);
  assert.deepEqual(show(1_234_567, 2e9), ['1.23 s', '2.0G']);
  assert.deepEqual(show(123_456_789, 45e9), ['123 s', '45G']);
});

test('colours are by what failed and by class of status, and are all that a colour line adds', () => {
  const colourOf = (status: number | undefined, outcome: Outcome = 'answered') => {
    const response = outcome === 'answered' || status !== undefined ? responseMessage({ status }) : undefined;
    const made = build(exchangeOf({ response, outcome }));
    const line = formatPretty(made, true);
    assert.equal(stripVTControlCharacters(line), formatPretty(made, false));
    // Behind those of the time and of the arrow.
    return line.split('\x1b[')[5]?.split('m')[0];
  };
  const [red, green, yellow, cyan, grey] = ['31', '32', '33', '36', '90'];
  assert.deepEqual(
    [200, 301, 404, 500, 999, 99].map((status) => colourOf(status)),
    [green, cyan, yellow, red, red, red],
  );
  for (const outcome of ['timeout', 'reset', 'closed'] as const) {
    for (const status of [undefined, 200]) assert.equal(colourOf(status, outcome), red, `${outcome} ${status}`);
  }
  // What was not captured, or not read, has not failed.
  assert.equal(colourOf(undefined, 'unknown'), grey);
  assert.equal(colourOf(undefined), grey);
  const connect = formatPretty(createConnectRecordBuilder(fullOptions)(failedConnectionExample), true);
  assert.ok(connect.includes('\x1b[31mrefused'), connect);
});

test('traffic cannot send commands to the terminal, nor hide text', () => {
  const target = '/\x1b]0;title\x07\x1b[2J\r\n\x00\x7f\xc2\x9b31m\xe2\x80\xae\xe2\x80\xa8x';
  const request = requestMessage({ method: 'GET\x1b[31m', target, headers: [['Host', 'h\x1b[31m']] });
  const line = formatPretty(build(exchangeOf({ request })), false, 300);
  const shown = String.raw` GET\x1… h\x1b[31m/\x1b]0;title\x07\x1b[2J\x0d\x0a\x00\x7f\x9b31m\u{202e}\u{2028}x `;
  assert.ok(line.includes(shown), line);
  const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(bytes, bytes, bytes, (method, path, host) => {
      const hostile = requestMessage({ method, target: `/${path}`, headers: [['Host', host]] });
      assert.doesNotMatch(formatPretty(build(exchangeOf({ request: hostile })), false), /[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('IPv6 addresses have brackets', () => {
  const endpoints = { ...exchangeOf().endpoints, clientIp: 'fe80::1', direction: 'outgoing' } as const;
  const line = formatPretty(build(exchangeOf({ endpoints })), false);
  assert.match(line, / → 200 .* \[fe80::1\]:51000 → 10\.0\.0\.2:8080$/);
});
