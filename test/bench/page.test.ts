import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeToPage } from '../../bench/page.ts';
import type { Section } from '../../bench/part.ts';
import { right } from '../../bench/table.ts';

const section: Section = {
  title: 'Idle',
  columns: [right('CPU')],
  rows: [['0.1 %']],
  notes: ['Ten seconds.'],
  plots: [{ name: 'idle', title: 'Waiting', xTitle: 's', yTitle: '%', series: [] }],
};
const before =
  '# Page\n\n### Idle\n\n<!-- idle -->\nold\n<!-- /idle -->\n\n### Live\n\n<!-- live -->\nkept\n<!-- /live -->\n';

function temporaryPage(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'khl-page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}/performance.md`, text);
  return `${folder}/performance.md`;
}

test('results and plots go into the place of their part, and the rest of the page stays', (t) => {
  const path = temporaryPage(t, before);
  const written = writeToPage(path, 'idle', { ...section, origin: 'Measured today.' });
  const image = path.replace(/\.md$/, '/idle.svg');
  assert.deepEqual(written, [path, image]);
  assert.match(readFileSync(image, 'utf8'), /^<svg /);
  const page = readFileSync(path, 'utf8');
  assert.equal(
    page,
    before.replace(
      'old\n',
      '\n|   CPU |\n| ----: |\n| 0.1 % |\n\nTen seconds.\n\n![Waiting](performance/idle.svg)\n\nMeasured today.\n\n',
    ),
  );
  writeToPage(path, 'idle', { ...section, origin: 'Measured today.' });
  assert.equal(readFileSync(path, 'utf8'), page);
});

test('a page without a place for the part is left alone, and it is said', (t) => {
  const path = temporaryPage(t, before);
  assert.equal(
    writeToPage(path, 'sinks', { ...section, origin: '' }),
    `${path} has no place for sinks: <!-- sinks --> and <!-- /sinks -->`,
  );
  assert.equal(readFileSync(path, 'utf8'), before);
});
