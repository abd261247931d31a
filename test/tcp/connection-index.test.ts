import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Segment } from '../../src/packet/segment.ts';
import { BufferBudget } from '../../src/tcp/buffer-budget.ts';
import { Connection, type ConnectionContext } from '../../src/tcp/connection.ts';
import { ConnectionIndex } from '../../src/tcp/connection-index.ts';
import { Endpoint } from '../../src/tcp/endpoint.ts';
import { createCounters } from '../../src/telemetry/counters.ts';

const context: ConnectionContext = {
  counters: createCounters(),
  budget: new BufferBudget(0),
  maxHeldBytes: 0,
  open: () => assert.fail(),
  waits: () => {},
  failed: () => {},
};

const addresses = Buffer.alloc(8);

/** From or to the client of this number; nothing but its addresses and ports is looked at. */
function segmentOf(client: number, isFromServer = false): Segment {
  addresses.writeUInt32BE(0x0a000000 + (client >>> 10), 0);
  addresses.writeUInt32BE(0x0b000001, 4);
  const [clientPlace, serverPlace] = [0, 4];
  const clientPort = 1024 + (client & 1023);
  return {
    ...{ bytes: addresses, addressLength: 4, sequence: 0, acknowledgment: 0, flags: 0, time: 0 },
    ...{ payloadStart: 8, payloadEnd: 8, missingBytes: 0, direction: undefined },
    sourceAddress: isFromServer ? serverPlace : clientPlace,
    destinationAddress: isFromServer ? clientPlace : serverPlace,
    sourcePort: isFromServer ? 80 : clientPort,
    destinationPort: isFromServer ? clientPort : 80,
  };
}

function addTo(index: ConnectionIndex, client: number): Connection {
  const segment = segmentOf(client);
  const { connection: before, hash, senderHash } = index.place(segment);
  assert.equal(before, undefined);
  const { bytes, sourceAddress, destinationAddress, sourcePort, destinationPort } = segment;
  const endpoints = [
    new Endpoint(bytes, sourceAddress, 4, sourcePort),
    new Endpoint(bytes, destinationAddress, 4, destinationPort),
  ] as const;
  const connection = new Connection(endpoints, hash, senderHash, context);
  index.add(connection);
  return connection;
}

test('a connection is found from both sides, and not any more when it was removed', () => {
  const index = new ConnectionIndex();
  const connection = addTo(index, 1);
  assert.deepEqual(
    [false, true].map((isFromServer) => {
      const { connection: found, from } = index.place(segmentOf(1, isFromServer));
      return [found === connection, from];
    }),
    [
      [true, 0],
      [true, 1],
    ],
  );
  index.remove(connection);
  assert.equal(index.place(segmentOf(1, true)).connection, undefined);
});

// Of so many connections, four or five pairs have the same hash of 32 bits.
test('connections of the same hash are told apart, also when one of them is removed', () => {
  const index = new ConnectionIndex();
  const connections = Array.from({ length: 200_000 }, (_, client) => addTo(index, client));
  const isFound = (client: number) => {
    const fromClient = index.place(segmentOf(client)).connection;
    const fromServer = index.place(segmentOf(client, true)).connection;
    assert.equal(fromClient, fromServer);
    return fromClient === connections[client];
  };
  assert.ok(connections.every((_, client) => isFound(client)));
  const isRemoved = (client: number) => client % 3 === 0;
  connections.forEach((connection, client) => {
    if (isRemoved(client)) index.remove(connection);
  });
  assert.ok(connections.every((_, client) => isFound(client) === !isRemoved(client)));
});
