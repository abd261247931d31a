import { existsSync, readdirSync } from 'node:fs';

/** Folders of tests that mirror `src/`, and tests of files in it; those of `main.ts` run the built program. */
export function testsOfSources(): readonly string[] {
  return readdirSync('src')
    .map((name) => `test/${name.replace(/\.ts$/, '.test.ts')}`)
    .filter((path) => existsSync(path) && path !== 'test/main.test.ts');
}
