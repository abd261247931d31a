// Lays the files of the image into a folder: the bundle, koffi with the one native part it needs, libpcap with what it
// links, and a list of all that. The build stage of the Dockerfile runs it; it also runs by itself on Debian: `node
// scripts/image/image-root.mjs FOLDER [amd64|arm64]`.
import { chmodSync, cpSync, lutimesSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addLibraries } from './image-libraries.mjs';
import { addRuntimePackages } from './image-packages.mjs';
import { softwareBill } from './software-bill.mjs';

const architectures = {
  amd64: { cpu: 'x64', triplet: 'x86_64-linux-gnu' },
  arm64: { cpu: 'arm64', triplet: 'aarch64-linux-gnu' },
};
const {
  PREBUILT = '',
  SOURCE_DATE_EPOCH = '0',
  TARGETARCH = process.arch === 'arm64' ? 'arm64' : 'amd64',
} = process.env;
const [folder, name = TARGETARCH] = process.argv.slice(2);
const architecture = architectures[name];
if (folder === undefined || architecture === undefined) {
  console.error(`usage: node scripts/image/image-root.mjs FOLDER [${Object.keys(architectures).join('|')}]`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
// Where a build has no network, it takes what this script has made before.
if (PREBUILT === '') await makeRoot();
else cpSync(PREBUILT, folder, { recursive: true, verbatimSymlinks: true });
settle(folder);

async function makeRoot() {
  await import('../build/setup.mjs');
  const app = join(folder, 'app');
  addBundle(app);
  const { name: project, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync(join(app, 'package.json'), `${JSON.stringify({ name: project, version, license, type: 'module' })}\n`);
  cpSync('LICENSE', join(app, 'LICENSE'));
  const components = [
    ...addRuntimePackages(app, architecture.cpu),
    ...addLibraries(folder, { architecture: name, triplet: architecture.triplet }),
  ];
  const bill = softwareBill({ name: project, version, license }, components);
  writeFileSync(join(app, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 1)}\n`);
}

/** Without the source maps, which only help developers, and without the lines that name them. */
function addBundle(app) {
  for (const path of readdirSync('dist', { recursive: true })) {
    if (!path.endsWith('.js')) continue;
    mkdirSync(join(app, path, '..'), { recursive: true });
    writeFileSync(
      join(app, path),
      readFileSync(join('dist', path), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, ''),
    );
  }
}

/** The same rights and times in every build: the layer is the same to the byte. */
function settle(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) settle(child);
    else if (entry.isFile()) chmodSync(child, 0o644);
    lutimesSync(child, Number(SOURCE_DATE_EPOCH), Number(SOURCE_DATE_EPOCH));
  }
  if (statSync(path).isDirectory()) chmodSync(path, 0o755);
  lutimesSync(path, Number(SOURCE_DATE_EPOCH), Number(SOURCE_DATE_EPOCH));
}
