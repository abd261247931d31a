// Writes test/golden: every golden capture beside the exchanges that must come out of it. Run: node --import tsx
// test/support/golden/make-golden.ts
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { goldenCaptures } from './golden.ts';

const folder = new URL('../../golden/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const { name, file, exchanges } of goldenCaptures()) {
  writeFileSync(new URL(name, folder), file);
  const expected = new URL(name.replace(/\.pcap(ng)?$/, '.expected.json'), folder);
  writeFileSync(expected, `${JSON.stringify(exchanges, undefined, 2)}\n`);
}
