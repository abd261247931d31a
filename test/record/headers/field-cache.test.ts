import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderField } from '../../../src/http/header-field.ts';
import { FieldCache } from '../../../src/record/headers/field-cache.ts';
import { createRedactor } from '../../../src/record/redact/redact.ts';

const redactor = createRedactor({ enabled: true, headers: [], params: [] });

/** As a parser gives it that does, or does not, know the line. */
const sent = (name: string, value: string, slot = 0): HeaderField => ({ name, value, slot });

test('a line that repeats is the same field each time', () => {
  const cache = new FieldCache(redactor);
  const first = cache.field(sent('accept', 'text/html?token=s3cret', 7));
  assert.equal(first.value, 'text/html?token=[redacted]');
  for (let times = 0; times < 3; times++) {
    cache.startMessage();
    assert.equal(cache.field(sent('accept', 'text/html?token=s3cret', 7)), first);
  }
});

test('a value that its sender wants nobody to keep is a secret, whatever its name', () => {
  const sensitive: HeaderField = { name: 'x-tenant', value: 'a', slot: 0, isSensitive: true };
  assert.equal(new FieldCache(redactor).field(sensitive).value, '[redacted]');
  const open = createRedactor({ enabled: false, headers: [], params: [] });
  assert.equal(new FieldCache(open).field(sensitive).value, 'a');
});

test('what has no slot is not kept, and says the same', () => {
  const cache = new FieldCache(redactor);
  const [once, again] = [cache.field(sent('x-request-id', 'same')), cache.field(sent('x-request-id', 'same'))];
  assert.notEqual(again, once);
  assert.deepEqual([once.value, again.value], ['same', 'same']);
});

test('a slot that is given to another line never gives away what it held', () => {
  const cache = new FieldCache(redactor);
  const lines = [
    sent('authorization', 's3cret', 1),
    sent('accept', 's3cret', 1),
    sent('accept', 'text/html', 1),
    sent('authorization', 'text/html', 1),
  ];
  for (let round = 0; round < 3; round++) {
    const told = lines.map((line) => [cache.field(line).name.text, cache.field(line).value]);
    assert.deepEqual(told, [
      ['authorization', '[redacted]'],
      ['accept', 's3cret'],
      ['accept', 'text/html'],
      ['authorization', '[redacted]'],
    ]);
  }
});

test('names are bounded, and what was kept of them is forgotten with them', () => {
  const cache = new FieldCache(redactor);
  const first = cache.field(sent('x-0', 'v', 1));
  for (let name = 1; name <= 600; name++) {
    cache.startMessage();
    assert.equal(cache.field(sent(`x-${name}`, 'v', 2)).name.text, `x-${name}`);
  }
  cache.startMessage();
  assert.notEqual(cache.field(sent('x-0', 'v', 1)).name, first.name);
});

test('within one message a name stays the same object, also a long one, however many there are', () => {
  const cache = new FieldCache(redactor);
  cache.startMessage();
  const names = Array.from({ length: 2000 }, (_, index) => 'x'.repeat(1 + (index % 100)) + index);
  const logged = names.map((name, index) => cache.field(sent(name, 'v', 1 + index)).name);
  assert.deepEqual(
    names.map((name, index) => cache.field(sent(name, 'v', 1 + index)).name),
    logged,
  );
  cache.startMessage();
  const long = names.findIndex((name) => name.length > 64);
  assert.notEqual(cache.field(sent(names[long] ?? '', 'v', 1 + long)).name, logged[long]);
});
