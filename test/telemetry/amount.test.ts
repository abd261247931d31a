import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { amount, amountWith } from '../../src/telemetry/amount.ts';

test('one is not many', () => {
  assert.deepEqual(
    [0, 1, 2, 10].map((count) => amount(count, 'record')),
    ['0 records', '1 record', '2 records', '10 records'],
  );
  assert.deepEqual(
    [0, 1, 2].map((count) => amountWith(count, 'byte', ['is', 'are'])),
    ['0 bytes are', '1 byte is', '2 bytes are'],
  );
});

/** A number that is put in front of something in the plural. */
const unchecked =
  /\$\{(?!amount|[^}]*\? )[^}]+\} (records|packets|bytes|exchanges|connections|requests|files|lines|batches)\b/;
/** More than one each time. */
const never1 = /maxAnswerBytes|longestName|captureFiles|larger than the whole spool/;

test('no sentence of the program says `1 records`', () => {
  const source = fileURLToPath(new URL('../../src/', import.meta.url));
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) =>
      readFileSync(`${source}${path}`, 'utf8')
        .split('\n')
        .map((line) => `${path}: ${line.trim()}`),
    )
    .filter((line) => unchecked.test(line) && !never1.test(line));
  assert.deepEqual(found, []);
});
