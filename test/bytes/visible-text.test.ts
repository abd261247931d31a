import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleLines, visibleText } from '../../src/bytes/visible-text.ts';
import { deceptiveCharacters, isDeceptive } from '../support/record/json-with-escapes.ts';

test('what cannot be seen is written by its number', () => {
  assert.equal(visibleText('a\x1b[2J\x9b31m\x7f'), String.raw`a\x1b[2J\x9b31m\x7f`);
  assert.equal(visibleText('a\u202eb\u2028c\ufeffd\ud800'), String.raw`a\u{202e}b\u{2028}c\u{feff}d\u{d800}`);
  assert.equal(isDeceptive(visibleText(deceptiveCharacters)), false);
});

test('what can be seen stays as it is, in any script', () => {
  for (const text of ['', 'plain', 'żółć', '日本語', 'שלום', '🚀', 'é']) assert.equal(visibleText(text), text);
});

test('a text of several lines stays one', () => {
  assert.equal(visibleLines('one\n\ttwo\r\n\x9b'), 'one\n\\x09two\\x0d\n\\x9b');
});
