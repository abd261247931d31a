import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteadyClock } from '../../../src/bytes/steady-clock.ts';
import type { Segment } from '../../../src/packet/segment.ts';
import { Connection } from '../../../src/tcp/connection/connection.ts';
import type { ConnectionContext } from '../../../src/tcp/connection/connection-context.ts';
import { endpointPairOf } from '../../../src/tcp/connection/endpoint.ts';
import { ConnectionIndex } from '../../../src/tcp/lookup/connection-index.ts';
import { BufferBudget } from '../../../src/tcp/reassembly/buffer-budget.ts';
import { emptyChunk } from '../../../src/tcp/reassembly/ordered-output.ts';
import { createCounters } from '../../../src/telemetry/counters.ts';

const context: ConnectionContext<Connection> = {
  counters: createCounters(),
  clock: new SteadyClock(),
  budget: new BufferBudget(0),
  chunk: emptyChunk(),
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
    bytes: addresses,
    addressLength: 4,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    time: 0,
    payloadStart: 8,
    payloadEnd: 8,
    truncatedBytes: 0,
    direction: undefined,
    sourceAddress: isFromServer ? serverPlace : clientPlace,
    destinationAddress: isFromServer ? clientPlace : serverPlace,
    sourcePort: isFromServer ? 80 : clientPort,
    destinationPort: isFromServer ? clientPort : 80,
  };
}

function addTo(index: ConnectionIndex, client: number): Connection {
  const segment = segmentOf(client);
  const place = index.place(segment);
  assert.equal(place.connection, undefined);
  const connection = new Connection(0, endpointPairOf(segment, 0, place), context);
  index.add(connection, segment);
  return connection;
}

test('a connection is found from both sides, and no longer once it is removed', () => {
  const index = new ConnectionIndex(1);
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

// Four or five pairs of these connections have the same hash of 32 bits.
test('connections of the same hash are told apart, also when one of them is removed', () => {
  const index = new ConnectionIndex(1);
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
