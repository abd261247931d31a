// Where the logger listens.
import assert from 'node:assert/strict';
import { compileFilter } from '../../src/capture/live/packet-filter.ts';
import { client, inside, liveTest, runClient, server, startServer } from '../support/capture/namespaces.ts';
import { connect, type NetworkNamespace } from '../support/capture/network-namespace.ts';
import { startCapture } from '../support/program/run-logger.ts';
import type { FlatRecord } from '../support/record/flat-record.ts';

const libpcapMissing: string | false = (() => {
  try {
    compileFilter('udp');
    return false;
  } catch (error) {
    return String(error);
  }
})();

const seen = ({ direction, server_ip, url }: FlatRecord) => `${direction} ${server_ip} ${url}`;

/** Talks over every interface of the first namespace, once each. */
async function talkEverywhere(here: NetworkNamespace, there: NetworkNamespace): Promise<void> {
  await runClient(here, 'once', { host: '127.0.0.1', path: '/text?lo' });
  await runClient(here, 'once', { host: '::1', path: '/text?lo6' });
  await runClient(here, 'once', { host: server.ipv4, path: '/text?self' });
  await runClient(there, 'once', { host: server.ipv4, path: '/text?in' });
  await runClient(here, 'once', { host: client.ipv6, path: '/text?out' });
}

const overLoopback = ['incoming 127.0.0.1 /text?lo', 'incoming ::1 /text?lo6', `incoming ${server.ipv4} /text?self`];
const overVeth = [`incoming ${server.ipv4} /text?in`, `outgoing ${client.ipv6} /text?out`];
const plans = [
  { IFACE: 'lo', expected: overLoopback },
  { IFACE: 'eth0', expected: overVeth },
  { IFACE: 'any', expected: [...overLoopback, ...overVeth] },
  { IFACE: 'eth0,lo', expected: [...overLoopback, ...overVeth] },
];

liveTest('loopback, any and several interfaces log each exchange once', { namespaces: 2 }, async (here, there) => {
  connect(here, there);
  await startServer(here);
  await startServer(there);
  const loggers = await Promise.all(plans.map(({ IFACE }) => startCapture({ IFACE }, inside(here))));
  await talkEverywhere(here, there);
  for (const [index, { IFACE, expected }] of plans.entries()) {
    const finished = await loggers[index]?.stop();
    assert.deepEqual(finished?.records.map(seen), expected, IFACE);
    assert.match(finished.stderr, new RegExp(`summary: ${expected.length} exchanges .*; no loss`), IFACE);
  }
});

liveTest('without IFACE the interface of the default route is captured', { namespaces: 2 }, async (here, there) => {
  connect(here, there);
  here.ip(`route add default via ${client.ipv4}`);
  await startServer(here);
  const logger = await startCapture({}, inside(here));
  assert.match(
    logger.stderr,
    /info {2}capturing packets that match `tcp` on eth0 \(the default route\); records go to stdout/,
  );
  await runClient(here, 'once', { host: '127.0.0.1', path: '/text?lo' });
  await runClient(there, 'once', { host: server.ipv4, path: '/text?in' });
  assert.deepEqual((await logger.stop()).records.map(seen), [`incoming ${server.ipv4} /text?in`]);
});

liveTest(
  'without a default route the only interface that is up is captured',
  { namespaces: 2 },
  async (here, there) => {
    connect(here, there);
    const logger = await startCapture({}, inside(here));
    await logger.stop();
    assert.match(logger.stderr, /info {2}capturing packets that match `tcp` on eth0 \(the only one that is up\); /);
  },
);

liveTest('what is captured and what is waited for is said at the start', { namespaces: 1 }, async (here) => {
  const logger = await startCapture({ IFACE: 'nosuch0,lo' }, inside(here));
  const { stderr } = await logger.stop();
  assert.match(stderr, /; capture ended at .*; waited for nosuch0 to the end; no loss on lo until then\n$/);
  const [warning = '', start = ''] = stderr.split('\n');
  assert.match(warning, /warn {2}interface nosuch0 does not exist \(there are: lo\): waiting for it$/);
  assert.match(start, /info {2}capturing packets that match `tcp` on lo; waiting for nosuch0; records go to stdout$/);
});

liveTest('where the interface never came, the summary says that', { namespaces: 1 }, async (here) => {
  const logger = await startCapture({ IFACE: 'nosuch0' }, inside(here));
  const { stderr } = await logger.stop();
  assert.match(stderr, /; 0 packets; nothing was captured; waited for nosuch0 to the end\n$/);
});

liveTest(
  'an interface that comes later, goes and comes back is captured whenever it is there',
  { namespaces: 2 },
  async (here, there) => {
    await startServer(here);
    const logger = await startCapture({ IFACE: 'eth0' }, inside(here));
    const said = (times: number, what: string) =>
      logger.until(({ stderr }) => stderr.split(what).length > times, `${times} times "${what}"`);
    await said(1, 'warn  interface eth0 does not exist (there are: lo): waiting for it');
    assert.match(logger.stderr, /info {2}nothing is captured yet; waiting for eth0; records go to stdout\n$/);
    for (const times of [1, 2]) {
      connect(here, there);
      await said(times, 'info  interface eth0 is there: capturing');
      await runClient(there, 'once', { host: server.ipv4, path: `/text?time=${times}` });
      here.ip('link del eth0');
      await said(times, 'interface eth0 went away: waiting for it');
    }
    const { records, code } = await logger.stop();
    assert.equal(code, 0);
    assert.deepEqual(
      records.map(({ url }) => url),
      ['/text?time=1', '/text?time=2'],
    );
  },
);

liveTest('a filter leaves the other ports out', { namespaces: 1, missing: libpcapMissing }, async (here) => {
  await startServer(here);
  const host = '127.0.0.1';
  const chosen = await startCapture({ IFACE: 'lo', CAP_FILTER: 'tcp port 8080' }, inside(here));
  const other = await startCapture({ IFACE: 'lo', CAP_FILTER: 'tcp port 8443' }, inside(here));
  await runClient(here, 'once', { host, path: '/text' });
  await runClient(here, 'encrypted', { host, connections: 2 });
  const http = await chosen.stop();
  const encrypted = await other.stop();
  assert.deepEqual(http.records.map(seen), ['incoming 127.0.0.1 /text']);
  assert.match(http.stderr, /; 1 connection; /);
  assert.deepEqual(encrypted.records, []);
  assert.match(encrypted.stderr, /; 2 connections \(2 TLS\); /);
});
