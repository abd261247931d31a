import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PhraseSet } from '../../../src/record/redact/phrase-set.ts';

const lengthAt = (phrases: readonly string[], name: string, at = 0) =>
  new PhraseSet(phrases).lengthAt(name.split(' '), at);

test('a phrase is found where it begins, and nowhere else', () => {
  const phrases = ['api key', 'token'];
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((at) => lengthAt(phrases, 'new api key token', at)),
    [0, 2, 0, 1, 0],
  );
  assert.equal(lengthAt(phrases, 'api'), 0);
  assert.equal(new PhraseSet(phrases).isIn(['a', 'api', 'key']), true);
  assert.equal(new PhraseSet(phrases).isIn(['key', 'api']), false);
});

test('of several that begin alike the longest counts', () => {
  assert.equal(lengthAt(['card', 'card number', 'card number last'], 'card number last four'), 3);
  assert.equal(lengthAt(['card number last', 'card'], 'card number'), 1);
});

test('each word may be a plural, and the parts of a nested name may stand between two words', () => {
  assert.equal(lengthAt(['card number'], 'cards . numbers'), 3);
  assert.equal(lengthAt(['pass'], 'passes'), 0);
  assert.equal(lengthAt(['card number'], 'card . . number'), 0);
  assert.equal(lengthAt(['card number'], '. card number'), 0);
  assert.equal(new PhraseSet(['has'], false).lengthAt(['hass'], 0), 0);
});
