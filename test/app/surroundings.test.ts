import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasHostNetwork, hasPodNetwork, readSurroundings, type Surroundings } from '../../src/app/surroundings.ts';

const ownHosts = '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.1.2.3\tshop-1\n';
const nodeHosts = '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n';
const plainHosts = '127.0.0.1 localhost\n127.0.1.1 build-7\n';
const podName = `${'long-'.repeat(12)}ab-7d9f6c-x2x4p`;

const rows: readonly (Surroundings & { readonly what: string; readonly is: boolean })[] = [
  { what: 'a pod', hostsFile: ownHosts, hostname: 'shop-1', podName: 'shop-1', is: true },
  { what: 'a pod that is told nothing', hostsFile: ownHosts, hostname: 'shop-1', podName: undefined, is: true },
  { what: 'a pod that calls itself a host', hostsFile: ownHosts, hostname: 'node-1', podName: 'shop-1', is: true },
  { what: 'a pod with hostNetwork', hostsFile: nodeHosts, hostname: 'node-1', podName: 'shop-1', is: false },
  { what: 'the same under its own name', hostsFile: nodeHosts, hostname: 'shop-1', podName: 'shop-1', is: false },
  { what: 'a pod with hosts of its own', hostsFile: plainHosts, hostname: 'shop-1', podName: 'shop-1', is: true },
  { what: 'the same with a long name', hostsFile: '', hostname: podName.slice(0, 62), podName, is: true },
  { what: 'hostNetwork and own hosts', hostsFile: plainHosts, hostname: 'node-1', podName: 'shop-1', is: false },
  { what: 'a host', hostsFile: plainHosts, hostname: 'build-7', podName: undefined, is: false },
  { what: 'a host without a name or a file', hostsFile: '', hostname: '', podName: undefined, is: false },
  { what: 'a comment somewhere else', hostsFile: `\n${ownHosts}`, hostname: 'a', podName: undefined, is: false },
];

for (const { what, is, ...surroundings } of rows) {
  test(`${what}: ${is ? 'a network of its own' : 'the network of a host'}`, () => {
    assert.equal(hasPodNetwork(surroundings), is);
  });
}

test('what is around this process can be read', () => {
  const { hostsFile, hostname, podName } = readSurroundings('shop-1');
  assert.deepEqual([typeof hostsFile, typeof hostname, podName], ['string', 'string', 'shop-1']);
});

test("the network is only taken for the host's, whose traffic never ends, where kubelet says so", () => {
  const surroundings = { hostname: 'node-1', podName: 'shop-1' };
  assert.ok(hasHostNetwork({ ...surroundings, hostsFile: nodeHosts }));
  for (const hostsFile of [ownHosts, plainHosts, '']) assert.ok(!hasHostNetwork({ ...surroundings, hostsFile }));
});
