import assert from 'node:assert/strict';
import { clusterTest } from '../support/cluster/cluster-test.ts';
import { startErrand, startService } from '../support/cluster/workloads.ts';
import { documentedBlock } from '../support/deploy/documented-commands.ts';

clusterTest(
  'job.yaml succeeds against the example: its sidecar ends with it and has logged its request',
  (namespace) => {
    const files = ['configmap', 'sidecar', 'service'].map((name) => `--filename=deploy/${name}.yaml`);
    namespace.kubectl(['apply', ...files]);
    const printed = namespace.paste(documentedBlock('docs/kubernetes.md', 'deploy/job.yaml'));
    assert.match(printed, /"direction":"outgoing".*"url":"\/"/);
    const [pod = ''] = namespace.podsOf('price-update', 'batch.kubernetes.io/job-name');
    const status = JSON.parse(namespace.kubectl(['get', 'pod', pod, '--output=jsonpath={.status}']));
    const [sidecar] = status.initContainerStatuses;
    assert.deepEqual([status.phase, sidecar.state.terminated?.exitCode, sidecar.restartCount], ['Succeeded', 0, 0]);
    const { records, lines } = namespace.logged(pod);
    const answered = records.filter(({ direction, status }) => direction === 'outgoing' && status === 200);
    assert.deepEqual(
      answered.map(({ host, url }) => `${host}${url}`),
      ['shop/'],
      lines,
    );
  },
);

clusterTest('a native sidecar sees the first request of its application and the last one', (namespace) => {
  startService(namespace, 'shop');
  const script = `
    const get = (path) => new Promise((resolve, reject) => {
      const request = require('node:http').get('http://shop' + path, (answer) => answer.resume().once('end', resolve));
      request.on('error', reject);
    });
    get('/first').then(() => get('/last')).then(() => process.exit());`;
  startErrand(namespace, 'errand', script);
  namespace.kubectl(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/errand', '--timeout=180s']);
  const { records, lines } = namespace.logged('errand');
  const answered = records.filter(({ status }) => status === 200).map(({ url }) => url);
  assert.deepEqual(answered, ['/first', '/last'], lines);
});
