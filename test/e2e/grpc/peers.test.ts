// Calls of gRPC between real clients and servers in two pods, a logger at each end: what the loggers say is what the
// client says, for implementations whose encoders differ.
import { liveTest } from '../../support/capture/namespaces.ts';
import { checkCalls, grpcWire } from '../../support/e2e/grpc/check-calls.ts';
import { observeCalls } from '../../support/e2e/grpc/observed-calls.ts';
import { peers } from '../../support/e2e/grpc/peers.ts';

const pairs = [
  ['grpc-js', 'grpc-js'],
  ['grpc-js', 'go'],
  ['go', 'grpc-js'],
  ['go', 'go'],
  ['grpc-js', 'python'],
  ['python', 'grpc-js'],
  ['python', 'python'],
] as const;

for (const [from, to] of pairs) {
  const [client, server] = [peers[from], peers[to]];
  const missing = client.missing || server.missing;
  liveTest(
    `calls from ${from} to ${to} are logged as the client reports them`,
    { namespaces: 2, missing },
    async (...pods) => checkCalls(await observeCalls({ client, server }, pods), grpcWire),
  );
}
