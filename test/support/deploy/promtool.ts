import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests with promtool are skipped, or `false`. */
export const missingPromtool =
  spawnSync('promtool', ['--version']).error === undefined ? false : 'not installed: promtool (prometheus)';

export function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

/** Has promtool look at something that is written to a file (JSON is YAML, too). */
export function promtoolOn(words: readonly string[], content: object): void {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const path = join(folder, 'file.json');
    writeFileSync(path, JSON.stringify(content));
    promtool(...words, path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
