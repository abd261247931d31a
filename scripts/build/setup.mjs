// Installs the dependencies when they are missing or older than the lock file, and builds when dist/ is older than what
// it is made of: so that every npm script works right after `git clone`, and a checkout that root has set up serves
// everybody.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { fail, notWritable } from './fail.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
}
if (!isNewer('node_modules/.package-lock.json', ['package-lock.json'])) install();
if (!isNewer('dist/main.js', madeOf())) run(process.execPath, ['scripts/build/build.mjs'], () => process.exit(1));

function install() {
  try {
    accessSync(existsSync('node_modules') ? 'node_modules' : '.', constants.W_OK);
  } catch (error) {
    fail(notWritable('node_modules', error));
  }
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], () =>
    fail('The dependencies cannot be installed: see above; is the npm registry within reach?'),
  );
}

/** Folders too: theirs is the time at which a file was added or removed. */
function madeOf() {
  const sources = readdirSync('src', { recursive: true }).map((name) => `src/${name}`);
  return ['src', ...sources, 'package.json', 'tsconfig.json', 'scripts/build/build.mjs'];
}

function isNewer(path, others) {
  if (!existsSync(path)) return false;
  const { mtimeMs } = statSync(path);
  return others.every((other) => statSync(other).mtimeMs <= mtimeMs);
}

/** Standard output is for what the command itself says. */
function run(program, words, failed) {
  if (spawnSync(program, words, { stdio: ['ignore', 2, 2] }).status !== 0) failed();
}
