// The image: what is in it, what it needs, and that it is the same whenever it is built.
import assert from 'node:assert/strict';
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { podman } from '../support/image/containers.ts';
import { baseImage, buildImage, createContext, image, imageMissing } from '../support/image/local-image.ts';

/** What the manifests in deploy/ ask for. */
const asInPod = [
  '--read-only',
  '--cap-drop=ALL',
  '--cap-add=NET_RAW',
  '--security-opt=no-new-privileges',
  '--memory=192m',
];

function run(words: readonly string[], options: readonly string[] = []): string {
  return podman(['run', '--rm', '--network=none', ...asInPod, ...options, image, ...words]);
}

suite('image', { skip: imageMissing(), timeout: 300_000 }, () => {
  let root = '';
  before(() => {
    root = podman(['image', 'mount', image]).trim();
  });
  after(() => podman(['image', 'unmount', image]));

  test('it runs without rights but NET_RAW, on a root that cannot be written to', () => {
    assert.match(run(['--version']), /^\d+\.\d+\.\d+\n$/);
    // Needs koffi's native part and libpcap with all that it links: fails where one is missing.
    run(['--check'], ['--env=IFACE=lo', '--env=CAP_FILTER=tcp port 8080']);
  });

  test('without NET_RAW it ends at once, with exit code 1 and one line', () => {
    assert.throws(
      () => podman(['run', '--rm', '--network=none', '--cap-drop=ALL', '--env=IFACE=lo', image]),
      ({ status, stderr }: { status: number; stderr: string }) =>
        status === 1 && /^\S+ error capturing needs the NET_RAW capability.*\n$/.test(stderr),
    );
  });

  test('it holds the bundle, koffi, libpcap with what it links, and nothing else', () => {
    const files = filesIn(root);
    const base = podman(['image', 'mount', baseImage]).trim();
    const own = files.filter((file) => !filesIn(base).includes(file));
    podman(['image', 'unmount', baseImage]);
    const expected = [
      /^app\/(main\.js|chunks\/[\w-]+\.js|package\.json|LICENSE|sbom\.cdx\.json)$/,
      /^app\/node_modules\/(koffi|@koromix\/koffi-linux-\w+)\/.+$/,
      /^usr\/lib\/[\w-]+\/lib(cap|dbus-1|gcrypt|gpg-error|lz4|lzma|pcap|psx|systemd|zstd)\.so\.[\d.]+$/,
      /^usr\/share\/doc\/\S+\/copyright$/,
      /^var\/lib\/dpkg\/status\.d\/\S+$/,
    ];
    assert.deepEqual(
      own.filter((file) => !expected.some((form) => form.test(file))),
      [],
    );
    assert.deepEqual(
      files.filter((file) => file.endsWith('.node')),
      [`app/node_modules/@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`],
    );
    const bytes = own.reduce((sum, file) => sum + lstatSync(join(root, file)).size, 0);
    assert.ok(bytes < 7_000_000, `${bytes} bytes beside the base image`);
  });

  test('its list of software names everything that is not its own', () => {
    const { components } = JSON.parse(readFileSync(join(root, 'app/sbom.cdx.json'), 'utf8'));
    const names: readonly string[] = components.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.slice(0, 3), ['koffi', `@koromix/koffi-linux-${process.arch}`, 'libcap2']);
    assert.deepEqual(names.slice(2), readdirSync(join(root, 'var/lib/dpkg/status.d')));
  });

  test('labels, user and entry point', () => {
    const [{ Config }] = JSON.parse(podman(['image', 'inspect', image]));
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(Config.Labels['org.opencontainers.image.version'], version);
    assert.equal(Config.Labels['org.opencontainers.image.licenses'], 'Apache-2.0');
    assert.equal(Config.User, '0:0');
    assert.deepEqual(Config.Entrypoint, ['node', '/app/main.js']);
  });

  test('built again from the same files, with other times and rights, it is the same image', () => {
    const context = createContext((to) => {
      for (const name of ['app', 'usr', 'var'])
        cpSync(join(root, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    });
    try {
      const again = `${image}-again`;
      const id = buildImage(again, context, 'local');
      assert.equal(id, podman(['image', 'inspect', '--format', '{{.Id}}', image]).trim());
      podman(['untag', again, again]);
    } finally {
      rmSync(context, { recursive: true });
    }
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !lstatSync(join(folder, name)).isDirectory(),
  );
}
