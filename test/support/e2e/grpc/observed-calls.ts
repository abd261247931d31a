import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inside, server, serverPort } from '../../capture/namespaces.ts';
import { connect, type NetworkNamespace } from '../../capture/network-namespace.ts';
import { type Finished, startCapture } from '../../program/run-logger.ts';
import type { FlatRecord } from '../../record/flat-record.ts';
import type { CallReport } from './calls.ts';
import type { Peer } from './peers.ts';

/** What a logger did from its start to its end. */
export type Logged = Finished & { readonly records: readonly FlatRecord[] };

/** What is known of the calls of a client: what it says itself, and the records of a logger at each end. */
export type ObservedCalls = {
  readonly reports: readonly CallReport[];
  readonly atServer: Logged;
  readonly atClient: Logged;
};

/** Runs a client in one namespace and a server in another, connected and with a logger at each end. */
export async function observeCalls(
  ends: { readonly client: Peer; readonly server: Peer },
  [serving, calling]: readonly NetworkNamespace[],
): Promise<ObservedCalls> {
  assert.ok(serving && calling);
  connect(serving, calling);
  const options = { IFACE: 'eth0' };
  const started = serving.start([...ends.server.command, 'server', `${serverPort}`]);
  const [atServer, atClient] = await Promise.all([
    startCapture(options, inside(serving)),
    startCapture(options, inside(calling)),
    started.event(({ listening }) => listening === true, 'server'),
  ]);
  const [command = '', ...words] = [...inside(calling), ...ends.client.command, 'client', server.ipv4, `${serverPort}`];
  const { stdout } = await promisify(execFile)(command, words, { timeout: 60_000 });
  const reports = stdout
    .trimEnd()
    .split('\n')
    .map((line): CallReport => JSON.parse(line));
  for (const logger of [atServer, atClient]) {
    await logger.until(({ records }) => records.length >= reports.length, `${reports.length} records`);
  }
  return { reports, atServer: await atServer.stop(), atClient: await atClient.stop() };
}
