// Names by reverse DNS as the built program finds them: here in /etc/hosts, for the namespace reaches no DNS server.
import assert from 'node:assert/strict';
import { HostsFile } from '../../src/app/hosts-file.ts';
import { inside, liveTest, runClient, startServer } from '../support/capture/namespaces.ts';
import { startCapture } from '../support/program/run-logger.ts';

liveTest('the first record of an address has no name, later ones have it', { namespaces: 1 }, async (here) => {
  const names = await new HostsFile().names('127.0.0.1');
  await startServer(here);
  const logger = await startCapture({ IFACE: 'lo', PEER_NAMES: 'dns' }, inside(here));
  for (let count = 1; logger.records.at(-1)?.client_name === undefined; count++) {
    await runClient(here, 'once', { host: '127.0.0.1', path: '/text' });
    await logger.until(({ records }) => records.length === count, 'record');
  }
  const { code, records, stderr } = await logger.stop();
  assert.equal(code, 0, stderr);
  const [first, last] = [records[0], records.at(-1)];
  assert.deepEqual([first?.client_name, first?.server_name], [undefined, undefined]);
  assert.ok(names.includes(last?.client_name ?? ''), last?.client_name);
  assert.equal(last?.server_name, last?.client_name);
});
