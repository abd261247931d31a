// What every npm script does first, in a checkout of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unprivilegedMissing } from '../support/capture/namespaces.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type LockFile = {
  readonly packages: Readonly<
    Record<string, Partial<Record<'dependencies' | 'optionalDependencies' | 'devDependencies', object>>>
  >;
};

/** With the dependencies of this one. */
function newCheckout(): string {
  const folder = mkdtempSync(`${tmpdir()}/khl-setup-`);
  folders.push(folder);
  chmodSync(folder, 0o755);
  for (const name of ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(`${root}${name}`, `${folder}/${name}`, { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(`${root}node_modules`, `${folder}/node_modules`);
  return folder;
}

function setUp(folder: string, under: readonly string[] = []) {
  const [command = '', ...words] = [...under, process.execPath, 'scripts/build/setup.mjs'];
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const silent = { status: 0, stdout: '', stderr: '' };
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** Without them `npm ci` refuses to install, wherever it runs. */
test('the lock file names every package, also those of other platforms', () => {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as LockFile;
  const locked = Object.keys(packages).map((path) =>
    path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  );
  const wanted = Object.values(packages).flatMap(({ dependencies, optionalDependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }),
  );
  assert.ok(wanted.length > 50);
  assert.deepEqual(
    wanted.filter((name) => !locked.includes(name)),
    [],
  );
});

test('what is built already is left alone, until something that it is made of changes', () => {
  const folder = newCheckout();
  const main = `${folder}/dist/main.js`;
  assert.deepEqual(setUp(folder), silent);
  const built = statSync(main).ctimeMs;
  assert.deepEqual(setUp(folder), silent);
  assert.equal(statSync(main).ctimeMs, built);
  const stale = `${folder}/dist/chunks/of-yesterday.js`;
  writeFileSync(stale, '');
  writeFileSync(`${folder}/src/new.ts`, '');
  assert.deepEqual(setUp(folder), silent);
  assert.notEqual(statSync(main).ctimeMs, built);
  assert.ok(!existsSync(stale));
  assert.equal(spawnSync(process.execPath, [main, '--version']).status, 0);
});

test('a build that fails leaves the one before it as it is', () => {
  const folder = newCheckout();
  setUp(folder);
  writeFileSync(`${folder}/src/main.ts`, 'import "./nowhere.ts";');
  const { status, stderr } = setUp(folder);
  assert.equal(status, 1);
  assert.match(stderr, /nowhere\.ts[\s\S]*\nThe program cannot be built: see above\.\n$/);
  assert.doesNotMatch(stderr, /^\s+at /m);
  assert.equal(spawnSync(process.execPath, [`${folder}/dist/main.js`, '--version']).status, 0);
});

test('dependencies that cannot be installed are one sentence', () => {
  const folder = newCheckout();
  rmSync(`${folder}/node_modules`);
  writeFileSync(`${folder}/npm`, '#!/bin/sh\necho npm says why >&2; exit 1\n', { mode: 0o755 });
  const { status, stderr } = setUp(folder, ['env', `PATH=${folder}:${process.env['PATH']}`]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'npm says why\nThe dependencies cannot be installed: see above; is the npm registry within reach?\n',
  );
});

const skip = process.geteuid?.() === 0 ? unprivilegedMissing : 'needs root';
test('what root has set up serves other users, and when it is out of date they are told what to do', { skip }, () => {
  const folder = newCheckout();
  assert.deepEqual(setUp(folder), silent);
  assert.deepEqual(setUp(folder, asNobody), silent);
  const soon = new Date(Date.now() + 1000);
  utimesSync(`${folder}/src/main.ts`, soon, soon);
  const build = setUp(folder, asNobody);
  assert.deepEqual(build, {
    status: 1,
    stdout: '',
    stderr: 'dist/ belongs to root and is out of date: run this as that user, or remove it first (sudo rm -r dist).\n',
  });
  rmSync(`${folder}/dist`, { recursive: true });
  assert.match(
    setUp(folder, asNobody).stderr,
    /^dist\/ cannot be made, because this folder belongs to root: [^\n]*\n$/,
  );
  rmSync(`${folder}/node_modules`);
  assert.match(
    setUp(folder, asNobody).stderr,
    /^node_modules\/ cannot be made, because this folder belongs to root: [^\n]*\n$/,
  );
});
