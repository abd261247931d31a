import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsColour } from '../../src/app/colour.ts';

/** What is set, and whether there is colour then: on a terminal, and elsewhere. */
const cases: readonly (readonly [env: Readonly<Record<string, string>>, onTerminal: boolean, elsewhere: boolean])[] = [
  [{}, true, false],
  [{ NO_COLOR: '' }, true, false],
  [{ NO_COLOR: '1' }, false, false],
  [{ NO_COLOR: '0' }, false, false],
  [{ TERM: 'xterm-256color' }, true, false],
  [{ TERM: '' }, true, false],
  [{ TERM: 'dumb' }, false, false],
  [{ FORCE_COLOR: '' }, true, false],
  [{ FORCE_COLOR: '1' }, true, true],
  [{ FORCE_COLOR: 'true', TERM: 'dumb' }, true, true],
  [{ FORCE_COLOR: '0' }, false, false],
  [{ FORCE_COLOR: 'false' }, false, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
];

for (const [env, onTerminal, elsewhere] of cases) {
  test(`with ${JSON.stringify(env)} there is ${onTerminal ? '' : 'no '}colour on a terminal`, () => {
    assert.deepEqual([wantsColour(env, true), wantsColour(env, false)], [onTerminal, elsewhere]);
  });
}
