// Bytes and text of the same part: whatever is asked of the bytes, the text would answer the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KnownText } from '../../../src/http1/head/known-text.ts';
import { headText } from '../../support/http1/head-text.ts';

const latin1 = fc.string({
  unit: fc.constantFrom('a', 'b', ':', ' ', '\r', '\n', '\0', '\x80', '\xff'),
  maxLength: 24,
});

test('a known text is found where it stands in full, and nowhere else', () => {
  fc.assert(
    fc.property(latin1, latin1, latin1, (before, known, behind) => {
      const piece = headText(before + known + behind);
      for (let at = -2; at <= piece.text.length + 1; at++) {
        const isInside = at >= 0 && at <= piece.text.length;
        assert.equal(piece.isAt(at, new KnownText(known)), isInside && piece.text.startsWith(known, at));
      }
      assert.ok(piece.isAt(before.length, new KnownText(known)));
    }),
    { numRuns: 2000 },
  );
});

test('one byte more or less, or another one anywhere, is another text', () => {
  const text = 'Accept: text/html\r\n';
  const known = new KnownText(text);
  assert.ok(headText(text).isAt(0, known));
  assert.ok(!headText(text.slice(0, -1)).isAt(0, known));
  for (let at = 0; at < text.length; at++) {
    const other = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 0x80) + text.slice(at + 1);
    assert.ok(!headText(other).isAt(0, known), JSON.stringify(other));
  }
});

test('a byte is the character at its offset, and there is none before the start and behind the end', () => {
  fc.assert(
    fc.property(latin1, (text) => {
      const piece = headText(text);
      for (let at = -3; at < text.length + 3; at++) {
        const code = text.charCodeAt(at);
        assert.equal(piece.byte(at), Number.isNaN(code) ? -1 : code);
      }
    }),
  );
});

test('what was read of one part does not stand in the next one', () => {
  const piece = headText('Host: a\r\n');
  const known = new KnownText('Host: a\r\n');
  assert.ok(piece.isAt(0, known));
  const other = Buffer.from('Host: b\r\nHost: a\r\n');
  assert.ok(!piece.set(other, 0, 9).isAt(0, known));
  assert.ok(piece.set(other, 9, 18).isAt(0, known));
});
