// What a new user pastes, on a real cluster, as it is written.
import assert from 'node:assert/strict';
import { clusterTest, until } from '../support/cluster/cluster-test.ts';
import { documentedBlock, helmCommand } from '../support/deploy/documented-commands.ts';

clusterTest('the quick start of the README, pasted as one block, ends with the record of its request', (namespace) => {
  const block = documentedBlock('README.md', 'deploy/sidecar.yaml');
  const printed = namespace.paste(block);
  const lines = printed.split('\n').filter((line) => line.startsWith('{'));
  const records = lines.map((line) => JSON.parse(line));
  const asked = records.filter(({ url }) => url === '/hello');
  assert.deepEqual(
    asked.map(({ direction, outcome, namespace }) => ({ direction, outcome, namespace })),
    [{ direction: 'incoming', outcome: 'answered', namespace: namespace.name }],
    printed,
  );
  // A second time it is the same.
  assert.match(namespace.paste(block), /deployment\.apps\/shop unchanged/);
});

clusterTest(
  'the two steps of docs/kubernetes.md, pasted as one block, end with pods that are ready',
  async (namespace) => {
    const printed = namespace.paste(documentedBlock('docs/kubernetes.md', 'kubectl create secret'));
    assert.match(printed, /deployment "shop" successfully rolled out/);
    // A container that ends at once has been ready for a moment, too.
    const [pod = ''] = namespace.podsOf('shop');
    await until('capture', () => namespace.logged(pod).lines.includes('capturing packets'));
    const restarts = '--output=jsonpath={.status.containerStatuses[*].restartCount}';
    assert.equal(namespace.kubectl(['get', 'pod', pod, restarts]), '0 0');
  },
);

clusterTest('after `kubectl apply -f deploy/` both shops are ready, and the Job succeeds', (namespace) => {
  namespace.kubectl(['apply', '--filename=deploy/']);
  namespace.rollOut('shop');
  namespace.rollOut('shop-native');
  namespace.kubectl(['wait', '--for=condition=Complete', 'job/price-update', '--timeout=180s']);
});

clusterTest('the documented helm command works after step 1, and its example logs', (namespace) => {
  namespace.kubectl(['apply', '--filename=deploy/configmap.yaml']);
  const image = '--set=image.repository=docker.io/library/k8s-internal-http-logger';
  // Later words win.
  const here = [
    `--namespace=${namespace.name}`,
    image,
    '--set=config.SEND_LOGS_TO=stdout',
    '--set=example.enabled=true',
  ];
  for (const nativeSidecar of [false, true]) {
    const verb = nativeSidecar ? ['helm', 'upgrade'] : ['helm', 'install'];
    const example = `--set=example.nativeSidecar=${nativeSidecar}`;
    const command = [
      ...verb,
      ...helmCommand()
        .slice(2)
        .filter((word) => !nativeSidecar || word !== '--create-namespace'),
    ];
    const said = namespace.client.execute([...command, ...here, example]);
    // What it says can be pasted, too; the Service is there the second time.
    const [pasted = ''] = said
      .slice(said.indexOf('See it work:') + 'See it work:'.length)
      .trim()
      .split('\n\n');
    const printed = namespace.paste(pasted.replace(/^.*expose.*$/m, nativeSidecar ? '' : '$&'));
    assert.match(printed, /"url":"\/hello"/);
  }
});
