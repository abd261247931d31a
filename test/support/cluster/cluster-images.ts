// Images for a cluster without a registry, as archives: the logger of this checkout, and stand-ins for what manifests
// and docs name, made of programs of this machine.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildah, podman } from '../image/containers.ts';
import { baseImage, image } from '../image/local-image.ts';
import { programPath } from './go-programs.ts';

export const names = {
  pause: 'registry.k8s.io/pause:3.10',
  coredns: 'registry.k8s.io/coredns/coredns:v1.12.1',
  nginx: 'docker.io/library/nginx:1.28-alpine',
  curl: 'docker.io/curlimages/curl:8.16.0',
  /** test/support/cluster/pods/: services, and what asks them. */
  pods: 'localhost/cluster-pods:1',
  logger: 'docker.io/library/k8s-internal-http-logger:0.1.0',
} as const;

/** Programs of this machine that images are made of: with the libraries that they link. */
export const imagePrograms = ['catatonit', 'curl', 'nginx'] as const;

const nginxConfiguration = `daemon off;
error_log stderr;
events {}
http {
  access_log /dev/stdout;
  server { listen 80; listen [::]:80; location = / { return 200 "hello\\n"; } location / { return 404 "no\\n"; } }
}
`;

/** Writes an archive of each image into the folder; throws where one cannot be built. */
export function writeImages(folder: string): readonly string[] {
  const archives: string[] = [];
  const write = (name: string, lines: readonly string[], fill: (root: string) => void = () => {}) => {
    const context = mkdtempSync(join(tmpdir(), 'cluster-image-'));
    try {
      mkdirSync(join(context, 'root'));
      fill(join(context, 'root'));
      writeFileSync(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
      buildah(['build', '--quiet', '--tag', name, context]);
      const archive = join(folder, `${archives.length}.tar`);
      podman(['save', '--quiet', '--format', 'docker-archive', '--output', archive, name]);
      archives.push(archive);
    } finally {
      rmSync(context, { recursive: true });
    }
  };
  const rootOnly = ['FROM scratch', 'COPY root/ /'];
  write(names.pause, [...rootOnly, 'ENTRYPOINT ["/usr/bin/catatonit", "-P"]'], (root) =>
    copyProgram('catatonit', root),
  );
  write(names.coredns, [...rootOnly, 'ENTRYPOINT ["/coredns"]'], (root) =>
    cpSync(realpathSync(programPath('coredns')), `${root}/coredns`),
  );
  const nginx = [...rootOnly, 'EXPOSE 80', 'STOPSIGNAL SIGQUIT', 'CMD ["/usr/sbin/nginx", "-c", "/nginx.conf"]'];
  write(names.nginx, nginx, (root) => {
    copyProgram('nginx', root);
    for (const path of ['etc', 'run', 'var/log/nginx', 'var/lib/nginx'])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:\nnobody:x:65534:65534::/:\n');
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
    writeFileSync(join(root, 'nginx.conf'), nginxConfiguration);
  });
  const curl = [...rootOnly, 'USER 100:101', 'ENTRYPOINT ["/usr/bin/curl"]', 'CMD ["--help"]'];
  write(names.curl, curl, (root) => copyProgram('curl', root));
  const pods = [`FROM ${baseImage}`, 'COPY root/ /', 'ENTRYPOINT ["node"]'];
  write(names.pods, pods, (root) => cpSync('test/support/cluster/pods', root, { recursive: true }));
  write(names.logger, [`FROM ${image}`]);
  return archives;
}

/** Where a program is, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A program where Debian has it, with what it links. */
function copyProgram(name: string, root: string): void {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`not installed: ${name}`);
  const linked = execFileSync('sh', ['-c', 'ldd "$0" || true', path], { encoding: 'utf8', stdio: 'pipe' });
  for (const file of [path, ...[...linked.matchAll(/(\/\S+) \(0x/g)].map(([, library = '']) => library)]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    cpSync(realpathSync(file), join(root, file));
  }
}
