import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { countersPage } from '../scripts/docs/counters-page.ts';
import { metricsPage } from '../scripts/docs/metrics-page.ts';
import { counterMeanings } from '../src/telemetry/counters.ts';

/** In the order of the data flow: a stage may import itself and what is to its left. */
const stages = ['capture', 'packet', 'tcp', 'http', 'exchange', 'record', 'sink'];
/** What they all stand on, and which knows nothing of them. */
const groundFloor = ['bytes', 'telemetry'];
/** These only compute: no I/O, no clock, no environment. */
const pureFolders = ['bytes', 'packet', 'tcp', 'http', 'exchange', 'record'];
/** Beside the stages, and not part of the flow. */
const besides = ['app', 'config', 'metrics', 'demo'];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({
    path: `src/${name}`,
    folder: name.includes('/') ? (name.split('/')[0] ?? '') : '',
    text: readFileSync(`src/${name}`, 'utf8'),
  }));

describe('the architecture', () => {
  test('every folder is a stage or one of the few folders beside them', () => {
    const folders = new Set(files.map(({ folder }) => folder).filter((folder) => folder !== ''));
    assert.deepEqual([...folders].sort(), [...stages, ...groundFloor, ...besides].sort());
  });

  test('a stage imports only itself, stages to its left, and the ground floor', () => {
    const wrong = files
      .filter(({ folder }) => stages.includes(folder))
      .flatMap(({ path, folder, text }) => {
        const allowed = [...stages.slice(0, stages.indexOf(folder) + 1), ...groundFloor];
        return importsOf(path, text)
          .filter((target) => !allowed.includes(folderOf(target)))
          .map((target) => `${path} imports ${target}`);
      });
    assert.deepEqual(wrong, []);
  });

  test('tcp does not know http, and what listens to it comes in as an argument', () => {
    const tcp = files.filter(({ folder }) => folder === 'tcp');
    assert.deepEqual(
      tcp.filter(({ path, text }) => importsOf(path, text).some((target) => folderOf(target) === 'http')),
      [],
    );
  });

  test('the ground floor and config import no stage', () => {
    const wrong = files
      .filter(({ folder }) => groundFloor.includes(folder) || folder === 'config')
      .flatMap(({ path, text }) =>
        importsOf(path, text)
          .filter((target) => stages.includes(folderOf(target)))
          .map((target) => `${path} imports ${target}`),
      );
    assert.deepEqual(wrong, []);
  });

  test('the middle imports no node: module and reads no clock and no environment', () => {
    const wrong = files
      .filter(({ folder }) => pureFolders.includes(folder))
      .filter(({ text }) =>
        /from 'node:|\bDate\.now\b|\bnew Date\(\)|\bperformance\.\w|\bprocess\.\w|\bsetTimeout\b|\bsetInterval\b/.test(
          text,
        ),
      )
      .map(({ path }) => path);
    assert.deepEqual(wrong, []);
  });

  test('no file is a drawer: none is called utils, types or index', () => {
    assert.deepEqual(
      files.filter(({ path }) => /\/(utils?|helpers?|types|common|index)\.ts$/.test(path)),
      [],
    );
  });

  test('only main reads the environment', () => {
    const readers = files.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path);
    assert.deepEqual(readers, ['src/main.ts']);
  });

  test('docs/counters.md and docs/metrics.md are what `npm run docs` writes', () => {
    assert.equal(readFileSync('docs/counters.md', 'utf8'), countersPage());
    assert.equal(readFileSync('docs/metrics.md', 'utf8'), metricsPage());
  });

  test('every counter is counted somewhere', () => {
    const code = files
      .filter(({ path }) => path !== 'src/telemetry/counters.ts')
      .map(({ text }) => text)
      .join('\n');
    const templates = [...code.matchAll(/`([a-z0-9_]+_)\$\{[^`]*\}`/g)].map((match) => match[1] ?? '');
    const unused = Object.keys(counterMeanings).filter(
      (name) => !new RegExp(`\\b${name}\\b`).test(code) && !templates.some((prefix) => name.startsWith(prefix)),
    );
    assert.deepEqual(unused, []);
  });
});

function importsOf(path: string, text: string): readonly string[] {
  const relative = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return relative.map((target) => normalize(join(dirname(path), target)));
}

function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] ?? '') : '';
}
