import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Copies what the program needs at run time from npm: of koffi, the few files that load its native part, and that part
 * for glibc on one kind of processor. Returns what it copied, for the bill of software.
 */
export function addRuntimePackages(app, cpu) {
  const native = `@koromix/koffi-linux-${cpu}`;
  const files = {
    koffi: ['package.json', 'LICENSE.txt', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs'],
    [native]: ['package.json', 'index.js', `linux_${cpu}/koffi.node`],
  };
  const modules = existsSync(join('node_modules', native)) ? { path: 'node_modules' } : installFor(cpu);
  const components = Object.entries(files).map(([name, wanted]) => {
    for (const file of wanted) {
      cpSync(join(modules.path, name, file), join(app, 'node_modules', name, file), { recursive: true });
    }
    const { version, license } = JSON.parse(readFileSync(join(modules.path, name, 'package.json'), 'utf8'));
    return { name, version, license, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` };
  });
  modules.remove?.();
  return components;
}

/**
 * Packages for another processor: beside the checkout's own ones, which have to run here. The lock file decides the
 * versions.
 */
function installFor(cpu) {
  const folder = mkdtempSync(join(tmpdir(), 'image-packages-'));
  for (const file of ['package.json', 'package-lock.json']) cpSync(file, join(folder, file));
  const platform = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc'];
  execFileSync('npm', ['install', '--no-save', '--omit=dev', '--ignore-scripts', '--loglevel=error', ...platform], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  return { path: join(folder, 'node_modules'), remove: () => rmSync(folder, { recursive: true }) };
}
