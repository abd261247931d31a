import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientOf, forwardedForList, forwardedList } from '../../../src/record/headers/forwarded-for.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

const first = (value: string) => clientOf(forwardedForList(value), 0);
const standard = (value: string) => clientOf(forwardedList(value), 0);

test('the first client of X-Forwarded-For has no port and no brackets', () => {
  for (const [value, client] of [
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.0.0.1', '203.0.113.7'],
    [' ,203.0.113.7:4711,10.0.0.1', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['"[2001:db8::7]:80"', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['unknown, 10.0.0.1', undefined],
    ['[redacted]', undefined],
    ['<script>', undefined],
    ['-', undefined],
    ['for=10.0.0.1', undefined],
    ['10.0.0.1\u202e', undefined],
    ['[2001:db8::7', undefined],
    ['x'.repeat(65), undefined],
    ['', undefined],
    [',,', undefined],
  ] as const) {
    assert.equal(first(value), client, value);
  }
});

test('the first client of Forwarded is that of its first element', () => {
  for (const [value, client] of [
    ['for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
    ['For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['proto=http ; for=192.0.2.43, for=198.51.100.17', '192.0.2.43'],
    ['for=_gazonk', '_gazonk'],
    ['for="_SEVKISEK:_port"', '_SEVKISEK'],
    ['host="a,b;for=evil";for=192.0.2.1', '192.0.2.1'],
    ['for="192\\.0.2.1"', '192.0.2.1'],
    ['for=192.0.2.1;', '192.0.2.1'],
    [', ,for=192.0.2.1', '192.0.2.1'],
    ['for=unknown, for=192.0.2.1', undefined],
    ['by=203.0.113.43, for=192.0.2.1', undefined],
    ['for=', undefined],
    ['"', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(standard(value), client, value);
  }
});

/** `::` is no client, but any other address. */
const node = fc.oneof(fc.ipV4(), fc.ipV6()).filter((ip) => ip !== '::');
const written = fc.tuple(node, fc.option(fc.integer({ min: 1, max: 65_535 })));
const chains = fc.array(written, { minLength: 1, maxLength: 8 });

function writtenAs([ip, port]: readonly [string, number | null]): string {
  return port === null ? ip : `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}

test('in any chain, the client is the one that the first of the trusted proxies saw', () => {
  fc.assert(
    fc.property(chains, fc.nat(10), (chain, hops) => {
      const nodes = chain.map(writtenAs);
      const expected = chain[hops === 0 ? 0 : Math.max(0, chain.length - hops)]?.[0];
      assert.equal(clientOf(forwardedForList(nodes.join(', ')), hops), expected);
      assert.equal(clientOf(forwardedForList(nodes.join(',')), hops), expected);
      const elements = nodes.map((each, index) => `proto=http;${index % 2 === 0 ? 'for' : 'FOR'}="${each}"`);
      assert.equal(clientOf(forwardedList(elements.join(', ')), hops), expected);
    }),
  );
});

/** What a client may send that makes no sense, without what ends it somewhere else. */
const nonsense = fc.oneof(
  fc.constantFrom('"', 'for="', 'for="x"y', 'a b', 'for=1 2', '=;"', 'x="\\', 'for="a"b="', ';;"', 'for=[;"'),
  fc.string({ maxLength: 20 }).map((text) => text.replace(/[,\\]/g, '')),
);

test('whatever a client has sent, the client that a trusted proxy adds behind it is found', () => {
  fc.assert(
    fc.property(fc.array(nonsense, { maxLength: 4 }), fc.ipV4(), (sent, seen) => {
      assert.equal(clientOf(forwardedList([...sent, `for=${seen};proto=https`].join(', ')), 1), seen);
      assert.equal(clientOf(forwardedForList([...sent, seen].join(', ')), 1), seen);
    }),
    { numRuns: 1000 },
  );
});

test('a mistake costs its element the client, and nobody else takes that place', () => {
  for (const [value, clients] of [
    ['for=192.0.2.1;x="a"b, for=192.0.2.2', ['', '192.0.2.2']],
    ['for=192.0.2.1, for="192.0.2.2', ['192.0.2.1', '']],
    ['for="a" b, for=192.0.2.2', ['', '192.0.2.2']],
    ['for=192.0.2.1 192.0.2.3, for=192.0.2.2', ['', '192.0.2.2']],
    [`for=192.0.2.1;${' '.repeat(20)}proto=http, for=192.0.2.2`, ['', '192.0.2.2']],
  ] as const) {
    assert.deepEqual(forwardedList(value), clients, value);
  }
});

test('any text gives a client that is short and plain, or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(3), (value, hops) => {
      for (const list of [forwardedForList(value), forwardedList(value)]) {
        assert.match(clientOf(list, hops) ?? 'none', /^[\w.:%-]{1,64}$/);
      }
    }),
  );
});

for (const hostile of ['for="', 'for="\\', ' ', '\t;', ',', ';=', 'a', 'a b', '"\\"', '=\\",', '[', '[:', '%', '_:']) {
  test(`four times as much of ${JSON.stringify(hostile)} costs about four times as much`, async () => {
    await assertLinear({
      run: (value: string) => {
        for (const list of [forwardedForList(value), forwardedList(value)]) clientOf(list, 1);
      },
      less: () => hostile.repeat(64_000),
      more: () => hostile.repeat(256_000),
    });
  });
}
