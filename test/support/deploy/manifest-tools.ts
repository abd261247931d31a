// What checks the manifests: kubeconform, helm, kustomize and the control plane of Kubernetes, built from their Go
// modules, and the schemas of Kubernetes, from a Python package. Run this file to have them (`node --import tsx
// test/support/deploy/manifest-tools.ts`): needs Go, its module proxy and pip, and takes some minutes, once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPrograms, programsMissing } from '../cluster/go-programs.ts';
import { cacheFolder } from '../image/containers.ts';

/** The oldest Kubernetes with native sidecars in every cluster, and the newest that the package has. */
export const kubernetesVersions = ['1.29.0', '1.37.0'] as const;
const schemaPackage = 'kubernetes-validate';
const schemaPackageVersion = '1.37.0';
/** The kinds in deploy/, and what they refer to. */
const schemas = ['configmap-v1', 'deployment-apps-v1', 'job-batch-v1', 'secret-v1', 'service-v1', '_definitions'];
const schemaFolder = join(cacheFolder, `kubernetes-schemas-${schemaPackageVersion}`);

/** Where kubeconform finds the schemas of one version. */
export function schemaLocation(version: (typeof kubernetesVersions)[number]): string {
  return `${schemaFolder}/${version}/{{.ResourceKind}}{{.KindSuffix}}.json`;
}

/** Why manifests cannot be checked with kubeconform, or `false`. */
export function kubeconformMissing(): string | false {
  return existsSync(schemaFolder) ? programsMissing('kubeconform') : `no schemas of Kubernetes; ${hint}`;
}

const hint = '`node --import tsx test/support/deploy/manifest-tools.ts` has pip fetch them';

function fetchSchemas(): void {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-schemas-'));
  run('python3', [
    '-m',
    'pip',
    'download',
    '-q',
    '--no-deps',
    '-d',
    folder,
    `${schemaPackage}==${schemaPackageVersion}`,
  ]);
  const wheel = join(folder, `${schemaPackage.replace('-', '_')}-${schemaPackageVersion}-py3-none-any.whl`);
  const inPackage = (version: string) => `kubernetes_validate/kubernetes-json-schema/v${version}-local-strict`;
  const wanted = kubernetesVersions.flatMap((version) => schemas.map((name) => `${inPackage(version)}/${name}.json`));
  const unpack = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2], sys.argv[3:])';
  run('python3', ['-c', unpack, wheel, folder, ...wanted]);
  const unfinished = `${schemaFolder}.${process.pid}`;
  for (const version of kubernetesVersions) {
    mkdirSync(join(unfinished, version), { recursive: true });
    for (const name of schemas) {
      const text = readFileSync(join(folder, inPackage(version), `${name}.json`), 'utf8');
      writeFileSync(join(unfinished, version, `${name}.json`), withFilesForAddresses(text));
    }
  }
  renameSync(unfinished, schemaFolder);
  rmSync(folder, { recursive: true });
}

/** These schemas refer to each other by their addresses in the web; kubeconform finds only files. */
function withFilesForAddresses(text: string): string {
  const { $id: _, ...schema } = JSON.parse(text.replaceAll('"/api/_definitions.json#', '"_definitions.json#'));
  return JSON.stringify(schema);
}

function run(command: string, words: readonly string[]): void {
  const { status, error } = spawnSync(command, words, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw error ?? new Error(`${command} ended with ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(cacheFolder, { recursive: true });
  if (!existsSync(schemaFolder)) fetchSchemas();
  buildPrograms('kubeconform', 'kustomize', 'helm');
  // What comes first is not lost where these cannot be built; what they share with helm is compiled already.
  buildPrograms('kubectl', 'etcd', 'kube-apiserver');
}
