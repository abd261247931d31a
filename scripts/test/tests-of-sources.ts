import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** Folders of tests that mirror `src/`, and tests of files in it; those of `main.ts` run the built program. */
export function testsOfSources(): readonly string[] {
  return readdirSync('src')
    .map((name) => `test/${name.replace(/\.ts$/, '.test.ts')}`)
    .filter((path) => existsSync(path) && path !== 'test/main.test.ts');
}

/** Whether a test file is one of them. */
export function isTestOfSource(file: string): boolean {
  return testsOfSources().some((path) => file === resolve(path) || file.startsWith(`${resolve(path)}/`));
}
