// Pods of two nodes whose network is a VXLAN: on the interface of the node every packet is inside of a datagram.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, serverPort, startServer } from '../support/capture/namespaces.ts';
import type { NetworkNamespace } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';

const nodeAddress = (index: number) => `10.80.0.${index + 1}`;
const podAddress = (index: number) => `10.81.0.${index + 1}`;
const port = 8472;

function connectByVxlan(nodes: readonly [NetworkNamespace, NetworkNamespace]): void {
  const [first, second] = nodes;
  first.ip(`link add eth0 type veth peer name eth0 netns ${second.name}`);
  nodes.forEach((node, index) => {
    node.ip(`addr add ${nodeAddress(index)}/24 dev eth0`);
    node.ip('link set eth0 up');
    node.ip(`link add overlay type vxlan id 7 remote ${nodeAddress(1 - index)} dstport ${port} dev eth0`);
    node.ip(`addr add ${podAddress(index)}/24 dev overlay`);
    node.ip('link set overlay up');
  });
}

liveTest(
  'exchanges inside of a tunnel are logged with DECAPSULATE, whatever CAP_FILTER says, and not without',
  { namespaces: 2 },
  async (serving, calling) => {
    connectByVxlan([serving, calling]);
    await startServer(serving);
    const closed = await startCapture({ IFACE: 'eth0', MODE: 'debug' }, inside(serving));
    const open = await startCapture({ IFACE: 'eth0', DECAPSULATE: 'true', MODE: 'debug' }, inside(serving));
    await runClient(calling, 'once', { host: podAddress(0), path: '/text?in-a-tunnel' });
    await open.until(({ records }) => records.length > 0, 'the request in the tunnel');
    const { records, stderr } = await open.stop();
    assert.deepEqual(
      records.map(({ url, client_ip, server_ip, server_port, direction, status }) => [
        ...[url, client_ip, server_ip, server_port, direction, status],
      ]),
      [['/text?in-a-tunnel', podAddress(1), podAddress(0), serverPort, 'incoming', 200]],
    );
    assert.match(stderr, /packets that match `tcp` or are tunnels on eth0/);
    assert.match(stderr, / segments_decapsulated=[1-9]/);
    const without = await closed.stop();
    assert.deepEqual(without.records, []);
  },
);
