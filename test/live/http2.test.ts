// Real servers and clients of HTTP/2 without TLS, a logger at each end: what the loggers say is compared with the
// server's own log.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  inside,
  liveTest,
  server,
  serverPort,
  unprivilegedInside,
  unprivilegedMissing,
} from '../support/capture/namespaces.ts';
import { connect } from '../support/capture/network-namespace.ts';
import { accessLine, startNginx } from '../support/live/start-nginx.ts';
import { startCapture } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

const base = `http://${server.ipv4}:${serverPort}`;
async function run([command = '', ...words]: readonly string[]): Promise<string> {
  return (await promisify(execFile)(command, words)).stdout;
}

const ids = (records: readonly FlatRecord[]) => records.map(({ id }) => id).sort();

liveTest(
  'each of many streams is logged once at both ends, under the same id, as nginx itself logs it',
  { namespaces: 2, programs: ['nginx', 'h2load', 'curl'], missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const accessLog = await startNginx(serving, 'http2');
    const options = { IFACE: 'eth0', CAP_RING: '128MiB', QUEUE_LIMIT: '512MiB' };
    const atServer = await startCapture(options, unprivilegedInside(serving));
    const atClient = await startCapture(options, unprivilegedInside(calling));
    const paths = ['/text', '/moved', '/error', '/nothing', '/missing', '/bytes/0', '/bytes/3000', '/bytes/70000'];
    const count = 500 * paths.length;
    const urls = paths.map((path) => base + path);
    await run([...inside(calling), 'h2load', `-n${count}`, '-c10', '-m100', ...urls]);
    const curl = ['curl', '--silent', '--http2-prior-knowledge', '--output', '/dev/null'];
    await run([...inside(calling), ...curl, '--data-binary', 'x'.repeat(1000), `${base}/text?token=s3cret&a=b`]);
    const [incoming, outgoing] = [await atServer.stop(), await atClient.stop()];

    const expected = accessLog().map((line) => line.replace('s3cret', '[redacted]'));
    assert.equal(expected.length, count + 1);
    for (const { records, code, stderr } of [incoming, outgoing]) {
      assert.equal(code, 0, stderr);
      assert.deepEqual(records.map(accessLine).sort(), expected.sort());
      assert.match(stderr, new RegExp(`summary: ${count + 1} exchanges \\(${count + 1} answered\\).*; no loss`));
      assert.ok(records.every(({ outcome, incomplete }) => outcome === 'answered' && incomplete === undefined));
      assert.ok(records.every(({ stream_id, undecoded_fields }) => Number(stream_id) % 2 === 1 && !undecoded_fields));
      assert.ok(records.every(({ protocol }) => protocol === 'HTTP/2'));
      assert.ok(records.every(({ host }) => host === `${server.ipv4}:${serverPort}`));
      const upload = records.find(({ method }) => method === 'POST');
      assert.deepEqual([upload?.request_bytes, upload?.user_agent?.slice(0, 5)], [1000, 'curl/']);
    }
    assert.ok(incoming.records.every(({ direction }) => direction === 'incoming'));
    assert.ok(outgoing.records.every(({ direction }) => direction === 'outgoing'));
    assert.equal(new Set(ids(incoming.records)).size, count + 1);
    assert.deepEqual(ids(incoming.records), ids(outgoing.records));
  },
);

liveTest(
  'what a server pushes is logged beside what was asked for',
  { namespaces: 2, programs: ['nghttpd', 'nghttp'], missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const folder = serving.makeFolder();
    writeFileSync(`${folder}/index.html`, '<link rel=stylesheet href=style.css>');
    writeFileSync(`${folder}/style.css`, 'a {}');
    const pushing = ['-p/index.html=/style.css', `-d${folder}`, `-a${server.ipv4}`, `${serverPort}`];
    const started = serving.start(['nghttpd', '--no-tls', ...pushing]);
    await started.until(() => serving.run(['cat', '/proc/net/tcp']).includes(':1F90 '), 'nghttpd that listens');
    const logger = await startCapture({ IFACE: 'eth0' }, unprivilegedInside(serving));
    await run([...inside(calling), 'nghttp', '-n', `${base}/index.html`]);
    const { records } = await logger.stop();
    assert.deepEqual(records.map(({ url, status, stream_id }) => [url, status, Number(stream_id) % 2]).sort(), [
      ['/index.html', 200, 1],
      ['/style.css', 200, 0],
    ]);
  },
);
