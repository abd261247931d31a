import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callKindOf, callKindOfResponse } from '../../src/grpc/call-kind.ts';
import { type Fields, requestMessage, responseMessage } from '../support/record/exchanges.ts';

const kindOf = (headers: Fields, method = 'POST', target = '/shop.Orders/Get') =>
  callKindOf(requestMessage({ method, target, headers }).head);

test('a call is known by the type of its request', () => {
  for (const [type, kind] of [
    ['application/grpc', 'grpc'],
    ['application/grpc+proto', 'grpc'],
    ['Application/gRPC; charset=utf-8', 'grpc'],
    ['application/grpc-web', 'grpc-web'],
    ['application/grpc-web+json', 'grpc-web'],
    ['application/grpc-web-text+proto', 'grpc-web-text'],
    ['application/connect+json', 'connect-stream'],
    ['application/grpcx', undefined],
    ['application/grpc-webby', undefined],
    ['text/application/grpc', undefined],
    ['application/json', undefined],
  ] as const) {
    assert.equal(kindOf([['Content-Type', type]]), kind, type);
    assert.equal(callKindOfResponse(responseMessage({ headers: [['Content-Type', type]] }).head), kind, type);
  }
  assert.equal(kindOf([]), undefined);
});

test('a call of Connect with one message each way is known by its version', () => {
  const json = ['Content-Type', 'application/json'] as const;
  assert.equal(kindOf([json, ['Connect-Protocol-Version', '1']]), 'connect');
  assert.equal(kindOf([], 'GET', '/shop.Orders/Get?encoding=json&connect=v1&message=%7B%7D'), 'connect');
  assert.equal(kindOf([], 'GET', '/shop.Orders/Get?disconnect=v1'), undefined);
  assert.equal(kindOf([], 'GET', '/shop.Orders/Get?connect=v10'), undefined);
  assert.equal(kindOf([['Content-Type', 'application/grpc']], 'PUT'), undefined);
});
