import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's packages of libpcap and all that it links beside glibc, which is in every base image that runs node. */
const libraryPackages = [
  'libpcap0.8',
  'libdbus-1-3',
  'libsystemd0',
  'libcap2',
  'libgcrypt20',
  'libgpg-error0',
  'liblz4-1',
  'liblzma5',
  'libzstd1',
];

/**
 * Adds the shared libraries of these packages, their licences, and their entries for scanners of images. Packages are
 * downloaded, not installed: they may be for another processor, and this system stays as it is. Returns what was added,
 * for the bill of software.
 */
export function addLibraries(root, { architecture, triplet }) {
  const folder = mkdtempSync(join(tmpdir(), 'image-libraries-'));
  try {
    return download(folder, architecture).map((file) => addPackage(root, join(folder, file), triplet));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function download(folder, architecture) {
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = {
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  const apt = (...words) => {
    const settings = Object.entries(options).map(([name, value]) => `-o${name}=${value}`);
    execFileSync('apt-get', ['-qq', ...settings, ...words], { cwd: folder, stdio: ['ignore', 2, 2] });
  };
  apt('update');
  apt('download', ...libraryPackages);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .sort();
}

function addPackage(root, file, triplet) {
  const contents = `${file}.contents`;
  execFileSync('dpkg-deb', ['-x', file, contents]);
  const control = execFileSync('dpkg-deb', ['-f', file], { encoding: 'utf8' });
  const field = (name) => control.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1] ?? '';
  const name = field('Package');
  for (const folder of [`lib/${triplet}`, `usr/lib/${triplet}`]) {
    if (!existsSync(join(contents, folder))) continue;
    const libraries = readdirSync(join(contents, folder)).filter((library) => library.includes('.so.'));
    for (const library of libraries) {
      cpSync(join(contents, folder, library), join(root, 'usr/lib', triplet, library), { verbatimSymlinks: true });
    }
  }
  const copyright = `usr/share/doc/${name}/copyright`;
  cpSync(join(contents, copyright), join(root, copyright), { dereference: true });
  // Where an image without a package manager says which packages its files are from.
  mkdirSync(join(root, 'var/lib/dpkg/status.d'), { recursive: true });
  writeFileSync(join(root, 'var/lib/dpkg/status.d', name), control);
  const version = field('Version');
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${field('Architecture')}`;
  return { name, version, purl };
}
