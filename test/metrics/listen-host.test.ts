import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenHost } from '../../src/metrics/listen-host.ts';

test('in a network of its own a pod listens on all addresses, in that of a host on loopback only', () => {
  assert.equal(listenHost(undefined, true), undefined);
  assert.equal(listenHost(undefined, false), '127.0.0.1');
});

test('a host that the operator has chosen stands', () => {
  for (const isPodNetwork of [true, false]) assert.equal(listenHost('10.0.0.1', isPodNetwork), '10.0.0.1');
});
