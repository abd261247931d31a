// Two pods on one host: network namespaces that are connected, and what runs in them.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program, programMissing } from '../program/run-logger.ts';
import {
  makeNamespaces,
  type NamespaceProcess,
  type NetworkNamespace,
  namespacesMissing,
} from './network-namespace.ts';

/** Addresses of the server's and the client's pod, as `connect` gives them. */
export const server = { ipv4: '10.77.0.1', ipv6: 'fd77::1' } as const;
export const client = { ipv4: '10.77.0.2', ipv6: 'fd77::2' } as const;
/** Where `startServer` listens; encrypted on the second one. */
export const serverPort = 8080;
export const tlsPort = 8443;

/**
 * Runs a live test of the built program in namespaces of its own, which go away in any case; skipped when one of the
 * programs is missing.
 */
export function liveTest(
  title: string,
  needs: { readonly namespaces: number; readonly programs?: readonly string[]; readonly missing?: string | false },
  body: (...namespaces: NetworkNamespace[]) => Promise<void>,
): void {
  const { namespaces: count, programs = [], missing = false } = needs;
  const skip = programMissing || namespacesMissing || missing || missingProgram(['ip', 'setpriv', ...programs]);
  test(title, { skip, timeout: 300_000 }, (t) => body(...makeNamespaces(t, count)));
}

function missingProgram(names: readonly string[]): string | false {
  const absent = names.filter((name) => !isInstalled(name));
  return absent.length === 0 ? false : `not installed: ${absent.join(', ')}`;
}

function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a command inside of a namespace. */
export function inside(namespace: NetworkNamespace): readonly string[] {
  return ['ip', 'netns', 'exec', namespace.name];
}

/** Inside of a namespace as a user who may do nothing but capture: what a container gets with NET_RAW alone. */
export function unprivilegedInside(namespace: NetworkNamespace): readonly string[] {
  return [
    ...inside(namespace),
    'setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '--bounding-set=-all,+net_raw',
    '--inh-caps=-all,+net_raw',
    '--ambient-caps=-all,+net_raw',
    '--no-new-privs',
  ];
}

/**
 * Why that user cannot run the program, or `false`: Node or the checkout may be in a folder that is closed to others.
 */
export const unprivilegedMissing: string | false = (() => {
  if (namespacesMissing || missingProgram(['setpriv'])) return false;
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  try {
    execFileSync('setpriv', [...asNobody, process.execPath, program, '--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return `other users cannot run ${process.execPath} ${program}`;
  }
})();

/** Starts test/support/live/case-server.ts on all addresses. */
export async function startServer(namespace: NetworkNamespace): Promise<NamespaceProcess> {
  const started = namespace.start(script('case-server', { port: serverPort, tlsPort }));
  await started.event((event) => event.listening === true, 'server');
  return started;
}

/** Starts test/support/live/case-client.ts: its words are the name of what it does, and where. */
export function startClient(namespace: NetworkNamespace, what: string, settings: object): NamespaceProcess {
  return namespace.start(script('case-client', { what, port: serverPort, tlsPort, ...settings }));
}

/** Runs the same to its end. */
export async function runClient(namespace: NetworkNamespace, what: string, settings: object): Promise<void> {
  const started = startClient(namespace, what, settings);
  const code = await started.exited;
  if (code !== 0) throw new Error(`the client failed (${code}): ${started.errors}`);
}

function script(name: string, settings: object): readonly string[] {
  const path = fileURLToPath(new URL(`../live/${name}.ts`, import.meta.url));
  return [process.execPath, '--import', 'tsx', path, JSON.stringify(settings)];
}
