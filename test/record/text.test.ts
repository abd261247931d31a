import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeText } from '../../src/record/text.ts';

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

test('bytes that are valid UTF-8 are read as UTF-8, others stay Latin-1', () => {
  assert.equal(decodeText('plain \x00\x1f\x7f'), 'plain \x00\x1f\x7f');
  assert.equal(decodeText(latin1('Grüße 世界 🚀')), 'Grüße 世界 🚀');
  assert.equal(decodeText('caf\xe9'), 'caf\xe9');
  assert.equal(decodeText(latin1('\ufffd \ufeff')), '\ufffd \ufeff');
  assert.equal(decodeText('\xed\xa0\x80'), '\xed\xa0\x80', 'an encoded surrogate is not UTF-8');
});

test('any text that was sent as UTF-8 comes back, and no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(decodeText(latin1(text)), text);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(typeof decodeText(Buffer.from(bytes).toString('latin1')), 'string');
    }),
  );
});
