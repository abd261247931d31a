// `npm run test:cluster`: brings up a real Kubernetes, runs test/cluster/ against it, and takes it down again; first
// one with IPv4 and IPv6, then one with IPv6 alone. Words are files or folders of tests. Where it cannot be had, the
// tests are skipped with the reason.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Cluster, clusterMissing, clusterPrograms } from '../../test/support/cluster/cluster.ts';
import type { Families } from '../../test/support/cluster/cluster-addresses.ts';
import { clusterVariable } from '../../test/support/cluster/cluster-test.ts';
import { buildPrograms } from '../../test/support/cluster/go-programs.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const words = process.argv.slice(2);
const stopped = new AbortController();
for (const signal of stopSignals) process.on(signal, () => stopped.abort(signal));

process.exitCode = await main();

async function main(): Promise<number> {
  const missing = await prepare();
  if (missing !== undefined) return runTests({ missing });
  for (const families of ['dual', 'ipv6'] as const) {
    const status = stopped.signal.aborted ? 1 : await withCluster(families);
    if (status !== 0) return status;
  }
  return 0;
}

/** Builds what is not there yet; returns why there can be no cluster. */
async function prepare(): Promise<string | undefined> {
  const image = spawnSync(process.execPath, ['--import', 'tsx', 'test/support/image/local-image.ts'], {
    stdio: 'inherit',
  });
  if (image.status !== 0) return 'the image of this checkout could not be built';
  try {
    buildPrograms('etcd', 'kube-apiserver', 'kubectl', ...clusterPrograms);
  } catch (error) {
    return `the programs of Kubernetes could not be built: ${error}`;
  }
  return (await clusterMissing()) || undefined;
}

async function withCluster(families: Families): Promise<number> {
  const begin = Date.now();
  const cluster = new Cluster(families);
  try {
    await cluster.start();
    console.log(`a cluster (${families}) is up after ${Math.round((Date.now() - begin) / 1000)} s`);
    return await runTests({ families, ...cluster.plane.access });
  } catch (error) {
    console.error(error);
    return 1;
  } finally {
    await cluster.stop();
  }
}

/** In a group of processes of their own, which ends as a whole when this one is asked to end. */
async function runTests(cluster: object): Promise<number> {
  const env = { ...process.env, [clusterVariable]: JSON.stringify(cluster) };
  const paths = words.length > 0 ? words : ['test/cluster'];
  const tests = spawn(process.execPath, ['scripts/test/test.mjs', ...paths], { stdio: 'inherit', env, detached: true });
  stopped.signal.addEventListener('abort', () => {
    if (tests.pid !== undefined) process.kill(-tests.pid, 'SIGTERM');
  });
  const [status] = await once(tests, 'close');
  return status ?? 1;
}
