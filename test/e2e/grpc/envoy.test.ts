// Envoy between clients and a server of gRPC: what it was asked is logged before it, what it asks itself behind it.
import assert from 'node:assert/strict';
import { inside, liveTest } from '../../support/capture/namespaces.ts';
import { checkCalls, checkRecords, type Wire } from '../../support/e2e/grpc/check-calls.ts';
import { observeCalls } from '../../support/e2e/grpc/observed-calls.ts';
import { peers } from '../../support/e2e/grpc/peers.ts';
import { startCapture } from '../../support/program/run-logger.ts';

const server = peers['grpc-js behind Envoy'];
const { missing } = server;

testClient('grpc-js', { protocol: 'grpc', http: 'HTTP/2' });
testClient('connect-node (gRPC-Web over HTTP/1.1)', { protocol: 'grpc-web', http: 'HTTP/1.1' });
testClient('connect-node (gRPC-Web over HTTP/2)', { protocol: 'grpc-web', http: 'HTTP/2' });

function testClient(name: keyof typeof peers, wire: Wire): void {
  liveTest(
    `calls from ${name} through Envoy are logged before it and behind it`,
    { namespaces: 2, missing },
    async (serving, calling) => {
      assert.ok(serving && calling);
      const behind = await startCapture({ IFACE: 'lo' }, inside(serving));
      const observed = await observeCalls({ client: peers[name], server }, [serving, calling]);
      const { length } = observed.reports;
      await behind.until(({ records }) => records.length >= length, `${length} records behind Envoy`);
      checkCalls(observed, wire);
      checkRecords(await behind.stop(), observed.reports, { protocol: 'grpc', http: 'HTTP/2' });
    },
  );
}
