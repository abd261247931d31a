// What a monitoring system sees of a logger that captures live.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { inside, liveTest, runClient, startServer } from '../tools/namespaces.ts';
import { startCapture } from '../tools/run-logger.ts';

const url = 'http://127.0.0.1:9464';

liveTest(
  'metrics and health of a live capture, whose own scrapes are not logged',
  { namespaces: 1, programs: ['curl', 'promtool'] },
  async (here) => {
    await startServer(here);
    const logger = await startCapture({ IFACE: 'lo', IGNORE_URLS: '/text' }, inside(here));
    const get = (path: string, ...options: string[]) => here.run(['curl', '-s', ...options, `${url}${path}`]);
    for (let count = 0; count < 3; count++)
      await runClient(here, 'once', { host: '127.0.0.1', path: `/text?${count}` });
    let metrics = '';
    for (let tries = 0; !metrics.includes('http_logger_exchanges_answered_total 3') && tries < 100; tries++) {
      metrics = get('/metrics');
    }
    for (const line of [
      'http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",http_route="/text"} 3',
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

liveTest('a metrics port that is taken is one line, and everything else goes on', { namespaces: 1 }, async (here) => {
  await startServer(here);
  const first = await startCapture({ IFACE: 'lo' }, inside(here));
  const second = await startCapture({ IFACE: 'lo' }, inside(here));
  await runClient(here, 'once', { host: '127.0.0.1', path: '/text' });
  await second.until(({ records }) => records.length === 1, 'record');
  const { code, stderr } = await second.stop();
  assert.equal(code, 0);
  assert.match(
    stderr,
    /warn {2}no metrics and health on METRICS_PORT=9464: port 9464 is taken by another process; everything else goes on\n/,
  );
  assert.equal((await first.stop()).code, 0);
});
