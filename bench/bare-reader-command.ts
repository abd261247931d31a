import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Command } from './command.ts';

/** Where koffi is found from. */
const bundle = fileURLToPath(new URL('../node_modules/.cache/http-logger/bare-reader.js', import.meta.url));
let isBuilt = false;

/** Bundled like the logger itself, so that both start alike. */
export function bareReaderCommand(kind: 'file' | 'interface', where: string): Command {
  if (!isBuilt) {
    const entryPoints = [fileURLToPath(new URL('bare-reader.ts', import.meta.url))];
    buildSync({ entryPoints, outfile: bundle, bundle: true, format: 'esm', platform: 'node', external: ['koffi'] });
    isBuilt = true;
  }
  return { name: 'only reading packets', words: [process.execPath, bundle, kind, where] };
}
