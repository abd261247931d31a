// Containers of the tests' own: what is built and run is in a store beside the user's, with limits that this machine
// allows.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
/** What is made or fetched once for all checkouts. */
export const cacheFolder = join(XDG_CACHE_HOME, 'k8s-internal-http-logger');
const store = join(cacheFolder, 'containers');
const runFolder = '/run/k8s-internal-http-logger';

/** Why there can be no containers, or `false`. */
export const containersMissing: string | false = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'containers are built and run as root on Linux';
  const absent = ['buildah', 'podman', 'runc'].filter((name) => spawnSync(name, ['--version']).error !== undefined);
  return absent.length === 0 ? false : `not installed: ${absent.join(', ')}`;
})();

const storeOptions = ['--root', store, '--runroot', runFolder];

/**
 * Limits that a container may have here at all: the default ones can be above those of this process, which runc
 * refuses. Without a security context containers get the capabilities that containerd and Docker give them; podman's
 * own default lacks NET_RAW.
 */
const configuration = `[containers]
default_capabilities = [
  "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
  "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
`;

/** Runs podman on the tests' store to its end and returns what it says. */
export function podman(words: readonly string[], input?: string): string {
  return execFileSync('podman', [...storeOptions, ...words], options(input));
}

/** What a container has written until now. */
export function containerLogs(name: string): { readonly stdout: string; readonly stderr: string } {
  return spawnSync('podman', [...storeOptions, 'logs', name], options());
}

/** Like `podman`, for buildah. What a build runs needs no container of its own. */
export function buildah(words: readonly string[]): string {
  return execFileSync('buildah', [...storeOptions, ...words], options());
}

function options(input?: string) {
  mkdirSync(cacheFolder, { recursive: true });
  const path = join(cacheFolder, 'containers.conf');
  if (!existsSync(path) || readFileSync(path, 'utf8') !== configuration) {
    // Whole at once: another test may be reading it.
    writeFileSync(`${path}.${process.pid}`, configuration);
    renameSync(`${path}.${process.pid}`, path);
  }
  return {
    encoding: 'utf8' as const,
    stdio: 'pipe' as const,
    env: { ...process.env, CONTAINERS_CONF: path, BUILDAH_ISOLATION: 'chroot' },
    maxBuffer: 256 * 1024 * 1024,
    // None takes nearly as long, not even a build on a busy machine.
    timeout: 300_000,
    killSignal: 'SIGKILL' as const,
    ...(input === undefined ? {} : { input }),
  };
}
