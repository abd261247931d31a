import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenCall } from '../../src/grpc/open-call.ts';
import { envelope } from '../support/grpc/envelope.ts';
import { type Fields, headerFields, requestMessage, responseMessage } from '../support/record/exchanges.ts';

type Told = {
  readonly type: string;
  readonly request?: Buffer;
  readonly status?: number | undefined;
  readonly answerType?: string;
  readonly answerFields?: Fields;
  readonly response?: Buffer;
  readonly trailers?: Fields;
  readonly hasEnded?: boolean;
};

/** What is known of a call in the end. */
function callOf(told: Told) {
  const { type, request, answerType = type, answerFields = [], response, trailers, hasEnded = true } = told;
  const fields: Fields = [
    ['Content-Type', type],
    ['Connect-Protocol-Version', '1'],
  ];
  const call = OpenCall.ofRequest(requestMessage({ method: 'POST', headers: fields }).head);
  assert.ok(call);
  if (request !== undefined) call.requestReader()?.read(request, 0, request.length);
  const status = 'status' in told ? told.status : 200;
  const { head } = responseMessage({ status, headers: [['Content-Type', answerType], ...answerFields] });
  const reader = call.responseReader(head);
  if (response !== undefined) reader?.read(response, 0, response.length);
  const { requestMessages, responseMessages, end } = call.snapshot({
    head,
    trailers: trailers && headerFields(trailers),
    hasEnded,
  });
  return [requestMessages, responseMessages, end.status, end.message?.value];
}

const two = Buffer.concat([envelope(0, 'a'), envelope(0, 'b')]);

test('gRPC has its end in trailers, or in the only head', () => {
  const call = { type: 'application/grpc', request: two, response: envelope(0, 'c') };
  assert.deepEqual(callOf({ ...call, trailers: [['grpc-status', '0']] }), [2, 1, 0, undefined]);
  const only: Fields = [
    ['grpc-status', '12'],
    ['grpc-message', 'no'],
  ];
  assert.deepEqual(callOf({ type: call.type, request: two, status: undefined, answerFields: only }), [2, 0, 12, 'no']);
  assert.deepEqual(callOf(call), [2, 1, undefined, undefined]);
});

test('an answer of a proxy is no answer of the server', () => {
  const response = Buffer.from('<html>unavailable</html>');
  const call = { type: 'application/grpc', request: two, status: 503, answerType: 'text/html', response };
  assert.deepEqual(callOf(call), [2, undefined, undefined, undefined]);
});

test('gRPC-Web has its end in the body, also in base64', () => {
  const response = Buffer.concat([two, envelope(0x80, 'grpc-status:3\r\ngrpc-message:bad%20id\r\n')]);
  assert.deepEqual(callOf({ type: 'application/grpc-web+proto', request: envelope(0, ''), response }), [
    1,
    2,
    3,
    'bad id',
  ]);
  const text = {
    request: Buffer.from(envelope(0, '').toString('base64')),
    response: Buffer.from(response.toString('base64')),
  };
  assert.deepEqual(callOf({ type: 'application/grpc-web-text', ...text }), [1, 2, 3, 'bad id']);
});

test('Connect says how a call ended by the status of HTTP and in the body', () => {
  const json = { type: 'application/json' };
  assert.deepEqual(callOf(json), [1, 1, 0, undefined]);
  assert.deepEqual(callOf({ ...json, hasEnded: false }), [1, 0, undefined, undefined]);
  const response = Buffer.from('{"code":"not_found","message":"no such order"}');
  assert.deepEqual(callOf({ ...json, status: 404, response }), [1, 0, 5, 'no such order']);
  const compressed = { ...json, status: 404, response, answerFields: [['Content-Encoding', 'gzip']] as Fields };
  assert.deepEqual(callOf(compressed), [1, 0, undefined, undefined]);
  const long = Buffer.from(`{"code":"not_found","message":"${'x'.repeat(9000)}"}`);
  assert.deepEqual(callOf({ ...json, status: 404, response: long }), [1, 0, undefined, undefined]);
});

test('a stream of Connect says it in what ends it', () => {
  const call = { type: 'application/connect+json', request: two };
  assert.deepEqual(callOf({ ...call, response: Buffer.concat([two, envelope(2, '{}')]) }), [2, 2, 0, undefined]);
  const failed = envelope(2, '{"error":{"code":"aborted","message":"again"}}');
  assert.deepEqual(callOf({ ...call, response: failed }), [2, 0, 10, 'again']);
  assert.deepEqual(callOf({ ...call, response: two }), [2, 2, undefined, undefined]);
});

test('without its request a call is known by its response, or by its trailers, and what is no call by none', () => {
  const grpc = responseMessage({ headers: [['Content-Type', 'application/grpc']] }).head;
  assert.deepEqual(OpenCall.ofResponse(grpc)?.snapshot({ head: grpc, trailers: undefined, hasEnded: true }), {
    kind: 'grpc',
    requestMessages: undefined,
    responseMessages: undefined,
    end: { status: undefined, message: undefined },
  });
  const trailers = headerFields([['grpc-status', '5']]);
  const known = OpenCall.ofTrailers(trailers)?.snapshot({ head: responseMessage().head, trailers, hasEnded: true });
  assert.deepEqual(known?.end.status, 5);
  const only = responseMessage({ headers: [['grpc-status', '12']] }).head;
  const ended = OpenCall.ofResponse(only)?.snapshot({ head: only, trailers: undefined, hasEnded: true });
  assert.deepEqual(ended?.end.status, 12);
  assert.equal(OpenCall.ofRequest(requestMessage().head), undefined);
  assert.equal(OpenCall.ofResponse(responseMessage().head), undefined);
  assert.equal(OpenCall.ofTrailers(headerFields([['x', '0']])), undefined);
});
