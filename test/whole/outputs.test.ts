import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { program, programMissing } from '../support/program/run-logger.ts';
import { differences } from '../support/whole/differences.ts';
import { expectedFolder, goldenPaths } from '../support/whole/golden-paths.ts';
import { recordCapture, recordProgram } from '../support/whole/record-outputs.ts';
import { Recording } from '../support/whole/recording.ts';

const expected = Recording.read(expectedFolder);
const goldenNames = goldenPaths.map((path) => basename(path));

describe('what comes out is what was recorded, byte for byte', { concurrency: 4, skip: programMissing }, () => {
  for (const path of goldenPaths) {
    test(`for ${basename(path)}`, async () => {
      assertSame(
        expected.part((_, capture) => capture === basename(path)),
        await recordCapture(program, path),
      );
    });
  }

  test('without a capture', async () => {
    assertSame(
      expected.part((output) => output === 'program'),
      await recordProgram(program),
    );
  });
});

test('nothing is recorded of captures that are no longer there', () => {
  const isKnown = (output: string, capture: string) => output === 'program' || goldenNames.includes(capture);
  assert.deepEqual(expected.part((output, capture) => !isKnown(output, capture)).outputs, []);
});

describe('the comparison of two recordings', () => {
  test('finds what is missing, what is new, and where texts differ first', () => {
    const one = recordingOf({ 'flat.stdout': { same: 'a\n', gone: 'b\n', other: 'one\ntwo three\n', longer: 'a' } });
    const two = recordingOf({
      'flat.stdout': { same: 'a\n', other: 'one\ntwo there\n', longer: 'a\nb' },
      'flat.file': { same: '' },
    });
    assert.deepEqual(differences(one, one), []);
    assert.deepEqual(differences(one, two), [
      'flat.file of same is new',
      'flat.stdout of gone is missing',
      [
        'flat.stdout of longer differs first in line 2, character 1:',
        '  expected: (the end)',
        '  actual:   b',
        '            ^',
      ].join('\n'),
      [
        'flat.stdout of other differs first in line 2, character 7:',
        '  expected: two three',
        '  actual:   two there',
        '                  ^',
      ].join('\n'),
    ]);
  });

  test('knows a recording again that was written and read', (t) => {
    const folder = mkdtempSync(`${tmpdir()}/recording-`);
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const written = recordingOf({
      'flat.stdout': { a: 'same\n', b: '', c: 'same\n', d: 'no line end', e: '\n\n' },
      stderr: { a: '\\x3d= no heading\n' },
    });
    written.write(folder);
    assert.deepEqual(differences(written, Recording.read(folder)), []);
  });
});

function assertSame(wanted: Recording, got: Recording): void {
  const found = differences(wanted, got);
  assert.equal(
    found.length,
    0,
    `${found.join('\n')}\nIf all of this is meant: see "what comes out" in CONTRIBUTING.md.`,
  );
}

function recordingOf(texts: { readonly [output: string]: { readonly [capture: string]: string } }): Recording {
  const recording = new Recording();
  for (const [output, captures] of Object.entries(texts)) {
    for (const [capture, text] of Object.entries(captures)) recording.set(output, capture, text);
  }
  return recording;
}
