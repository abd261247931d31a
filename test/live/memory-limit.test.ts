// The logger stays within the memory limit of its container, whatever comes, without being told how large it is.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { client, liveTest, runClient, server, startServer } from '../support/capture/namespaces.ts';
import { connect, type NetworkNamespace } from '../support/capture/network-namespace.ts';
import { MemoryCgroup, memoryCgroupMissing } from '../support/live/memory-cgroup.ts';
import { runLogger, startCapture } from '../support/program/run-logger.ts';

const megabyte = 1024 * 1024;
const attacker = fileURLToPath(new URL('../support/live/attack-player.ts', import.meta.url));

/** Inside of a namespace, where `ip netns exec` would hide the cgroups. */
const withCgroups = ({ name }: NetworkNamespace) => ['nsenter', `--net=/run/netns/${name}`];

function attack(from: NetworkNamespace, connections: number) {
  return from.start([process.execPath, '--import', 'tsx', attacker, 'eth0', String(connections)]);
}

liveTest(
  'with nothing but a Fluentd host that is away it stays within 192 MiB under attack, and goes on logging',
  { namespaces: 2, missing: memoryCgroupMissing },
  async (serving, calling) => {
    connect(serving, calling);
    await startServer(serving);
    const cgroup = new MemoryCgroup(192 * megabyte);
    try {
      // As large a ring as elsewhere does not count here: it is the kernel's.
      const env = { FLUENTHOST: client.ipv4, FLUENTPORT: '24224', TIMEOUT_AFTER_MS: '1000', LOG_BODIES: 'true' };
      const logger = await startCapture(env, [...cgroup.under, ...withCgroups(serving)]);
      const attacking = attack(calling, 80_000);
      assert.equal(await attacking.exited, 0, attacking.errors);
      await runClient(calling, 'once', { host: server.ipv4, path: '/text?after' });
      const { code, signal, stderr } = await logger.stop();
      assert.deepEqual([code, signal], [0, null], stderr);
      assert.match(stderr, /summary: \d+ exchanges .*answered.* connections? evicted/);
    } finally {
      cgroup.remove();
    }
  },
);

liveTest(
  '--check tells which bounds follow from the memory limit',
  { namespaces: 1, missing: memoryCgroupMissing },
  async (here) => {
    const cgroup = new MemoryCgroup(192 * megabyte);
    try {
      const { stderr } = await runLogger(['--check'], {
        env: { IFACE: 'lo' },
        under: [...cgroup.under, ...withCgroups(here)],
      });
      assert.match(
        stderr,
        /^memory: {8}limit of 192 MiB; at most 10922 connections, 24 MiB held back, 8 MiB queued for each sink$/m,
      );
    } finally {
      cgroup.remove();
    }
  },
);
