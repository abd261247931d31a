// Bundles src/ into dist/: what is only needed with a feature on stays in a chunk of its own, loaded on demand.
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';
import { fail, notWritable } from './fail.mjs';

const started = new Date();
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { outputFiles } = await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['koffi'],
  sourcemap: true,
  sourcesContent: false,
  define: { 'process.env.npm_package_version': JSON.stringify(version) },
  logLevel: 'warning',
  write: false,
}).catch(() => fail('The program cannot be built: see above.'));
try {
  write(outputFiles);
} catch (error) {
  fail(notWritable('dist', error));
}

/**
 * A logger may be running from here: its chunks stay until the new ones are there, and main.js, which asks for them,
 * comes last.
 */
function write(files) {
  const main = resolve('dist/main.js');
  for (const { path, contents } of files.toSorted((a, b) => Number(a.path === main) - Number(b.path === main))) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const made = new Set(files.map(({ path }) => path));
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const path = resolve(entry.parentPath, entry.name);
    if (entry.isFile() && !made.has(path)) rmSync(path);
  }
  // What is changed while this runs must be built again.
  utimesSync(main, started, started);
}
