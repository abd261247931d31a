// Calls of this pod that never came up are logged, those of the logger to a log server that is down are not.
import assert from 'node:assert/strict';
import { inside, liveTest } from '../support/capture/namespaces.ts';
import { connect, ruleMissing } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';

const there = '10.77.0.2';

liveTest(
  'a call that is refused is logged, and no attempt of the logger to reach log servers that are down',
  { namespaces: 2 },
  async (pod, other) => {
    connect(pod, other);
    const env = {
      MODE: 'debug',
      IFACE: 'any',
      BATCH_AGE_MS: '20',
      RETRY_MAX_MS: '200',
      RETRY_MIN_MS: '100',
      SHUTDOWN_GRACE_MS: '1000',
      SEND_LOGS_TO: 'stdout,fluentd,logstash,elasticsearch',
      FLUENTD_HOST: there,
      LOGSTASH_HOST: there,
      LOGSTASH_TYPE: 'tcp',
      ELASTICSEARCH_HOST: there,
    };
    const logger = await startCapture(env, inside(pod));
    const call = `require('node:net').connect(81, '${there}').on('error', () => {})`;
    for (let count = 1; count <= 5; count++) {
      pod.run([process.execPath, '-e', call]);
      await logger.until(({ records }) => records.length >= count, `record ${count}`);
    }
    const { records, stderr } = await logger.stop();
    assert.deepEqual(
      records.map(({ kind, outcome, direction, server_ip, server_port }) => {
        return [kind, outcome, direction, server_ip, server_port];
      }),
      Array.from({ length: 5 }, () => ['connect', 'refused', 'outgoing', there, 81]),
    );
    assert.match(stderr, / attempts_own_traffic=([5-9]|\d\d)/);
  },
);

const rejected = ['-A', 'INPUT', '-p', 'tcp', '--dport', '81', '-j', 'REJECT'];

liveTest(
  'a call that a firewall rejects by ICMP, as for a Service without endpoints, is refused at once',
  { namespaces: 2, missing: ruleMissing('iptables', rejected) || ruleMissing('ip6tables', rejected) },
  async (pod, other) => {
    connect(pod, other);
    for (const command of ['iptables', 'ip6tables']) other.run([command, ...rejected]);
    const logger = await startCapture({ IFACE: 'eth0', TIMEOUT_AFTER_MS: '60000' }, inside(pod));
    for (const [index, host] of [there, 'fd77::2'].entries()) {
      pod.run([process.execPath, '-e', `require('node:net').connect(81, '${host}').on('error', () => {})`]);
      await logger.until(({ records }) => records.length > index, `the record of ${host}`);
    }
    const { records } = await logger.stop();
    assert.deepEqual(
      records.map(({ kind, outcome, server_ip, server_port }) => [kind, outcome, server_ip, server_port]),
      [
        ['connect', 'refused', there, 81],
        ['connect', 'refused', 'fd77::2', 81],
      ],
    );
  },
);
