import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { findRefusedWords, hasSentence, printedSentences } from './support/words/refused-words.ts';

const files = ['src', 'docs']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`))
  .filter((path) => /\.(?:ts|md)$/.test(path))
  .concat('README.md')
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

function wordsIn(text: string, path = 'src/sink/x.ts'): readonly string[] {
  return findRefusedWords(path, text).map(({ line, word }) => `${line} ${word}`);
}

describe('the words', () => {
  test('sources, docs and README have none of the refused ones', () => {
    const found = files.flatMap(({ path, text }) =>
      findRefusedWords(path, text).map(({ line, word, instead }) => `${path}:${line}: "${word}"; say: ${instead}`),
    );
    assert.deepEqual(found, [], `see docs/glossary.md\n${found.join('\n')}`);
  });

  test('every sentence that is let through is printed somewhere', () => {
    const sources = files.filter(({ path }) => path.startsWith('src/'));
    assert.deepEqual(
      printedSentences.filter((sentence) => !sources.some(({ text }) => hasSentence(text, sentence))),
      [],
    );
  });
});

describe('a refused word', () => {
  test('is found in comments, strings and names, in any case', () => {
    assert.deepEqual(wordsIn("/** Patience. */\nconst patienceMs = 1;\nlog('mended');\nnew ParcelQueue();"), [
      '1 patience',
      '2 patience',
      '3 mended',
      '4 parcel',
    ]);
    assert.deepEqual(wordsIn('if (this.#isUp) wait();\nIS_UP'), ['1 is up', '2 is up']);
  });

  test('is found across the ends of lines, in comments and in strings that are put together', () => {
    assert.deepEqual(wordsIn('/**\n * So\n * many of them.\n */'), ['2 so many']);
    assert.deepEqual(wordsIn("const text =\n  'the world goes ' +\n  'on';"), ['2 goes on']);
    assert.deepEqual(wordsIn('It is\ndear.', 'docs/a.md'), ['2 dear']);
  });

  test('is not found in other words, nor where a sentence ends between its parts', () => {
    assert.deepEqual(wordsIn('// Amend, recommend, endear, masterpiece, parcelled, outgoing one.'), []);
    assert.deepEqual(wordsIn('Think so. Many do. It goes; on and off.', 'docs/a.md'), []);
  });

  test('may be innocent elsewhere: interfaces are up, and files are read in pieces', () => {
    assert.deepEqual(wordsIn('// The interface is up.', 'src/capture/live/x.ts'), []);
    assert.deepEqual(wordsIn('The interface is up.', 'docs/a.md'), []);
    assert.deepEqual(wordsIn('One piece of the file.', 'src/capture/file/x.ts'), []);
    assert.deepEqual(wordsIn('const piece = 1;', 'src/tcp/x.ts'), ['1 piece']);
    assert.deepEqual(wordsIn('When the time is up.', 'docs/a.md'), ['1 time is up']);
  });

  test('is let through in a sentence that is printed, and only there', () => {
    const text = "log.warn(`${why}; the other sinks ` +\n  'go on');\n// They go on.";
    assert.deepEqual(wordsIn(text), ['3 go on']);
  });
});
