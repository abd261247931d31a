import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactValues } from '../../../../src/record/redact/values/redact-values.ts';
import { base64Json, secretValues } from '../../../support/record/secret-values.ts';

for (const { name, value, shown = '', mark = 12, hasSlashes = false } of secretValues) {
  test(`${name} is redacted, alone, between others, and wherever it is cut`, () => {
    assert.equal(redactValues(value, false), `${shown}[redacted]`);
    for (const [before, after] of [
      ['', ' b'],
      ['a ', ''],
      ['"', '"'],
      ['/a/', hasSlashes ? '?c=d' : '/b?c=d'],
      ['a=', '&b=c'],
      ['(', ')'],
      ['a: ', '\nb'],
    ] as const) {
      assert.equal(redactValues(before + value + after, false), `${before}${shown}[redacted]${after}`);
    }
    const beginning = value.slice(0, shown.length + mark);
    for (let length = beginning.length; length < value.length; length++) {
      const text = redactValues(`a ${value.slice(0, length)}`, true);
      assert.ok(!text.includes(beginning), `cut at ${length}: ${text}`);
    }
  });
}

/** Valid test numbers of many issuers. */
const cards = [
  ...['4111111111111111', '4242424242424242', '4222222222222', '4000000000000000006', '5555555555554444'],
  ...['5105105105105100', '2223003122003222', '2720992593160024', '378282246310005', '371449635398431'],
  ...['6011111111111117', '6011000990139424', '6500000000000002', '30569309025904', '38520000023237', '36227206271667'],
  ...['3530111333300000', '3566002020360505', '6200000000000005', '6205500000000000004', '6304000000000000'],
  ...['6759649826438453', '5019717010103742', '2200000000000053', '5610591081018250', '8171999927660000'],
];
for (const card of cards) {
  test(`the card number ${card} is redacted in the usual groups`, () => {
    const groups = [card, card.replace(/(\d{4})(?=\d)/g, '$1 '), card.replace(/(\d{4})(?=\d)/g, '$1-')];
    if (card.length < 16)
      groups.push(card.replace(/^(\d{4})(\d{6})/, '$1 $2 '), card.replace(/^(\d{4})(\d{6})/, '$1-$2-'));
    for (const each of groups) {
      for (const text of [
        each,
        `card ${each}.`,
        `"${each}"`,
        `/pay/${each}/x`,
        `2026-01-02 ${each}`,
        `${each}, ${each}`,
      ]) {
        const redacted = redactValues(text, false);
        assert.ok(!redacted.includes(each) && !redacted.includes(each.slice(-4)), `${text}: ${redacted}`);
      }
    }
    for (const separator of ['%20', '%2d', '%2D']) {
      const encoded = card.replace(/(\d{4})(?=\d)/g, `$1${separator}`);
      assert.equal(redactValues(`/pay?n=${encoded}&b=1`, false), '/pay?n=[redacted]&b=1');
    }
    for (let length = 4; length < card.length; length++) {
      assert.ok(!redactValues(`n ${card.slice(0, length)}`, true).includes(card.slice(0, 4)));
    }
  });
}

const ordinary: readonly string[] = [
  // Times since the epoch in all units, of years to come, too
  ...['1714980000', '1714980000123', '1714980000123456', '1714980000123456789', '1999999999999999'],
  // Barcodes, identifiers, parcels, phone numbers
  ...['4006381333931', '4902430698870', '9780201379624', '1Z999AA10123456784', '+49 30 123456 7890', '00491701234567'],
  ...['123456789012345678', '4111111111111112', '0004111111111111111', '41111111111111110', '9007199254740993'],
  '0.4111111111111111',
  '51.4111111111111111',
  '4111111111111111.5',
  'a4111111111111111',
  '4111111111111111b',
  'deadbeef4111111111111111',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  '6f1c2b7e-0d4a-4c1e-9b5f-000000000001',
  '2026-11-30 15:49:33 12:00',
  '4 8 15 16 23 42 4 8 15 16 23 42',
  '10.244.1.17 10.244.1.18 10.244.1.19',
  // Words that begin like a key
  ...[
    'sk-SK',
    'cs,sk-SK;q=0.8',
    'sk-learn',
    'npm_config_user_agent',
    'npm_lifecycle_event_of_a_package',
    'SKU-1234567890',
  ],
  ...['glc_', 'key-value', 'hf_', 'AKIA', 'SG.', 'xoxo-', 'ey', 'eyJ', 'eyewitness-account-of-something.html'],
  'AIRLINE-AKIAK-4711',
  'https://hooks.slack.com/services',
  '/services/Things/Bees/abcdefghijklmnop',
  '-----BEGIN CERTIFICATE-----',
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ',
  // Schemes without credentials
  ...[
    'Bearer',
    'bearer token',
    'Bearer realm="a", charset=b',
    'Basic realm="a"',
    'a Basic plan',
    'basic authentication',
  ],
  ...['Digest realm="a", nonce="b", qop="auth"', 'Negotiate', 'the bearer of this', 'token expired', 'Basic', 'NTLM'],
  'Bearer error="invalid_token", error_description="expired"',
  'sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:',
  'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
];
for (const text of ordinary) {
  test(`${text} is no secret`, () => assert.equal(redactValues(text, false), text));
}

