// Calls of gRPC, gRPC-Web and Connect between real clients and servers in two pods, a logger at each end: what the
// loggers say is what the client says, for implementations whose encoders differ.
import { liveTest } from '../../support/capture/namespaces.ts';
import { checkCalls, type Wire } from '../../support/e2e/grpc/check-calls.ts';
import { observeCalls } from '../../support/e2e/grpc/observed-calls.ts';
import { peers } from '../../support/e2e/grpc/peers.ts';

type Name = keyof typeof peers;

const grpcPairs: readonly (readonly [client: Name, server: Name])[] = [
  ['grpc-js', 'grpc-js'],
  ['grpc-js', 'go'],
  ['go', 'grpc-js'],
  ['go', 'go'],
  ['grpc-js', 'python'],
  ['python', 'grpc-js'],
  ['python', 'python'],
  ['grpc-js', 'java'],
  ['java', 'grpc-js'],
  ['java', 'java'],
  ['grpc-js', 'tonic'],
  ['tonic', 'grpc-js'],
  ['tonic', 'tonic'],
  ['grpc-js', 'connect-node (gRPC)'],
  ['connect-node (gRPC)', 'grpc-js'],
];

for (const pair of grpcPairs) testPair(pair, { protocol: 'grpc', http: 'HTTP/2' });
for (const http of ['HTTP/1.1', 'HTTP/2'] as const) {
  const [web, connect] = [`connect-node (gRPC-Web over ${http})`, `connect-node (Connect over ${http})`] as const;
  testPair([web, web], { protocol: 'grpc-web', http });
  testPair([connect, connect], { protocol: 'connect', http });
}

function testPair([from, to]: (typeof grpcPairs)[number], wire: Wire): void {
  const [client, server] = [peers[from], peers[to]];
  const missing = client.missing || server.missing;
  liveTest(
    `calls from ${from} to ${to} are logged as the client reports them`,
    { namespaces: 2, missing },
    async (...pods) => checkCalls(await observeCalls({ client, server }, pods), wire),
  );
}
