import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';

/** Programs that the benchmark uses beside node, and the Debian package that brings each. */
const debianPackages = {
  httpry: 'httpry',
  tshark: 'tshark',
  tcpdump: 'tcpdump',
  nginx: 'nginx',
  wrk: 'wrk',
  ip: 'iproute2',
} as const;

export type ProgramName = keyof typeof debianPackages;

/** Some are in folders that only root has in its PATH. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where the program is, or `undefined`. */
export function findProgram(name: ProgramName): string | undefined {
  return folders.map((folder) => `${folder}/${name}`).find(isExecutable);
}

/** What is missing and how to install it. */
export function missingLines(): readonly string[] {
  const missing = (Object.keys(debianPackages) as ProgramName[]).filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return [];
  const packages = missing.map((name) => debianPackages[name]);
  return [`- Not found, so not measured: ${missing.join(', ')} (\`apt-get install ${packages.join(' ')}\`)`];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
