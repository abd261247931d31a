// A real server in one pod, clients in another, a logger in each: what the loggers say is compared with the server's
// own log.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  inside,
  liveTest,
  runClient,
  server,
  serverPort,
  unprivilegedInside,
  unprivilegedMissing,
} from '../support/capture/namespaces.ts';
import { connect } from '../support/capture/network-namespace.ts';
import { accessLine, startNginx } from '../support/live/start-nginx.ts';
import { startCapture } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

async function run([command = '', ...words]: readonly string[]): Promise<string> {
  return (await promisify(execFile)(command, words)).stdout;
}

const ids = (records: readonly FlatRecord[]) => records.map(({ id }) => id).sort();

liveTest(
  'every exchange with nginx is logged once at both ends, under the same id, as nginx itself logs it',
  { namespaces: 2, programs: ['nginx'], missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const accessLog = await startNginx(serving);
    const atServer = await startCapture({ IFACE: 'eth0' }, unprivilegedInside(serving));
    const atClient = await startCapture({ IFACE: 'eth0' }, unprivilegedInside(calling));
    const count = 1000;
    for (const host of [server.ipv4, server.ipv6]) await runClient(calling, 'many', { host, count, connections: 10 });
    const [incoming, outgoing] = [await atServer.stop(), await atClient.stop()];

    const expected = accessLog();
    assert.equal(expected.length, 4 * count);
    for (const { records, code, stderr } of [incoming, outgoing]) {
      assert.equal(code, 0, stderr);
      assert.deepEqual(records.map(accessLine).sort(), expected);
      assert.match(stderr, new RegExp(`summary: ${4 * count} exchanges \\(${4 * count} answered\\).*; no loss`));
      assert.ok(records.every(({ outcome, incomplete }) => outcome === 'answered' && incomplete === undefined));
      assert.ok(records.every(({ server_port }) => server_port === serverPort));
      assert.equal(records.filter(({ server_ip }) => server_ip === server.ipv4).length, 2 * count);
      assert.equal(records.filter(({ server_ip }) => server_ip === server.ipv6).length, 2 * count);
      for (const { method, request_bytes, url = '' } of records) {
        assert.equal(request_bytes, method === 'POST' ? Number(url.split('-').at(-1)) : 0, url);
      }
    }
    assert.ok(incoming.records.every(({ direction }) => direction === 'incoming'));
    assert.ok(outgoing.records.every(({ direction }) => direction === 'outgoing'));
    assert.equal(new Set(ids(incoming.records)).size, 4 * count);
    assert.deepEqual(ids(incoming.records), ids(outgoing.records));
  },
);

liveTest(
  'under a load generator nothing is lost or logged twice',
  { namespaces: 2, programs: ['nginx', 'wrk'], missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const accessLog = await startNginx(serving);
    const logger = await startCapture(
      // Room for all that may come while this process is slow to read.
      { IFACE: 'eth0', CAP_RING: '128MiB', LOG_HEADERS: 'false', QUEUE_LIMIT: '512MiB' },
      unprivilegedInside(serving),
    );
    const connections = 16;
    const wrk = ['wrk', '-t1', `-c${connections}`, '-d2s', `http://${server.ipv4}:${serverPort}/text`];
    const report = await run([...inside(calling), ...wrk]);
    const completed = Number(report.match(/(\d+) requests in/)?.[1]);
    const { records, code, stderr } = await logger.stop();
    const served = accessLog().length;

    assert.equal(code, 0, stderr);
    assert.match(stderr, /; no loss until then\n$/);
    assert.equal(new Set(ids(records)).size, records.length);
    const answered = records.filter(({ outcome, status }) => outcome === 'answered' && status === 200).length;
    // wrk hangs up on the exchanges that are under way at its end: at most one on each connection.
    assert.ok(completed > 1000 && answered >= completed, `${answered} of ${completed}`);
    assert.ok(records.length >= served && records.length - served <= connections, `${records.length} of ${served}`);
    assert.ok(answered >= served - connections && answered <= served, `${answered} of ${served}`);
  },
);

liveTest(
  'a request that curl sends is logged with all that there is to know of it',
  { namespaces: 2, programs: ['nginx', 'curl'] },
  async (serving, calling) => {
    connect(serving, calling);
    await startNginx(serving);
    const logger = await startCapture(
      { IFACE: 'eth0', POD_NAME: 'shop-1', POD_NAMESPACE: 'store', NODE_NAME: 'node-7' },
      inside(serving),
    );
    const address = `http://ada:hush@${server.ipv4}:${serverPort}/text?page=2&token=hush`;
    assert.equal(calling.run(['curl', '-s', '-A', 'curl of the test', '-H', 'Cookie: a=hush', address]), 'hello world');
    const { records, stdout } = await logger.stop();

    const [record, ...others] = records;
    assert.ok(record !== undefined && others.length === 0);
    const { time, id, client_port, duration_ms = -1, send_ms = -1, wait_ms = -1, receive_ms = -1, ...rest } = record;
    const { request_headers, response_headers, hostname, client_ip, connect_ms = -1, ...told } = rest;
    assert.ok(connect_ms >= 0);
    assert.deepEqual(told, {
      direction: 'incoming',
      server_ip: server.ipv4,
      server_port: serverPort,
      protocol: 'HTTP/1.1',
      method: 'GET',
      host: `${server.ipv4}:${serverPort}`,
      url: '/text?page=2&token=[redacted]',
      path: '/text',
      status: 200,
      outcome: 'answered',
      request_bytes: 0,
      response_bytes: 11,
      user_agent: 'curl of the test',
      content_type: 'text/plain',
      pod: 'shop-1',
      namespace: 'store',
      node: 'node-7',
    });
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.match(id, /^0a4d0002[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    assert.ok(client_port > 1023 && client_ip === '10.77.0.2' && hostname !== undefined);
    assert.ok(
      Math.abs(send_ms + wait_ms + receive_ms - duration_ms) < 0.0005 && Math.min(send_ms, wait_ms, receive_ms) >= 0,
    );
    assert.equal(request_headers?.['authorization'], '[redacted]');
    assert.equal(request_headers?.['cookie'], '[redacted]');
    assert.match(String(response_headers?.['server']), /^nginx/);
    assert.ok(!stdout.includes('hush'));
  },
);
