import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generatedFiles } from '../../scripts/docs/generated-files.ts';

const files = Object.entries(generatedFiles());

test('generated files are what `npm run docs` writes', () => {
  assert.ok(files.length > 5);
  for (const [path, text] of files) {
    assert.ok(readFileSync(path, 'utf8') === text, `${path} is stale: run \`npm run docs\``);
  }
});

test('no file of another time stands among the generated templates', () => {
  const paths = files.map(([path]) => path);
  for (const folder of ['deploy/elasticsearch', 'deploy/opensearch']) {
    const there = readdirSync(folder).map((name) => `${folder}/${name}`);
    assert.deepEqual(
      there.filter((path) => !paths.includes(path)),
      [],
    );
  }
});
