// After SIGTERM the logger goes on for as long as the pod has something to say, as Kubernetes lets it.
import assert from 'node:assert/strict';
import { inside, liveTest, runClient, server, startClient, startServer } from '../support/capture/namespaces.ts';
import { connect, type NetworkNamespace } from '../support/capture/network-namespace.ts';
import { type RunningLogger, startCapture } from '../support/program/run-logger.ts';

/** What Kubernetes tells every container. */
const inPod = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
const host = server.ipv4;

const paths = (logger: RunningLogger) => logger.records.map(({ url }) => url);
const isDraining = ({ stderr }: RunningLogger) => stderr.includes('the capture goes on while the pod still serves');

async function startPod(
  serving: NetworkNamespace,
  calling: NetworkNamespace,
  env: Readonly<Record<string, string>> = inPod,
): Promise<RunningLogger> {
  connect(serving, calling);
  return startCapture({ IFACE: 'eth0', METRICS_PORT: '0', ...env }, inside(serving));
}

liveTest(
  'an application that serves a request every 3 s while its preStop hook sleeps is logged to its end',
  { namespaces: 2 },
  async (serving, calling) => {
    const logger = await startPod(serving, calling);
    const application = await startServer(serving);
    logger.signal('SIGTERM');
    await logger.until(isDraining, 'drain');
    // One program, because starting one for each request may take longer than a drain waits.
    await runClient(calling, 'slowly', { host, paths: ['/text?1', '/text?2', '/text?3'], pauseMs: 3000 });
    await application.kill();
    const { code, stderr } = await logger.finished;
    assert.equal(code, 0, stderr);
    assert.deepEqual(paths(logger), ['/text?1', '/text?2', '/text?3']);
    assert.match(stderr, /the capture ends: no other process of this pod listens or talks any more\n/);
    assert.match(stderr, /; capture ended at \S+Z with no connection open; no loss until then\n$/);
  },
);

liveTest(
  'a second sidecar that goes on listening does not hold it up, nor do probes of ignored paths',
  { namespaces: 2 },
  async (serving, calling) => {
    const logger = await startPod(serving, calling, { ...inPod, IGNORE_URLS: '/text' });
    await startServer(serving);
    logger.signal('SIGTERM');
    await logger.until(isDraining, 'drain');
    const probing = new AbortController();
    const probes = (async () => {
      while (!probing.signal.aborted) await runClient(calling, 'once', { host, path: '/text?probe' });
    })();
    const { code, stderr } = await logger.finished;
    probing.abort();
    await probes;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /the capture ends: there was no exchange for 5 s\n/);
    assert.match(stderr, /summary: [1-9]\d* exchanges? .*; 0 records written \([1-9]\d* ignored by URL\); /);
  },
);

liveTest(
  'a native sidecar, which is told when all others have ended, ends at once',
  { namespaces: 2 },
  async (serving, calling) => {
    const logger = await startPod(serving, calling, { ...inPod, METRICS_PORT: '19464' });
    const application = await startServer(serving);
    await runClient(calling, 'once', { host, path: '/text?served' });
    await application.kill();
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      records.map(({ url }) => url),
      ['/text?served'],
    );
    assert.match(stderr, /the capture ends: no other process of this pod listens or talks any more\n/);
  },
);

liveTest(
  'a second signal ends it at once, and what is open then is told',
  { namespaces: 2 },
  async (serving, calling) => {
    const logger = await startPod(serving, calling);
    await startServer(serving);
    const talking = startClient(calling, 'waiting', { host });
    await talking.event((event) => event.ready === true, 'request');
    logger.signal('SIGTERM');
    await logger.until(isDraining, 'drain');
    const { code, records, stderr } = await logger.stop();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      records.map(({ url, outcome }) => `${url} ${outcome}`),
      ['/text?first answered', '/silent unknown'],
    );
    assert.match(stderr, /the capture ends: it has to end at once\n/);
    assert.match(stderr, /; capture ended at \S+Z with 2 connections open; no loss until then\n$/);
  },
);

for (const [where, signal, env] of [
  ['on a host', 'SIGTERM', {}],
  ['at Ctrl-C', 'SIGINT', inPod],
  ['with DRAIN=never', 'SIGTERM', { ...inPod, DRAIN: 'never' }],
] as const) {
  liveTest(`${where} it ends at once, whoever listens`, { namespaces: 2 }, async (serving, calling) => {
    const logger = await startPod(serving, calling, env);
    await startServer(serving);
    logger.signal(signal);
    const { code, stderr } = await logger.finished;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /the capture goes on|the capture ends/);
  });
}
