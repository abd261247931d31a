// The image of this checkout, built with its Dockerfile where no registry can be reached: `node --import tsx
// test/support/image/local-image.ts`. The base image is made of the node of the npm package `node` and the libraries it
// links, as they are on this machine; the build image is the same, because scripts/image/image-root.mjs has run before,
// outside.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildah, cacheFolder, containersMissing, podman } from './containers.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const node = join(cacheFolder, 'node-24', 'node_modules', 'node', 'bin', 'node');

const isProgram = process.argv[1] === fileURLToPath(import.meta.url);
// The name of the image is made from the bundle, so that has to be the one of this checkout.
if (isProgram && !containersMissing) {
  execFileSync(process.execPath, ['scripts/build/setup.mjs'], { cwd: checkout, stdio: ['ignore', 2, 2] });
}

const imagesKept = 6;

/** Its name says what it was built from, so that checkouts do not get in each other's way. */
export const image = `localhost/k8s-internal-http-logger:${fingerprint()}`;
/** Has node and nothing else; stands for distroless. */
export const baseImage = 'localhost/node-24:local';
/** Stands for the application of the manifests: test/support/image/application.mjs on the same base. */
export const applicationImage = `${image}-application`;

/** Why the image cannot be run, or `false`. */
export function imageMissing(): string | false {
  if (containersMissing) return containersMissing;
  return hasImage(image) && hasImage(applicationImage)
    ? false
    : 'no image of this checkout; `node --import tsx test/support/image/local-image.ts` builds it';
}

/** Builds the image from a folder that has the Dockerfile and a finished root, and returns its id. */
export function buildImage(name: string, context: string, revision: string): string {
  const images = ['--build-arg', `BUILD_IMAGE=${baseImage}`, '--build-arg', `BASE_IMAGE=${baseImage}`];
  const rest = ['--build-arg', 'PREBUILT=image-root', '--build-arg', `REVISION=${revision}`, '--timestamp', '0'];
  buildah(['build', '--quiet', '--no-cache', ...images, ...rest, '--tag', name, context]);
  return podman(['image', 'inspect', '--format', '{{.Id}}', name]).trim();
}

/** A folder to build from: nothing but what the Dockerfile reads, and a root that is filled as asked. */
export function createContext(fill = fillRoot): string {
  const context = mkdtempSync(join(tmpdir(), 'image-context-'));
  for (const name of ['Dockerfile', '.dockerignore', 'package.json', 'scripts']) {
    cpSync(join(checkout, name), join(context, name), { recursive: true });
  }
  fill(join(context, 'image-root'));
  return context;
}

function fillRoot(root: string): void {
  execFileSync(process.execPath, ['scripts/image/image-root.mjs', root], { cwd: checkout, stdio: ['ignore', 2, 2] });
}

function hasImage(name: string): boolean {
  try {
    podman(['image', 'exists', name]);
    return true;
  } catch {
    return false;
  }
}

function buildBaseImage(): void {
  if (!existsSync(node)) {
    const folder = join(cacheFolder, 'node-24');
    const words = ['install', '--prefix', folder, '--no-save', '--loglevel=error', '--foreground-scripts', 'node@24'];
    execFileSync('npm', words, { stdio: ['ignore', 2, 2] });
  }
  const context = mkdtempSync(join(tmpdir(), 'base-image-'));
  mkdirSync(join(context, 'root/nodejs/bin'), { recursive: true });
  mkdirSync(join(context, 'root/tmp'));
  cpSync(realpathSync(node), join(context, 'root/nodejs/bin/node'));
  const linked = execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ''] of linked) {
    mkdirSync(join(context, 'root', dirname(library)), { recursive: true });
    cpSync(realpathSync(library), join(context, 'root', library));
  }
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY root/ /\nENV PATH=/nodejs/bin\n');
  buildah(['build', '--quiet', '--tag', baseImage, context]);
  rmSync(context, { recursive: true });
}

function buildApplicationImage(): void {
  const context = mkdtempSync(join(tmpdir(), 'application-image-'));
  cpSync(join(checkout, 'test/support/image/application.mjs'), join(context, 'application.mjs'));
  const lines = [`FROM ${baseImage}`, 'COPY application.mjs /', 'ENTRYPOINT ["node", "/application.mjs"]', ''];
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  buildah(['build', '--quiet', '--tag', applicationImage, context]);
  rmSync(context, { recursive: true });
}

/** Each change of the bundle makes another image: only the newest ones stay. */
function removeOldImages(): void {
  podman(['image', 'prune', '--force']);
  const words = ['images', '--sort', 'created', '--format', '{{.Repository}}:{{.Tag}}'];
  const applications = podman(words)
    .split('\n')
    .filter((name) => name.endsWith('-application'));
  for (const name of applications.slice(imagesKept)) {
    podman(['rmi', '--ignore', name, name.replace('-application', '')]);
  }
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const bundle = join(checkout, 'dist');
  const chunks = existsSync(bundle)
    ? readdirSync(bundle, { recursive: true }).filter((name) => `${name}`.endsWith('.js'))
    : [];
  const scripts = ['image-root', 'image-packages', 'image-libraries', 'software-bill'].map(
    (name) => `scripts/image/${name}.mjs`,
  );
  const inputs = ['Dockerfile', 'package-lock.json', 'test/support/image/application.mjs', ...scripts];
  for (const path of [...inputs, ...chunks.map((name) => `dist/${name}`).sort()]) {
    hash.update(path).update(readFileSync(join(checkout, path)));
  }
  return hash.digest('hex').slice(0, 12);
}

function build(): void {
  if (!hasImage(baseImage)) buildBaseImage();
  const context = createContext();
  try {
    buildImage(image, context, 'local');
  } finally {
    rmSync(context, { recursive: true });
  }
  buildApplicationImage();
  removeOldImages();
}

if (isProgram) {
  if (containersMissing) console.error(`no image is built: ${containersMissing}`);
  else if (imageMissing()) build();
}
