import assert from 'node:assert/strict';
import { clusterTest, until } from '../support/cluster/cluster-test.ts';
import { Load, startService } from '../support/cluster/workloads.ts';

const memory = 128;
const count = 20_000;

clusterTest(
  'under load the sidecar stays below its memory limit, and what it loses is counted',
  async (namespace, t) => {
    // With too little CPU, so that packets and records have to wait, or are lost.
    startService(namespace, 'shop', { limits: { cpu: '100m', memory: `${memory}Mi` } });
    const [pod = ''] = namespace.podsOf('shop');
    const loads = ['first', 'second'].map((name) => {
      return new Load(namespace, name, 'http://shop/large?bytes=2000&and=', { perSecond: 2000, count: count / 2 });
    });
    let peak = 0;
    await until('end of the load', () => {
      peak = Math.max(peak, namespace.workingSet(pod));
      return loads.every((load) => load.hasFinished);
    });
    const answered = loads.flatMap((load) => load.finished()).filter(({ status }) => status === 200).length;
    // It has caught up when nothing waits any more.
    await until('empty queue', () => namespace.metric(pod, 'http_logger_sink_queue_bytes') === 0);
    const status = JSON.parse(namespace.kubectl(['get', 'pod', pod, '--output=jsonpath={.status.containerStatuses}']));
    const sidecar = status.find(({ name }: { name: string }) => name === 'http-logger');
    assert.deepEqual([sidecar.restartCount, sidecar.lastState], [0, {}]);
    assert.ok(peak < memory * 1024 * 1024, `${peak} bytes`);
    t.diagnostic(`${answered} answered, at most ${Math.round(peak / 1e6)} MB`);
    // Kubelet begins a new log file meanwhile, of which `kubectl logs` shows nothing but the newest.
    const records = namespace.metric(pod, 'http_logger_sink_records_delivered_total');
    const dropped = namespace.metric(pod, 'http_logger_frames_dropped_kernel_total');
    const lost = namespace.metric(pod, 'http_logger_sink_records_dropped_total');
    assert.ok(
      records === answered || dropped + lost > 0,
      `${answered} answered, ${records} logged, none counted as lost`,
    );
  },
);
