import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grpcStatusName } from '../../src/record/grpc-status.ts';

test('a status of gRPC has the name that people know, and one that nobody knows is its number', () => {
  const names = [0, 1, 2, 4, 5, 12, 13, 14, 16].map(grpcStatusName);
  const expected = ['OK', 'CANCELLED', 'UNKNOWN', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'UNIMPLEMENTED', 'INTERNAL'];
  assert.deepEqual(names, [...expected, 'UNAVAILABLE', 'UNAUTHENTICATED']);
  assert.deepEqual([grpcStatusName(17), grpcStatusName(4_294_967_295)], ['17', '4294967295']);
});
