// Loaded before the program (`node --import`): what it finds out about its machine is the same on every machine.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import tty from 'node:tty';

os.hostname = () => 'pinned-host';
os.networkInterfaces = () => ({});
const { readFileSync } = fs;
fs.readFileSync = (path, ...options) =>
  path === '/proc/net/dev' ? '    lo: 0\n  eth0: 0\n' : readFileSync(path, ...options);
process.constrainedMemory = () => 0;
const { PINNED_COLUMNS: columns } = process.env;
if (columns !== undefined) {
  // Standard output is taken for a terminal of this width.
  tty.isatty = (descriptor) => descriptor === 1;
  process.stdout.columns = Number(columns);
}
syncBuiltinESMExports();
