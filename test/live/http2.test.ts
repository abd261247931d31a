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
    await run([...inside(calling), ...curl, '--data-binary', 'x'.repeat(1000), `${base}/upload?token=s3cret&a=b`]);
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

liveTest(
  'a connection that is upgraded from HTTP/1 has the answer to its first request on a stream',
  { namespaces: 2, programs: ['nghttpd', 'nghttpx', 'curl'], missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const folder = serving.makeFolder();
    writeFileSync(`${folder}/page`, 'hello');
    const behind = serving.start(['nghttpd', '--no-tls', `-d${folder}`, '-a127.0.0.1', '9000']);
    await behind.until(() => serving.run(['cat', '/proc/net/tcp']).includes(':2328 '), 'nghttpd that listens');
    const frontend = `--frontend=${server.ipv4},${serverPort};no-tls`;
    const files = [`--errorlog-file=${folder}/errors`, '--accesslog-file='];
    const proxy = serving.start([
      ...['nghttpx', '--conf=/dev/null', '--workers=1', frontend, ...files],
      '--backend=127.0.0.1,9000;;proto=h2',
    ]);
    await proxy.until(() => serving.run(['cat', '/proc/net/tcp']).includes(':1F90 '), 'nghttpx that listens');
    const atServer = await startCapture({ IFACE: 'eth0' }, unprivilegedInside(serving));
    const atClient = await startCapture({ IFACE: 'eth0' }, unprivilegedInside(calling));
    await run([...inside(calling), 'curl', '--silent', '--http2', `${base}/page`, `${base}/none`, `${base}/page?b`]);
    const ends = [await atServer.stop(), await atClient.stop()];
    for (const { records, stderr } of ends) {
      assert.deepEqual(
        records.map(({ protocol, stream_id, url, status, response_bytes }) => {
          return [protocol, stream_id, url, status, response_bytes === 5];
        }),
        [
          ['HTTP/1.1', undefined, '/page', 101, false],
          ['HTTP/2', 1, '/page', 200, true],
          ['HTTP/2', 3, '/none', 404, false],
          ['HTTP/2', 5, '/page?b', 200, true],
        ],
      );
      assert.match(stderr, /summary: 4 exchanges \(4 answered\).*; no loss/);
    }
    const [incoming, outgoing] = ends.map(({ records }) => ids(records));
    assert.deepEqual(incoming, outgoing);
    assert.equal(new Set(incoming).size, 4);
  },
);

/** Answers with what its path says, in a body of as many bytes as its path says. */
const joinedServer = `
  const server = require('node:http2').createServer((request, response) => {
    const [, status, size] = request.url.split('/');
    request.resume().on('end', () => {
      const echo = request.headers['x-later'];
      const headers = { 'x-answer': request.headers['x-number'], ...(echo === undefined ? {} : { 'x-echo': echo }) };
      response.writeHead(Number(status), headers);
      response.end('x'.repeat(Number(size)));
    });
  });
  server.listen(${serverPort}, '${server.ipv4}', () => console.log('{"listening":true}'));
`;

/** On one connection, as many requests at once as a line of its input says; prints what came of each. */
const joinedClient = `
  const session = require('node:http2').connect('${base}');
  let number = 0;
  const ask = () => new Promise((resolve) => {
    const path = '/' + [200, 404, 500][number % 3] + '/' + (number * 7919) % 40000;
    const later = number < 40 ? {} : { 'x-later': 'a' + number };
    const method = ['GET', 'DELETE'][number % 2];
    const stream = session.request({ ':path': path, ':method': method, 'x-number': number++, ...later });
    stream.on('response', ({ ':status': status, 'x-echo': echo }) => {
      const log = [path, status, later['x-later'], echo].join(' ');
      stream.resume().on('end', () => resolve(console.log(JSON.stringify({ log }))));
    });
  });
  require('node:readline').createInterface(process.stdin).on('line', async (line) => {
    await Promise.all(Array.from({ length: Number(line) }, ask));
    console.log('{"ready":true}');
  }).on('close', () => session.close());
`;

liveTest(
  'a busy connection that is older than the logger has right records, with all that was said since',
  { namespaces: 2, missing: unprivilegedMissing },
  async (serving, calling) => {
    connect(serving, calling);
    const started = serving.start([process.execPath, '-e', joinedServer]);
    await started.event(({ listening }) => listening === true, 'a server');
    const client = calling.start([process.execPath, '-e', joinedClient]);
    let rounds = 0;
    const ask = async (count: number) => {
      client.write(`${count}\n`);
      rounds++;
      await client.until(() => client.events.filter(({ ready }) => ready).length === rounds, 'answers');
    };
    await ask(40);
    const before = client.events.length;
    const loggers = [
      await startCapture({ IFACE: 'eth0' }, unprivilegedInside(serving)),
      await startCapture({ IFACE: 'eth0' }, unprivilegedInside(calling)),
    ];
    for (let round = 0; round < 15; round++) await ask(20);
    const said = client.events.slice(before).flatMap(({ log }) => log ?? []);
    assert.equal(said.length, 300);
    for (const logger of loggers) {
      const { records, stderr } = await logger.stop();
      const told = records.map(({ url, status, request_headers, response_headers, response_bytes }) => {
        assert.equal(response_bytes, Number(url?.split('/')[2]));
        return `${url} ${status} ${request_headers?.['x-later']} ${response_headers?.['x-echo']}`;
      });
      assert.deepEqual(told.sort(), said.sort(), stderr);
      // Two names were said before the logger came, for good; what the client has forgotten since it says again.
      assert.ok(records.slice(-200).every(({ undecoded_fields }) => undecoded_fields === 2));
    }
  },
);
