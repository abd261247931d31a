// A real server that sends events for seconds, over loopback in a namespace of its own.
import assert from 'node:assert/strict';
import { inside, liveTest } from '../support/capture/namespaces.ts';
import { startCapture } from '../support/program/run-logger.ts';

/** Events ten times a second, to three clients, of which one gives up; the others end when it says so on its input. */
const program = `
  const http = require('node:http');
  const answers = [];
  const server = http.createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write('data: ' + 'x'.repeat(92) + '\\n\\n'), 100);
    response.on('close', () => clearInterval(timer));
    answers.push(response);
  }).listen(8080, '127.0.0.1', async () => {
    const agent = new http.Agent({ keepAlive: false });
    const listen = (path) => new Promise((resolve) => {
      const request = http.get({ port: 8080, host: '127.0.0.1', path, agent }, (response) => {
        let bytes = 0;
        response.on('data', (chunk) => { bytes += chunk.length; });
        response.on('error', () => {});
        response.on('close', () => resolve(bytes));
      });
      request.on('error', () => {});
      if (path === '/given-up') process.stdin.once('data', () => request.destroy());
    });
    const all = ['/one', '/two?token=s3cret', '/given-up', '/ignored'].map(listen);
    process.stdin.once('end', () => { for (const answer of answers) answer.end(); });
    console.log(JSON.stringify(await Promise.all(all)));
    server.close();
  });
`;

liveTest('streams of events are told of while they last, and counted once', { namespaces: 1 }, async (pod) => {
  pod.run(['ip', 'link', 'set', 'lo', 'up']);
  const env = { IFACE: 'lo', PROGRESS_INTERVAL_S: '1', IGNORE_URLS: '/ignored', METRICS_PORT: '19464' };
  const logger = await startCapture(env, inside(pod));
  const peer = pod.start([process.execPath, '-e', program]);
  const partsOf = (path: string) =>
    logger.records.filter((record) => record.path === path && record.kind === 'progress');
  const paths = ['/one', '/two', '/given-up'];
  await logger.until(() => paths.every((path) => partsOf(path).length >= 3), 'three interim records of each');
  const scrape = () => pod.run(['curl', '--silent', 'http://127.0.0.1:19464/metrics']);
  peer.write('give up');
  await logger.until(
    ({ records }) => records.some(({ path, kind }) => path === '/given-up' && kind === undefined),
    'end',
  );
  peer.endInput();
  await logger.until(({ records }) => records.filter(({ kind }) => kind === undefined).length >= 3, 'three exchanges');
  const counted = 'http_logger_requests_total{direction="incoming"} 4\n';
  await logger.until(() => scrape().includes(counted), 'metrics of four requests');
  const { records, stderr } = await logger.stop();
  assert.match(stderr, /summary: 4 exchanges \(3 answered, 1 (reset|closed)\).*; no loss/);

  for (const path of paths) {
    const all = records.filter((record) => record.path === path);
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    assert.deepEqual(
      all.map(({ part }) => part),
      [...all.slice(1).map((_, index) => index + 1), undefined],
    );
    const [last, ...parts] = all.toReversed();
    assert.equal(last?.status, 200);
    assert.match(last?.outcome ?? '', path === '/given-up' ? /^(reset|closed)$/ : /^answered$/);
    assert.ok(
      parts.every(({ status, outcome, method }) => status === 200 && outcome === undefined && method === 'GET'),
    );
    const grows = (numbers: readonly (number | undefined)[]) => {
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => Number(a) - Number(b)),
      );
      assert.ok(Number(numbers[0]) > 0);
    };
    grows(all.map(({ response_bytes }) => response_bytes));
    // The last one ends with the last byte, the others when they were made.
    grows(all.slice(0, -1).map(({ duration_ms }) => duration_ms));
  }
  assert.ok(records.every(({ path }) => path !== '/ignored'));
  assert.ok(records.every(({ url }) => !url?.includes('s3cret')));
});
