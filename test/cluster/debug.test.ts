// deploy/debug.sh at a terminal, on a pod that runs already: with util-linux's `script`, which is that terminal.
import assert from 'node:assert/strict';
import type { ClusterNamespace } from '../support/cluster/cluster-test.ts';
import { clusterTest, until } from '../support/cluster/cluster-test.ts';
import { startService } from '../support/cluster/workloads.ts';
import { Terminal } from '../support/program/terminal.ts';

const path = `/whole/${'path/'.repeat(30)}end`;

/** Starts debug.sh on the pod of `shop`, and asks that until a line of it is shown. */
async function watch(namespace: ClusterNamespace): Promise<{ readonly terminal: Terminal; readonly pod: string }> {
  startService(namespace, 'shop');
  const [pod = ''] = namespace.podsOf('shop');
  const terminal = new Terminal(namespace.client.command(['sh', 'deploy/debug.sh', pod]), namespace.client.environment);
  const asks = `setInterval(() => {
    require('node:http').get('http://shop${path}', (answer) => answer.resume()).on('error', () => {});
  }, 200)`;
  namespace.kubectl(['run', 'ask', '--restart=Never', '--image=localhost/cluster-pods:1', '--', '-e', asks]);
  await terminal.shows(new RegExp(`shop${path} `));
  return { terminal, pod };
}

/** Waits until the container of `kubectl debug` has ended, and returns its exit code. */
async function exitCode(namespace: ClusterNamespace, pod: string): Promise<number> {
  const output = '--output=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}';
  let code = '';
  await until('end of the container of debug.sh', () => {
    code = namespace.kubectl(['get', 'pod', pod, output]);
    return code !== '';
  });
  return Number(code);
}

clusterTest('debug.sh shows whole paths, and nothing of it runs on when its terminal is closed', async (namespace) => {
  const { terminal, pod } = await watch(namespace);
  await terminal.close();
  assert.equal(await exitCode(namespace, pod), 0);
});

clusterTest('Ctrl-C ends debug.sh and what it has started', async (namespace) => {
  const { terminal, pod } = await watch(namespace);
  terminal.type('\x03');
  assert.equal(await exitCode(namespace, pod), 0);
  await terminal.ended;
});

clusterTest('what debug.sh has started ends when its connection is silent', async (namespace) => {
  const { terminal, pod } = await watch(namespace);
  terminal.freeze();
  assert.equal(await exitCode(namespace, pod), 0);
  await terminal.close();
});
