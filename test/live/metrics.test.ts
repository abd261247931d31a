// What a monitoring system sees of a logger that captures live.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { inside, liveTest, runClient, startServer } from '../support/capture/namespaces.ts';
import type { NetworkNamespace } from '../support/capture/network-namespace.ts';
import { type RunningLogger, runLogger, startCapture } from '../support/program/run-logger.ts';

const url = 'http://127.0.0.1:19464';

liveTest(
  'metrics and health of a live capture, whose own scrapes are not logged',
  { namespaces: 1, programs: ['curl', 'promtool'] },
  async (here) => {
    await startServer(here);
    const logger = await startCapture({ IFACE: 'lo', IGNORE_URLS: '/text' }, inside(here));
    const get = (path: string, ...options: string[]) => here.run(['curl', '-s', ...options, `${url}${path}`]);
    for (let count = 0; count < 3; count++)
      await runClient(here, 'once', { host: '127.0.0.1', path: `/text?${count}` });
    let metrics = get('/metrics');
    for (let tries = 0; !metrics.includes('http_logger_exchanges_answered_total 3') && tries < 300; tries++) {
      // The text is made once a second.
      await delay(100);
      metrics = get('/metrics');
    }
    for (const line of [
      'http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",' +
        'http_route="/text"} 3',
      'http_logger_exchanges_ignored_url_total 3',
      'http_logger_sink_state{sink="stdout",state="working"} 1',
    ]) {
      assert.ok(metrics.includes(`${line}\n`), `${line}\n${metrics}`);
    }
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
    assert.equal(`${checked.stdout}${checked.stderr}`, '');
    assert.match(get('/metrics', '-H', 'Accept: application/openmetrics-text'), /# EOF\n$/);
    assert.deepEqual([get('/healthz'), get('/readyz')], ['ok\n', 'ok\n']);
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(records, []);
  },
);

const folder = mkdtempSync(join(tmpdir(), 'khl-hosts-'));
after(() => rmSync(folder, { recursive: true }));

/** Puts another /etc/hosts in place, for the program alone. */
function withHosts(name: string, text: string): readonly string[] {
  const path = join(folder, name);
  writeFileSync(path, text);
  return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', path];
}

const statusAt = (here: NetworkNamespace, address: string) =>
  here.run(['sh', '-c', `curl -s -o /dev/null -w '%{http_code}' http://${address}:19464/healthz || true`]);

for (const { what, hosts, isReached } of [
  { what: 'a pod answers on all addresses', hosts: '# Kubernetes-managed hosts file.\n', isReached: true },
  {
    what: 'a pod with the network of its host answers on loopback only',
    hosts: '# Kubernetes-managed hosts file (host network).\n',
    isReached: false,
  },
  { what: 'a host answers on loopback only', hosts: '127.0.0.1 localhost\n', isReached: false },
]) {
  liveTest(what, { namespaces: 1, programs: ['curl', 'unshare'] }, async (here) => {
    here.ip('addr add 10.77.0.1/24 dev lo');
    const under = [...inside(here), ...withHosts(what, hosts)];
    const { code, stderr } = await runLogger(['--check'], { env: { IFACE: 'lo' }, under });
    assert.equal(code, 0);
    const place = isReached ? 'all addresses' : '127\\.0\\.0\\.1';
    assert.match(stderr, new RegExp(`^metrics: +port 19464 of ${place} is free`, 'm'));
    const logger = await startCapture({ IFACE: 'lo' }, under);
    try {
      assert.equal(statusAt(here, '127.0.0.1'), '200');
      assert.equal(statusAt(here, '10.77.0.1'), isReached ? '200' : '000');
    } finally {
      assert.equal((await logger.stop()).code, 0);
    }
  });
}

liveTest(
  'a metrics port that cannot be had is one line, and everything else goes on',
  { namespaces: 1 },
  async (here) => {
    await startServer(here);
    const under = inside(here);
    const first = await startCapture({ IFACE: 'lo' }, under);
    try {
      for (const { env, why } of [
        { env: {}, why: 'port 19464 is taken by another process' },
        { env: { METRICS_HOST: '0.0.0.0' }, why: 'port 19464 is taken by another process' },
        { env: { METRICS_HOST: '192.0.2.1' }, why: '192.0.2.1 is no address of this pod' },
      ]) {
        const checked = await runLogger(['--check'], { env: { IFACE: 'lo', ...env }, under });
        assert.equal(checked.code, 0);
        assert.ok(checked.stderr.includes(` cannot be opened: ${why}; the logger would do without\n`), checked.stderr);
        const second = await startCapture({ IFACE: 'lo', ...env }, under);
        const { code, stderr } = await afterOneRecord(here, second);
        assert.equal(code, 0);
        const warnings = stderr.split('\n').filter((line) => / (warn|error) /.test(line));
        assert.equal(warnings.length, 1, stderr);
        const warning = `warn  no metrics and health on METRICS_PORT=19464: ${why}; everything else goes on`;
        assert.ok(warnings[0]?.endsWith(warning), stderr);
      }
    } finally {
      assert.equal((await first.stop()).code, 0);
    }
  },
);

async function afterOneRecord(here: NetworkNamespace, logger: RunningLogger) {
  try {
    await runClient(here, 'once', { host: '127.0.0.1', path: '/text' });
    await logger.until(({ records }) => records.length === 1, 'record');
  } finally {
    await logger.stop();
  }
  return logger.finished;
}
