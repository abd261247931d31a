// How long a call of gRPC or Connect waits for its response.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, get, head, Playbook, post } from '../support/http1/playbook.ts';

const grpcType = 'Content-Type: application/grpc-web+proto';
const call = (target: string, ...fields: readonly string[]) => post(target, 'body', grpcType, ...fields);

describe('a call with a deadline', () => {
  test('times out when that is over, sooner or later than others', () => {
    const playbook = new Playbook().client(call('/short', 'grpc-timeout: 3S')).wait(2500);
    assert.deepEqual(playbook.lines, []);
    playbook.wait(2500);
    assert.deepEqual(playbook.lines, ['POST /short - timeout sent 4']);
    const long = new Playbook().client(call('/long', 'grpc-timeout: 1M')).wait(59_000);
    assert.deepEqual(long.lines, []);
    assert.deepEqual(long.wait(3000).lines, ['POST /long - timeout sent 4']);
    assert.equal(long.timeouts.size, 0);
  });

  test('counts from its beginning, whatever is seen of it since, also while it still sends', () => {
    const playbook = new Playbook().client(call('/up', 'grpc-timeout: 5S').slice(0, -1));
    playbook.wait(4000).server(head(102)).wait(3000);
    assert.deepEqual(playbook.lines, ['POST /up - timeout after 102 sent 3']);
  });

  test('that is answered in time does not time out', () => {
    const playbook = new Playbook().client(call('/a', 'grpc-timeout: 3S')).wait(1000).server(head(200)).wait(60_000);
    assert.deepEqual(playbook.lines, []);
    assert.equal(playbook.timeouts.size, 0);
    assert.deepEqual(playbook.finish().lines, ['POST /a 200 answered sent 4']);
  });

  test('whose answer comes behind it is told again', () => {
    const playbook = new Playbook().client(call('/a', 'grpc-timeout: 50m')).wait(3000).server(answer(200, 'x'));
    assert.deepEqual(playbook.lines, ['POST /a - timeout sent 4', 'POST /a 200 answered sent 4 received 1 late']);
  });

  test('whose connection ends before has not timed out', () => {
    assert.deepEqual(new Playbook().client(call('/a', 'grpc-timeout: 3S')).wait(1000).close('reset').lines, [
      'POST /a - reset sent 4',
    ]);
  });

  test('is looked for at the end of a capture file, too', () => {
    const playbook = new Playbook({ readsToEnd: true }).client(call('/a', 'grpc-timeout: 3S')).wait(20_000);
    assert.deepEqual(playbook.lines, []);
    assert.deepEqual(playbook.close('shutdown').lines, ['POST /a - timeout sent 4']);
    const young = new Playbook({ readsToEnd: true }).client(call('/a', 'grpc-timeout: 30S')).wait(20_000);
    assert.deepEqual(young.close('shutdown').lines, ['POST /a - unknown sent 4']);
  });
});

test('a call that may be a stream does not time out without a deadline while its connection lives', () => {
  for (const value of [[], ['grpc-timeout: soon']]) {
    const playbook = new Playbook().client(call('/watch', ...value)).wait(3_600_000);
    assert.deepEqual(playbook.lines, []);
    assert.equal(playbook.timeouts.size, 1, 'it waits');
    playbook.finish();
    assert.deepEqual(playbook.lines, ['POST /watch - closed sent 4']);
    assert.equal(playbook.timeouts.size, 0);
    assert.equal(playbook.connection.heldBytes, 0);
  }
});

test('a call of Connect of one message each way waits as any request does', () => {
  const unary = ['Content-Type: application/json', 'Connect-Protocol-Version: 1'];
  const playbook = new Playbook().client(post('/a', '{}', ...unary)).wait(13_000);
  assert.deepEqual(playbook.lines, ['POST /a - timeout sent 2']);
  const soon = new Playbook().client(post('/a', '{}', ...unary, 'Connect-Timeout-Ms: 100')).wait(3000);
  assert.deepEqual(soon.lines, ['POST /a - timeout sent 2']);
});

test('what is no call has no deadline', () => {
  const fields = ['grpc-timeout: 1S', 'connect-timeout-ms: 1000'];
  assert.deepEqual(new Playbook().client(get('/a', ...fields)).wait(9000).lines, []);
});

test('when the rest of an answered call does not come, that is waited for as long as of any request', () => {
  const early = call('/a', 'grpc-timeout: 1H').slice(0, -1);
  const playbook = new Playbook().client(early).server(answer(200, 'x')).wait(13_000);
  assert.deepEqual(playbook.lines, ['POST /a 200 answered sent 3 received 1']);
});