test('of a million numbers of the kinds that are logged, none is taken for a card', () => {
  // Microseconds of a day, and ids that count up.
  for (let each = 0; each < 200_000; each++) {
    const micros = String(1_796_083_200_000_000 + each * 431_999);
    assert.equal(redactValues(micros, false), micros);
  }
  const ids = Array.from({ length: 1000 }, (_, index) => String(1_000_000_000_000_000_000n + BigInt(index) * 7919n));
  for (const id of ids) assert.equal(redactValues(id, false), id);
});

test('a JSON Web Token that is unsecured, encrypted, detached or encoded once more is redacted', () => {
  const header = base64Json({ alg: 'none' });
  const payload = base64Json({ sub: '1234' });
  for (const token of [
    `${header}.${payload}.`,
    `${header}..c2ln`,
    `${header}..aXY.Y3Q.dGFn`,
    `${header}.k.aXY.Y3Q.dGFn`,
  ]) {
    assert.equal(redactValues(`a ${token} b`, false), 'a [redacted] b');
  }
  const spaced = Buffer.from('{ "alg": "none" }').toString('base64url');
  assert.equal(redactValues(`${spaced}.${payload}.c2ln`, false), '[redacted]');
  assert.equal(redactValues(Buffer.from(`${header}.${payload}.c2ln`).toString('base64url'), false), '[redacted]');
});

test('credentials of a scheme are redacted under any name, and the scheme stays', () => {
  const basic = Buffer.from('bob:s3cret').toString('base64');
  for (const [text, expected] of [
    [`Basic ${basic}`, 'Basic [redacted]'],
    ['basic YTpi', 'basic [redacted]'],
    ['Bearer s3cret', 'Bearer [redacted]'],
    ['Bearer summerrain', 'Bearer [redacted]'],
    [`x=1; auth Basic ${basic}, y`, 'x=1; auth Basic [redacted], y'],
    ['BEARER abc.DEF-123', 'BEARER [redacted]'],
    ['Negotiate YIIJvwYGKwYBBQUCoIIJszCC', 'Negotiate [redacted]'],
    ['NTLM TlRMTVNTUAABAAAAB4IIogAAAAAA', 'NTLM [redacted]'],
    ['Bearer%20abc123def', 'Bearer%20[redacted]'],
    ['Basic+dXNlcjpwYXNz', 'Basic+[redacted]'],
    ['Digest username="bob", realm="a", nonce="n", response="6629fae4"', 'Digest [redacted]'],
    ['Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b', 'Token [redacted]'],
  ] as const) {
    assert.equal(redactValues(text, false), expected);
    assert.equal(redactValues(expected, false), expected, 'nothing is left to redact');
  }
  for (const text of ['Basic dXN', 'Bearer abc', 'x: Basic dXNlcjpw', 'Negotiate YII']) {
    assert.match(redactValues(text, true), /^[\w: ]* \[redacted\]$/);
  }
});

test('the key of AWS beside its id is redacted with it', () => {
  const id = `AKIA${'IOSFODNN7EXAMPLE'}`;
  const key = `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`;
  for (const between of [' ', ':', ',', '\n', '\t', '": "', ' = ']) {
    assert.equal(redactValues(`a ${id}${between}${key} b`, false), 'a [redacted] b');
  }
});
