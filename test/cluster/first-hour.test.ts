// What a new user pastes, on a real cluster, as it is written.
import assert from 'node:assert/strict';
import { clusterTest } from '../support/cluster/cluster-test.ts';
import { documentedBlock } from '../support/deploy/documented-commands.ts';

clusterTest('the quick start of the README, pasted as one block, ends with the record of its request', (namespace) => {
  const block = documentedBlock('README.md', 'deploy/sidecar.yaml');
  const printed = namespace.paste(block);
  const records = printed.split('\n').filter((line) => line.startsWith('{'));
  assert.ok(
    records.some((line) => JSON.parse(line).url === '/hello' && JSON.parse(line).pod.startsWith('shop-')),
    printed,
  );
  // A second time it is the same.
  assert.match(namespace.paste(block), /deployment\.apps\/shop unchanged/);
});
