// What pods leave on this machine when their kubelet and containerd are gone: processes, mounts, namespaces, cgroups.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runtimeFolder } from './node-configuration.ts';

const ownerFile = join(runtimeFolder, 'owner');

/** Says that what pods leave from here on is this process's. */
export function ownPods(): void {
  mkdirSync(runtimeFolder, { recursive: true });
  writeFileSync(ownerFile, String(process.pid));
}

/** Why no pods can be started here, or `false`. What a run has left that was killed is removed first. */
export async function podsForbidden(): Promise<string | false> {
  if (existsSync(ownerFile)) {
    const owner = readFileSync(ownerFile, 'utf8');
    if (existsSync(`/proc/${owner}`)) return `process ${owner} runs a cluster here`;
    await removePodRemains();
  }
  return processesOfPods().length === 0 ? false : 'this machine is a node of a cluster already';
}

/** Ends and removes everything, but what containerd keeps in its folder. */
export async function removePodRemains(): Promise<void> {
  for (const deadline = Date.now() + 30_000; processesOfPods().length > 0 && Date.now() < deadline; await sleep(100)) {
    for (const pid of processesOfPods()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
  unmountBelow(runtimeFolder);
  for (const name of readdirSync('/run/netns')) {
    if (name.startsWith('cni-') && isEmpty(name)) spawnSync('ip', ['netns', 'delete', name]);
  }
  for (const folder of podCgroups()) removeCgroups(folder);
  for (const path of [runtimeFolder, '/var/lib/cni/networks/khl-pods']) rmSync(path, { recursive: true, force: true });
}

/** Of file systems: the innermost first. */
export function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounted.sort().reverse()) spawnSync('umount', ['--lazy', path]);
}

function isEmpty(namespace: string): boolean {
  return spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).stdout.trim() === '';
}

/** Where kubelet keeps the cgroups of pods: one folder for each controller in version 1, one in version 2. */
function podCgroups(): readonly string[] {
  const roots = ['.', ...readdirSync('/sys/fs/cgroup')].map((name) => join('/sys/fs/cgroup', name, 'kubepods'));
  return roots.filter((path) => existsSync(path));
}

function processesOfPods(): readonly number[] {
  const files = podCgroups().flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('cgroup.procs'))
      .map((name) => join(folder, name)),
  );
  const pids = files.flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').split('\n').filter(Boolean);
    } catch {
      // Its pod has just been removed.
      return [];
    }
  });
  return [...new Set(pids.map(Number))];
}

function removeCgroups(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch {
    // Something still runs there: the next run is told so.
  }
}
