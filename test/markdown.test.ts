import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { helpText } from '../src/config/help.ts';
import { createProtocols } from '../src/protocols.ts';
import { createCounters } from '../src/telemetry/counters.ts';
import { proseLines } from './support/words/markdown-prose.ts';

const width = 120;

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .concat('README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md');

describe('Markdown', () => {
  test('promises in the first sentence of the README only what is read', () => {
    const [sentence = ''] = readFileSync('README.md', 'utf8').split('\n\n')[1]?.split(/[.:] /) ?? [];
    const { tls, http2 } = createProtocols({
      counters: createCounters(),
      maxHeadBytes: 1024,
    } as Parameters<typeof createProtocols>[0]);
    assert.equal(/plain-text/.test(sentence), tls.open === 'ignored', sentence);
    assert.equal(/HTTP\/1\.x/.test(sentence), http2.open === 'ignored', sentence);
    assert.match(
      helpText().replaceAll(/\s+/g, ' '),
      new RegExp(/(\S+ \S+) exchange of its pod/.exec(sentence)?.[1] ?? 'x'),
    );
  });

  test('has prose of at most 120 columns; a word that is longer may stand alone', () => {
    const tooLong = pages.flatMap((path) =>
      proseLines(readFileSync(path, 'utf8'))
        .filter(({ text }) => [...text].length > width && /\S +\S/.test(text.replace(/^\s*(?:[-*>]|\d+\.) /, '')))
        .map(({ line }) => `${path}:${line}`),
    );
    assert.deepEqual(tooLong, []);
  });

  test('has links between pages that lead somewhere', () => {
    const broken = pages.flatMap((path) => {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const links = readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g);
      return [...links].map(([, target = '']) => `${folder}${target}`).filter((target) => !exists(target));
    });
    assert.deepEqual(broken, []);
  });

  test('names files of this repository that there are', () => {
    const missing = pages.flatMap((path) => {
      const names = readFileSync(path, 'utf8').matchAll(/`((?:src|test|bench|scripts|deploy)\/[a-z\d_./-]+)`/g);
      return [...names].map(([, name = '']) => name).filter((name) => !exists(name));
    });
    assert.deepEqual(missing, []);
  });
});

describe('prose', () => {
  test('is what stands outside of tables, headings, code and pictures', () => {
    const page = '# Title\n\nText.\n\n```sh\ncode\n```\n\n| a |\n![p](p.svg)\n- item\n  more\n';
    assert.deepEqual(
      proseLines(page)
        .filter(({ text }) => text !== '')
        .map(({ line, text }) => `${line} ${text}`),
      ['3 Text.', '11 - item', '12   more'],
    );
  });
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
