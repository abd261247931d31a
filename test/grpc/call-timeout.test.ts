import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallKind } from '../../src/grpc/call-kind.ts';
import { callTimeout } from '../../src/grpc/call-timeout.ts';
import { OpenCall } from '../../src/grpc/open-call.ts';
import { type Fields, headerFields, requestMessage } from '../support/record/exchanges.ts';

const grpcKinds: readonly CallKind[] = ['grpc', 'grpc-web', 'grpc-web-text'];
const connectKinds: readonly CallKind[] = ['connect', 'connect-stream'];
const grpc = (value: string) => grpcKinds.map((kind) => callTimeout(kind, headerFields([['Grpc-Timeout', value]])));
const connect = (value: string) =>
  connectKinds.map((kind) => callTimeout(kind, headerFields([['Connect-Timeout-Ms', value]])));

test('a call of gRPC says how long it waits, in any unit', () => {
  const microseconds = {
    '2H': 7.2e9,
    '3M': 1.8e8,
    '4S': 4e6,
    '5m': 5000,
    '6u': 6,
    '7000n': 7,
    '0S': 0,
    '007S': 7e6,
    '99999999H': 99_999_999 * 3.6e9,
  };
  for (const [value, expected] of Object.entries(microseconds)) assert.deepEqual(grpc(value), Array(3).fill(expected));
});

test('what is no time of gRPC is ignored', () => {
  for (const value of [
    '',
    '5',
    'S',
    '5s',
    '5h',
    '-5S',
    '+5S',
    '5 S',
    '5.5S',
    '0x5S',
    '123456789S',
    '5SS',
    '5S,6S',
    '٥S',
  ]) {
    assert.deepEqual(grpc(value), Array(3).fill(undefined), value);
  }
});

test('Connect says it in milliseconds', () => {
  for (const [value, expected] of Object.entries({ 5: 5000, 0: 0, '0010': 10_000, 9999999999: 9999999999000 })) {
    assert.deepEqual(connect(value), [expected, expected]);
  }
  for (const value of ['', '-5', '1e3', '5ms', '5.0', '12345678901', 'Infinity']) {
    assert.deepEqual(connect(value), [undefined, undefined], value);
  }
});

test('each protocol has its own header', () => {
  const both = headerFields([
    ['grpc-timeout', '1S'],
    ['connect-timeout-ms', '2000'],
  ]);
  assert.deepEqual(
    [...grpcKinds, ...connectKinds].map((kind) => callTimeout(kind, both)),
    [1e6, 1e6, 1e6, 2e6, 2e6],
  );
});

test('without one, what may be a stream waits for ever, and a call of one message each way as any request', () => {
  const timeout = (type: string, ...more: Fields) => {
    const { head } = requestMessage({ method: 'POST', headers: [['Content-Type', type], ...more] });
    return OpenCall.ofRequest(head)?.timeout(head);
  };
  const unary = ['Connect-Protocol-Version', '1'] as const;
  const types = [
    'application/grpc',
    'application/grpc-web+proto',
    'application/grpc-web-text',
    'application/connect+json',
  ];
  for (const type of types) assert.equal(timeout(type), Number.POSITIVE_INFINITY, type);
  assert.equal(timeout('application/grpc', ['grpc-timeout', 'soon']), Number.POSITIVE_INFINITY);
  assert.equal(timeout('application/json', unary), undefined);
  assert.equal(timeout('application/json', unary, ['Connect-Timeout-Ms', '70']), 70_000);
});
