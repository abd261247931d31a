import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../golden/', import.meta.url));

/** Where what comes out of the golden captures is kept. */
export const expectedFolder = fileURLToPath(new URL('../../whole/expected/', import.meta.url));

export const goldenPaths: readonly string[] = readdirSync(folder)
  .filter((name) => /\.pcap(ng)?$/.test(name))
  .sort()
  .map((name) => `${folder}${name}`);
