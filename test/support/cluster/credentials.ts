// Keys and certificates of a cluster, made with openssl, and what its components log in with.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterAddresses } from './cluster-addresses.ts';

/** Why there can be none, or `false`. */
export const opensslMissing: string | false =
  spawnSync('openssl', ['version']).error === undefined ? false : 'not installed: openssl';

export const nodeName = 'node1';

/** Who may do what is in the subject, as Kubernetes reads it: groups in O, the user in CN. */
const users = {
  admin: '/O=system:masters/CN=admin',
  'apiserver-kubelet': '/O=system:masters/CN=apiserver-kubelet',
  'controller-manager': '/CN=system:kube-controller-manager',
  kubelet: `/O=system:nodes/CN=system:node:${nodeName}`,
  proxy: '/CN=system:kube-proxy',
  scheduler: '/CN=system:kube-scheduler',
} as const;

export type ClusterUser = keyof typeof users;

export class Credentials {
  readonly #folder: string;

  constructor(folder: string, { node, api }: ClusterAddresses) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#newKey('ca');
    this.#openssl('req -x509 -new -key ca.key -subj /CN=kubernetes -days 30 -out ca.crt');
    this.#newKey('service-accounts');
    this.#openssl('pkey -in service-accounts.key -pubout -out service-accounts.pub');
    const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
    const addresses = ['127.0.0.1', api, ...node].map((address) => `IP:${address}`);
    const names = [...service.map((name) => `DNS:${name}`), ...addresses];
    this.#sign('apiserver', '/CN=kube-apiserver', `extendedKeyUsage=serverAuth\nsubjectAltName=${names}\n`);
    const kubelet = [`DNS:${nodeName}`, ...addresses];
    this.#sign('kubelet-server', `/CN=${nodeName}`, `extendedKeyUsage=serverAuth\nsubjectAltName=${kubelet}\n`);
    for (const [name, subject] of Object.entries(users)) {
      this.#sign(name, subject, 'extendedKeyUsage=clientAuth\n');
      writeFileSync(this.kubeconfig(name as ClusterUser), JSON.stringify(this.#kubeconfig(name)));
    }
  }

  /** A file of its folder, such as `ca.crt`. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  kubeconfig(user: ClusterUser): string {
    return this.path(`${user}.kubeconfig`);
  }

  #kubeconfig(name: string): object {
    const cluster = { 'certificate-authority': this.path('ca.crt'), server: 'https://127.0.0.1:6443' };
    const user = { 'client-certificate': this.path(`${name}.crt`), 'client-key': this.path(`${name}.key`) };
    return {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'local', cluster }],
      users: [{ name, user }],
      contexts: [{ name: 'local', context: { cluster: 'local', user: name } }],
      'current-context': 'local',
    };
  }

  #newKey(name: string): void {
    this.#openssl(`genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out ${name}.key`);
  }

  #sign(name: string, subject: string, extensions: string): void {
    this.#newKey(name);
    writeFileSync(this.path(`${name}.extensions`), extensions);
    this.#openssl(`req -new -key ${name}.key -subj ${subject} -out ${name}.request`);
    this.#openssl(
      `x509 -req -in ${name}.request -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile ${name}.extensions ` +
        `-out ${name}.crt`,
    );
  }

  #openssl(words: string): void {
    execFileSync('openssl', words.split(' '), { cwd: this.#folder, stdio: 'pipe', timeout: 60_000 });
  }
}
