import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionOf } from '../../src/exchange/direction.ts';
import type { Side } from '../../src/tcp/stream.ts';
import { FakeConnection } from '../support/http1/playbook.ts';

/** Side 0 is 10.0.0.1, side 1 is 10.0.0.2. */
function direction(client: Side, local: readonly string[], localSide?: Side) {
  const connection = new FakeConnection();
  connection.localSide = localSide;
  return directionOf(connection, client, (address) => local.includes(address));
}

test('an own address on one end decides, whatever the interface says', () => {
  assert.equal(direction(0, ['10.0.0.1']), 'outgoing');
  assert.equal(direction(1, ['10.0.0.1']), 'incoming');
  assert.equal(direction(0, ['10.0.0.2'], 0), 'incoming');
  assert.equal(direction(1, ['10.0.0.2'], 0), 'outgoing');
});

test('with both ends in the pod it is served here', () => {
  assert.equal(direction(0, ['10.0.0.1', '10.0.0.2'], 0), 'incoming');
  assert.equal(direction(1, ['10.0.0.1', '10.0.0.2']), 'incoming');
});

test('without an own address the way of the packets decides', () => {
  assert.equal(direction(0, [], 0), 'outgoing');
  assert.equal(direction(0, [], 1), 'incoming');
  assert.equal(direction(1, [], 1), 'outgoing');
});

test('without either it is unknown', () => {
  assert.equal(direction(0, []), 'unknown');
  assert.equal(direction(1, ['192.0.2.1']), 'unknown');
});
