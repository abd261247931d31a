// What is logged in the pod of a mesh: the rules are those that meshes install, the proxies are stand-ins. What is
// expected is the table of docs/meshes.md.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inside, liveTest } from '../support/capture/namespaces.ts';
import {
  connect,
  type NamespaceProcess,
  type NetworkNamespace,
  namespacesMissing,
  ruleMissing,
} from '../support/capture/network-namespace.ts';
import { applicationPort, type MeshMode, meshAddresses, meshModes, peerPorts } from '../support/live/mesh-modes.ts';
import { startCapture } from '../support/program/run-logger.ts';

const { pod: podAddress, service } = meshAddresses;
const actor = fileURLToPath(new URL('../support/live/mesh-actor.mjs', import.meta.url));
const page = readFileSync(new URL('../../docs/meshes.md', import.meta.url), 'utf8');
const interfaces = ['eth0', 'lo', 'any'] as const;

/** One of the loggers sends its records to the other pod, through the mesh. */
const sending = {
  SEND_LOGS_TO: 'stdout,logstash',
  LOGSTASH_TYPE: 'http',
  LOGSTASH_HOST: service,
  LOGSTASH_PORT: `${applicationPort}`,
  BATCH_AGE_MS: '50',
};

const rulesMissing =
  namespacesMissing ||
  ruleMissing('iptables', ['-t', 'nat', '-A', 'OUTPUT', '-m', 'owner', '--uid-owner', '1', '-j', 'RETURN']) ||
  ruleMissing('iptables', ['-t', 'nat', '-A', 'OUTPUT', '-p', 'tcp', '-j', 'REDIRECT', '--to-ports', '1']) ||
  ruleMissing('iptables', ['-t', 'mangle', '-A', 'PREROUTING', '-p', 'tcp', '-j', 'TPROXY', '--on-port', '1']) ||
  ruleMissing('iptables', ['-t', 'mangle', '-A', 'OUTPUT', '-j', 'CONNMARK', '--restore-mark']);

async function start(namespace: NetworkNamespace, settings: object): Promise<NamespaceProcess> {
  const started = namespace.start([process.execPath, actor, JSON.stringify(settings)]);
  await started.event((event) => event.listening === true, 'actor');
  return started;
}

async function ask(client: NamespaceProcess, to: { readonly host: string; readonly port: number }, path: string) {
  client.write(`${JSON.stringify({ ...to, path })}\n`);
  await client.event((event) => event.log === `${path} 200`, `answer to ${path}`);
}

function install({ rules, localMark }: MeshMode, pod: NetworkNamespace): void {
  execFileSync('ip', ['netns', 'exec', pod.name, 'iptables-restore'], { input: rules, timeout: 60_000 });
  if (localMark === undefined) return;
  pod.ip(`rule add fwmark ${localMark.mark} lookup ${localMark.table}`);
  pod.ip(`route add local default dev lo table ${localMark.table}`);
}

/** The path tells what was asked: how, in which mode, which way. */
const pathOf = (mode: MeshMode, way: string, isSecure: boolean) =>
  `/${isSecure ? 'secure' : 'plain'}/${meshModes.indexOf(mode)}/${way}`;

/** A pod without a proxy encrypts nothing. */
const encryptions = ({ securePort }: MeshMode) => (securePort === undefined ? [false] : [true, false]);

function rows(): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

/** What the page says of a request: how often it is logged on each interface, and its client on `lo`. */
function expected(mode: MeshMode, way: string, isSecure: boolean): readonly string[] {
  const row = rows().find(([name, request]) => name === mode.name && request === way);
  assert.ok(row, `docs/meshes.md has no row for ${mode.name}, ${way}`);
  return [...(isSecure ? row.slice(2, 5) : row.slice(5, 8)), row[8] ?? ''];
}

const clients: ReadonlyMap<string, string> = new Map([
  [meshAddresses.peer, 'the caller'],
  [meshAddresses.pod, 'this pod'],
]);

liveTest(
  'in each mesh, requests are logged as often as its page says',
  { namespaces: 2, missing: rulesMissing },
  async (pod, peer) => {
    connect(pod, peer);
    pod.ip('route add default via 10.77.0.2');
    peer.ip(`addr add ${service}/32 dev lo`);
    for (const namespace of [pod, peer]) await start(namespace, { role: 'application', port: applicationPort });
    const toPod = (port: number) => ({ host: podAddress, port, secure: true });
    await start(peer, {
      role: 'proxy',
      listeners: [
        { port: peerPorts.inbound, to: { host: '127.0.0.1', port: applicationPort } },
        { port: peerPorts.toApplicationPort, to: toPod(applicationPort) },
        { port: peerPorts.toTunnelPort, to: toPod(peerPorts.inbound) },
      ],
    });
    const [podClient, peerClient] = await Promise.all([pod, peer].map((where) => start(where, { role: 'client' })));
    assert.ok(podClient !== undefined && peerClient !== undefined);
    const loggers = await Promise.all(
      interfaces.map((iface) =>
        startCapture({ IFACE: iface, METRICS_PORT: '0', ...(iface === 'any' ? sending : {}) }, inside(pod)),
      ),
    );
    for (const mode of meshModes) {
      install(mode, pod);
      const proxy = await start(pod, { role: 'proxy', ...mode.proxy });
      for (const isSecure of encryptions(mode)) {
        const port = mode.securePort === peerPorts.inbound ? peerPorts.toTunnelPort : peerPorts.toApplicationPort;
        const incoming = isSecure ? { host: '127.0.0.1', port } : { host: podAddress, port: applicationPort };
        await ask(peerClient, incoming, pathOf(mode, 'incoming', isSecure));
        await ask(podClient, { host: service, port: applicationPort }, pathOf(mode, 'outgoing', isSecure));
      }
      await proxy.kill();
      if (mode.localMark !== undefined) pod.ip(`rule del fwmark ${mode.localMark.mark} lookup ${mode.localMark.table}`);
    }
    const logged = await Promise.all(loggers.map((logger) => logger.stop()));
    for (const { stderr } of logged) {
      assert.match(stderr, /no loss/);
      assert.doesNotMatch(stderr, /one direction/);
    }
    // What it sent through the proxies is its own traffic.
    const [sender] = logged.slice(-1);
    assert.match(sender?.stderr ?? '', /logstash: [1-9]\d* records? delivered/);
    assert.deepEqual(
      sender?.records.filter(({ method }) => method === 'POST'),
      [],
    );
    for (const mode of meshModes) {
      for (const isSecure of encryptions(mode)) {
        for (const way of ['incoming', 'outgoing']) {
          const path = pathOf(mode, way, isSecure);
          const found = logged.map(({ records }) => records.filter((record) => record.path === path));
          const [onEth0 = [], onLo = []] = found;
          const { client_ip = '' } = onLo[0] ?? onEth0[0] ?? {};
          const counts = found.map(({ length }) => `${length}`);
          assert.deepEqual(
            [...counts, clients.get(client_ip) ?? client_ip],
            expected(mode, way, isSecure),
            `${mode.name}, ${path}`,
          );
          // What the proxy makes of a request is another exchange.
          const ids = (found[2] ?? []).map(({ id }) => id);
          assert.equal(new Set(ids).size, ids.length);
          for (const record of found.flat()) assert.deepEqual([record.direction, record.status], [way, 200]);
          // A proxy asks an address of its own choice; the application, the Service.
          if (way === 'outgoing' && onLo.length > 0) assert.equal(onLo[0]?.server_ip, service);
        }
      }
    }
  },
);
