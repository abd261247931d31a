// A bridge that floods shows every packet to every pod: those of others are not this pod's to log.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, serverPort, startServer } from '../support/capture/namespaces.ts';
import type { NetworkNamespace } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';

const addressOf = (index: number) => `10.79.0.${index + 1}`;

/** Pods on one bridge that never learns where anybody is. */
function connectByHub(node: NetworkNamespace, pods: readonly NetworkNamespace[]): void {
  node.ip('link add hub type bridge ageing_time 0');
  node.ip('link set hub up');
  pods.forEach((pod, index) => {
    node.ip(`link add port${index} type veth peer name eth0 netns ${pod.name}`);
    node.ip(`link set port${index} master hub up`);
    pod.ip(`addr add ${addressOf(index)}/24 dev eth0`);
    pod.ip('link set eth0 up');
  });
}

const ask = (calling: NetworkNamespace, host: string, path: string) => runClient(calling, 'once', { host, path });

liveTest(
  "what a flooding bridge shows of other pods' requests is left out and counted, and logged with OTHER_HOSTS",
  { namespaces: 5 },
  async (node, here, serving, calling, bystander) => {
    connectByHub(node, [here, serving, calling, bystander]);
    await startServer(here);
    await startServer(serving);
    const strict = await startCapture({ IFACE: 'eth0', MODE: 'debug' }, inside(here));
    const open = await startCapture({ IFACE: 'eth0', OTHER_HOSTS: 'true' }, inside(here));
    const aside = await startCapture({ IFACE: 'eth0' }, inside(bystander));
    await ask(calling, addressOf(1), '/text?of-others');
    await ask(calling, addressOf(0), '/text?of-ours');
    await open.until(({ records }) => records.length === 2, 'both requests');
    await strict.until(({ records }) => records.length > 0, 'our request');

    const ours = await strict.stop();
    assert.deepEqual(
      ours.records.map(({ url, server_ip, server_port, direction }) => [url, server_ip, server_port, direction]),
      [['/text?of-ours', addressOf(0), serverPort, 'incoming']],
    );
    assert.match(ours.stderr, / frames_skipped_other_host=[1-9]/);
    const all = await open.stop();
    assert.deepEqual(all.records.map(({ url }) => url).toSorted(), ['/text?of-others', '/text?of-ours']);
    const overheard = await aside.stop();
    assert.deepEqual(overheard.records, []);
    assert.match(overheard.stderr, /packets are addressed to other hosts and were left out.*OTHER_HOSTS=true/);
  },
);
