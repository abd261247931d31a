// Programs that are built from their Go modules: Kubernetes itself, and what checks and makes manifests. All belong to
// one module of our own, so that a package that several of them use has one version and is compiled once. Run this file
// with their names to have them (`node --import tsx test/support/cluster/go-programs.ts kubectl`): needs Go 1.26 or
// newer and its module proxy.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../image/containers.ts';

/** Of the control plane, the node and kubectl. */
export const kubernetesVersion = '1.34.2';

const modules = {
  'k8s.io/kubernetes': `v${kubernetesVersion}`,
  'go.etcd.io/etcd/server/v3': 'v3.6.5',
  'github.com/coredns/coredns': 'v1.12.1',
  // Made with the same version of Kubernetes, so that they share most of their packages.
  'helm.sh/helm/v3': 'v3.19.5',
  'sigs.k8s.io/kustomize/kustomize/v5': 'v5.7.1',
  'github.com/yannh/kubeconform': 'v0.8.0',
} as const;

const packages = {
  coredns: 'github.com/coredns/coredns',
  etcd: 'go.etcd.io/etcd/server/v3',
  helm: 'helm.sh/helm/v3/cmd/helm',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5',
} as const;

export type GoProgram = keyof typeof packages;

/** One for each set of versions. */
const versions = createHash('sha256').update(JSON.stringify(modules)).digest('hex').slice(0, 12);
const folder = join(cacheFolder, `go-programs-${versions}`);

/** Where a program is once it is built. */
export function programPath(name: GoProgram): string {
  return join(folder, name);
}

/** Why these programs cannot be run, or `false`. */
export function programsMissing(...names: readonly GoProgram[]): string | false {
  const absent = names.filter((name) => !existsSync(programPath(name)));
  if (absent.length === 0) return false;
  const command = `node --import tsx test/support/cluster/go-programs.ts ${absent.join(' ')}`;
  return `no ${absent.join(', ')}; \`${command}\` builds them`;
}

/** Builds those that are not there yet. */
export function buildPrograms(...names: readonly GoProgram[]): void {
  const absent = names.filter((name) => !existsSync(programPath(name)));
  if (absent.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const workspace = mkdtempSync(join(tmpdir(), 'go-programs-'));
  try {
    writeFileSync(join(workspace, 'go.mod'), moduleFile(workspace));
    const wanted = absent.map((name) => packages[name]);
    go(workspace, ['build', '-trimpath', `-ldflags=-s -w ${versionFlags()}`, '-o', `${workspace}/built/`, ...wanted]);
    for (const name of absent) {
      // Within the cache's own file system, so that nobody ever sees half a program.
      const unfinished = `${programPath(name)}.${process.pid}`;
      execFileSync('cp', [join(workspace, 'built', builtName(name)), unfinished]);
      renameSync(unfinished, programPath(name));
    }
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

/** What Go calls it: the last word of its package that is no version. */
function builtName(name: GoProgram): string {
  return basename(packages[name].replace(/\/v\d+$/, ''));
}

/**
 * The module of Kubernetes refers to its parts as v0.0.0, because they are folders of its repository; each of them is
 * published as a module of its own, v0.MINOR.PATCH for v1.MINOR.PATCH.
 */
function moduleFile(workspace: string): string {
  writeFileSync(join(workspace, 'go.mod'), 'module programs\n');
  const wanted = `k8s.io/kubernetes@${modules['k8s.io/kubernetes']}`;
  const { GoMod } = JSON.parse(go(workspace, ['mod', 'download', '-json', wanted]));
  const parts = readFileSync(GoMod, 'utf8').matchAll(/^\s+(k8s\.io\/\S+) v0\.0\.0$/gm);
  const required = [
    ...[...parts].map(([, part]) => `${part} v0.${kubernetesVersion.slice(2)}`),
    ...Object.entries(modules).map(([module, version]) => `${module} ${version}`),
  ];
  return `module programs\n\ngo 1.26\n\nrequire (\n${required.map((line) => `\t${line}\n`).join('')})\n`;
}

/** What the programs of Kubernetes say about themselves; they refuse to work with a version that they cannot read. */
function versionFlags(): string {
  const [major, minor] = kubernetesVersion.split('.');
  const values = { gitVersion: `v${kubernetesVersion}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((path) => Object.entries(values).map(([name, value]) => `-X ${path}.${name}=${value}`))
    .join(' ');
}

function go(workspace: string, words: readonly string[]): string {
  const { PATH = '' } = process.env;
  const { status, error, stdout } = spawnSync('go', words, {
    cwd: workspace,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=mod', PATH: `${PATH}:/usr/local/go/bin` },
  });
  if (status !== 0) throw error ?? new Error(`go ${words[0]} ended with ${status}`);
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildPrograms(...(process.argv.slice(2) as GoProgram[]));
