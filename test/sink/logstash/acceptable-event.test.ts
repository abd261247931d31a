import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptableEvent } from '../../../src/sink/logstash/acceptable-event.ts';
import { assertLinear } from '../../support/program/cpu-cost.ts';

test('names have no brackets, texts no halves of characters, and nothing else changes', () => {
  const cases: readonly (readonly [given: unknown, expected: unknown])[] = [
    [
      { 'a[0]': 1, b: { '[': [{ ']': null }] } },
      { 'a(0)': 1, b: { '(': [{ ')': null }] } },
    ],
    [{ 'quoted"[x]"': true }, { 'quoted"(x)"': true }],
    [{ 'back\\[x': 1.5 }, { 'back\\(x': 1.5 }],
    [
      { a: '\ud800', b: ['x\udfff', '😀'] },
      { a: '\ufffd', b: ['x\ufffd', '😀'] },
    ],
    [{ '\ud83d': 1 }, { '\ufffd': 1 }],
    [{ __proto__: null, 'x[': 'y' }, { 'x(': 'y' }],
  ];
  for (const [given, expected] of cases) {
    assert.deepEqual(JSON.parse(acceptableEvent(JSON.stringify(given))), expected);
  }
});

test('what Logstash takes stays the same text', () => {
  for (const document of [
    '{"a":["b","c"],"d":"[e]:","f":"\\\\ud83d","g":{"h":"]\\":"}}',
    '{"body":"{\\"a[0]\\":1}","list":[[],[1,2]],"text":"😀"}',
  ]) {
    assert.equal(acceptableEvent(document), document);
  }
});

test('whatever the text is, looking at it costs no more than its length', async () => {
  for (const piece of ['[', '[x', '[\\', '["', ']\\":', '\\u']) {
    const text = (count: number) => () => JSON.stringify({ text: piece.repeat(count) });
    await assertLinear({ run: (document) => void acceptableEvent(document), less: text(40_000), more: text(160_000) });
  }
});
