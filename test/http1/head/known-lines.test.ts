// Lines that repeat are not taken apart again: whatever came before, a head must mean the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldParser } from '../../../src/http1/head/field-parser.ts';
import { type KnownLine, KnownLines, type KnownName } from '../../../src/http1/head/known-lines.ts';
import { headText } from '../../support/http1/head-text.ts';

type Plain = { readonly end: number; readonly fields: readonly (readonly [string, string])[] };

/** Splits a head in the plainest way. */
function plainFields(text: string): Plain {
  const fields: [string, string][] = [];
  let at = 0;
  while (at < text.length && !/^\r?\n/.test(text.slice(at, at + 2))) {
    const [line = ''] = /^[^\n]*(?:\n[ \t][^\n]*)*\n?/.exec(text.slice(at)) ?? [];
    at += line.length;
    const colon = line.indexOf(':');
    const value = line
      .slice(colon + 1)
      .split('\n')
      .map((part) => part.replace(/^[ \t\r]+|[ \t\r]+$/g, ''));
    const name = line
      .slice(0, colon)
      .replace(/^[ \t\r]+|[ \t\r]+$/g, '')
      .toLowerCase();
    if (colon > 0) fields.push([name, value.filter((part) => part !== '').join(' ')]);
  }
  const [empty] = /^\r?\n/.exec(text.slice(at)) ?? [];
  return { end: empty === undefined ? -1 : at + empty.length, fields };
}

/** As the parser asks for it. */
function lineOf(known: KnownLines, name: KnownName, text: string): KnownLine | undefined {
  return name.mayKeep(text.length) ? known.line(name, text) : undefined;
}

/** They have seen all that came before. */
const parsers = { request: new FieldParser('request'), response: new FieldParser('response') };

function checked(text: string, kind: 'request' | 'response'): void {
  const { fields } = parsers[kind].parse(headText(text), 0);
  const { end } = parsers[kind];
  assert.deepEqual({ end, fields: fields.map(({ name, value }) => [name, value]) }, plainFields(text), text);
}

const line = fc.oneof(
  fc.constantFrom(
    'Host: a',
    'Host: ab',
    'Host: a ',
    'host: a',
    'Host:',
    'Accept: */*',
    'A: b\r\n c',
    ' x: y',
    'no colon',
    ': z',
    'Host : a',
  ),
  fc.tuple(fc.constantFrom('X-Id', 'X-Is', 'X-I', 'Date'), fc.nat({ max: 300 })).map(([name, id]) => `${name}: ${id}`),
);
const head = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\r\n', '\n'), fc.constantFrom('\r\n', '\n', '', 'x', '\r'))
  .map(([lines, lineEnd, rest]) => lines.map((each) => each + lineEnd).join('') + rest);

test('a head means the same whatever heads came before it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(head, fc.boolean()), { minLength: 1, maxLength: 50 }), (heads) => {
      for (const [text, isRequest] of heads) checked(text, isRequest ? 'request' : 'response');
    }),
    { numRuns: 300 },
  );
});

test('more lines and names than are kept, and lines that never repeat', () => {
  for (let round = 0; round < 6000; round++) {
    checked(`Host: h${round % 3000}\r\nX-Id: ${round}\r\nX-${round % 700}: a\r\nAccept: b\r\n\r\n`, 'request');
    checked(`Date: ${round >> 4}\r\nEtag: ${round}\r\nServer: s\r\n\r\n`, 'response');
  }
  checked(`${'n'.repeat(5000)}: v\r\nA: ${'v'.repeat(5000)}\r\nB: c\r\n\r\n`, 'request');
});

test('a line is the same field from its second time on, and one that cannot be told from a longer one is not', () => {
  const [, second, third] = [1, 2, 3].map(() => parsers.request.parse(headText('Cookie2: a\r\n\r\n'), 0).fields[0]);
  assert.equal(second, third);
  checked('Cookie2: a\r\n b\r\n\r\n', 'request');
  checked('Cookie2: a', 'request');
});

test('lines that never come again are not kept, also when others of that name do', () => {
  const known = new KnownLines('request');
  const isKept = (value: string) => {
    const text = `X-Request: ${value}\r\n`;
    return lineOf(known, known.name(text, 0, 10), text) !== undefined;
  };
  assert.deepEqual([isKept('same'), isKept('same'), isKept('same')], [false, true, true]);
  for (let index = 0; index < 1000; index++) {
    assert.equal(isKept(`one-${index}`), false);
    assert.deepEqual([isKept('same'), isKept('same')], [true, true]);
  }
});

test('a name whose lines hardly ever repeat is not looked up any more', () => {
  const known = new KnownLines('request');
  const nameOf = (text: string) => known.name(text, 0, 10);
  for (let index = 0; index < 100; index++) {
    const text = `X-Request: ${index}\r\n`;
    assert.equal(nameOf(text).mayKeep(text.length), index < 64);
    lineOf(known, nameOf(text), text);
  }
});

test('a name is kept from its second time on, and nothing of one that is not', () => {
  const known = new KnownLines('request');
  const nameOf = (text: string) => known.name(text, 0, text.length);
  for (let index = 0; index < 5000; index++) assert.equal(nameOf(`X-${index}:`).anyLine, undefined);
  const [first, second, third] = [1, 2, 3].map(() => nameOf('X-Tea:'));
  assert.equal(first?.anyLine, undefined);
  assert.notEqual(second?.anyLine, undefined);
  assert.equal(second, third);
  assert.equal(first?.name, third?.name);
});

test('a line whose name is not kept is not kept either: its name would keep a whole head in memory', () => {
  const known = new KnownLines('request');
  const made = known.name('X-Tea:', 0, 6);
  assert.equal(made.anyLine, undefined);
  for (let times = 0; times < 5; times++) assert.equal(lineOf(known, made, 'X-Tea: a\r\n'), undefined);
  assert.notEqual(lineOf(known, known.name('X-Tea:', 0, 6), 'X-Tea: a\r\n'), undefined);
});
