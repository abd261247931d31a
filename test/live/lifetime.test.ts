// The logger starts and ends in the middle of things.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, server, startClient, startServer } from '../support/capture/namespaces.ts';
import { connect } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';

const host = server.ipv4;

liveTest(
  'a connection that is older than the logger is logged from the next request on',
  { namespaces: 2 },
  async (serving, calling) => {
    connect(serving, calling);
    await startServer(serving);
    const talking = startClient(calling, 'halves', { host });
    await talking.event((event) => event.ready === true, 'first half');
    const logger = await startCapture({ IFACE: 'eth0', MODE: 'debug' }, inside(serving));
    talking.endInput();
    assert.equal(await talking.exited, 0, talking.errors);
    const { records, stderr } = await logger.stop();
    assert.deepEqual(
      records.map(({ url, status, outcome, direction }) => `${url} ${status} ${outcome} ${direction}`),
      [1, 2, 3].map((count) => `/text?after=${count} 200 answered incoming`),
    );
    assert.match(stderr, /debug counters: .*\bconnections_joined=1\b/);
  },
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  liveTest(
    `${signal} while a request waits: all that was seen is logged, exit code 0`,
    { namespaces: 2 },
    async (serving, calling) => {
      connect(serving, calling);
      await startServer(serving);
      const logger = await startCapture({ IFACE: 'eth0' }, inside(serving));
      const talking = startClient(calling, 'waiting', { host });
      await talking.event((event) => event.ready === true, 'request');
      // Again and again, as an impatient user does.
      for (let times = 0; times < 3; times++) logger.signal(signal);
      const { code, signal: killedBy, records, stderr } = await logger.stop();
      assert.deepEqual([code, killedBy], [0, null], stderr);
      assert.deepEqual(
        records.map(({ url, status, outcome }) => `${url} ${status} ${outcome}`),
        ['/text?first 200 answered', '/silent undefined unknown'],
      );
      assert.equal(stderr.match(/summary: 2 exchanges \(1 answered, 1 unknown\); 2 records written; /g)?.length, 1);
      assert.ok(!/ {4}at /.test(stderr), stderr);
    },
  );
}

liveTest(
  'an error of our own that nobody caught does not end a live capture',
  { namespaces: 2 },
  async (serving, calling) => {
    connect(serving, calling);
    await startServer(serving);
    const failing = "process.on('SIGUSR2', () => { throw new Error('made to fail') })";
    const env = {
      IFACE: 'eth0',
      MODE: 'debug',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(failing)}`,
    };
    const logger = await startCapture(env, inside(serving));
    logger.signal('SIGUSR2');
    await logger.until(({ stderr }) => stderr.includes('made to fail'), 'failure');
    await runClient(calling, 'once', { host, path: '/text?after' });
    await logger.until(({ records }) => records.length > 0, 'record');
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      records.map(({ url }) => url),
      ['/text?after'],
    );
    assert.match(stderr, /error internal error, the logger goes on \(please report this\): Error: made to fail /);
    assert.match(stderr, / internal_errors=1 /);
  },
);
