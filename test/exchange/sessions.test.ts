import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Session } from '../../src/exchange/session.ts';
import type { CloseReason } from '../../src/tcp/stream.ts';
import { get, head, Playbook } from '../support/http1/playbook.ts';
import { closeFrame, frame, mask } from '../support/websocket/websocket-frames.ts';

const connect = 'CONNECT b:443 HTTP/1.1\r\n\r\n';
const handshake = () => new Playbook().client(get('/ws', 'Upgrade: websocket')).server(head(101, 'Upgrade: websocket'));
const tunnel = () => new Playbook().client(connect).server(head(200));

/** Type, outcome, who closed, code; messages and bytes of the client, then of the server; what was not captured. */
function told({ sessions }: Playbook): string[] {
  return sessions.map(({ type, outcome, closedBy, closeCode, client, server, gapBytes }: Session) => {
    const sides = [client, server].map(({ messages, bytes }) => `${messages ?? '-'}/${bytes ?? '-'}`);
    const gap = gapBytes === undefined ? '' : ` gap ${gapBytes}`;
    return `${type} ${outcome} ${closedBy ?? '-'} ${closeCode ?? '-'} ${sides.join(' ')}${gap}`;
  });
}

describe('a WebSocket', () => {
  test('is told at its end, with its messages and who closed it', () => {
    const playbook = handshake();
    assert.deepEqual(playbook.lines, ['GET /ws 101 answered'], 'its handshake is told at once');
    playbook.client(frame('hello', { mask })).server(Buffer.concat([frame('a'), frame('ping', { opcode: 9 })]));
    playbook.server(closeFrame(1001)).client(closeFrame(1000, { mask }));
    assert.deepEqual(told(playbook), []);
    playbook.finish();
    assert.deepEqual(told(playbook), ['websocket closed server 1001 1/5 1/1']);
    assert.deepEqual(playbook.lines, ['GET /ws 101 answered']);
    assert.equal(playbook.connection.heldBytes, 0);
    assert.equal(playbook.connection.underWay, 0);
  });

  test('begins in the segment that agrees to it', () => {
    for (const early of ['', '\x81', '\x81\x02h', '\x81\x02hi']) {
      const answer = `${head(101, 'Upgrade: websocket')}${early}`;
      const playbook = new Playbook().client(get('/ws', 'Upgrade: websocket')).server(answer);
      playbook.server('\x81\x02hi'.slice(early.length)).finish();
      assert.deepEqual(
        told(playbook),
        ['websocket closed - - 0/0 1/2'].map((line) => line.replace(' - ', ' server ')),
      );
    }
  });

  test('ends as its connection does, unless both sides have said good-bye', () => {
    const reasons = {
      finished: 'closed',
      reset: 'reset',
      shutdown: 'unknown',
      idle: 'unknown',
      evicted_memory: 'unknown',
      failed: 'unknown',
    } as const;
    for (const [reason, outcome] of Object.entries(reasons)) {
      assert.deepEqual(told(handshake().close(reason as CloseReason)), [`websocket ${outcome} - - 0/0 0/0`]);
      const left = handshake().client(closeFrame(undefined, { mask }));
      assert.deepEqual(told(left.close(reason as CloseReason)), [`websocket ${outcome} client - 0/0 0/0`]);
      const both = handshake().client(closeFrame(1000)).server(closeFrame(1000));
      assert.deepEqual(told(both.close(reason as CloseReason)), ['websocket closed client 1000 0/0 0/0']);
    }
  });

  test('that behaves like none is told as a tunnel', () => {
    const playbook = handshake().server(frame('a')).client('hello').finish();
    assert.deepEqual(told(playbook), ['tunnel closed server - -/5 -/3']);
  });

  test('of which a part was not captured says so, and counts only what is known', () => {
    const inside = handshake().client(frame('hello', { mask }).subarray(0, 8)).gap(0, 3).client(frame('x', { mask }));
    assert.deepEqual(told(inside.finish()), ['websocket closed server - 2/6 0/0 gap 3']);
    const between = handshake().gap(0, 3).client(frame('x')).server(frame('y')).finish();
    assert.deepEqual(told(between), ['websocket closed server - -/- 1/1 gap 3']);
  });
});

describe('a tunnel', () => {
  test('is told at its end, with all that both sides sent, whatever it is', () => {
    const playbook = tunnel().client('\x16\x03\x01 and more').server('hello').gap(1, 10).server('!');
    assert.deepEqual(told(playbook), []);
    assert.deepEqual(told(playbook.end(0).close('reset')), ['tunnel reset client - -/12 -/16 gap 10']);
    assert.equal(playbook.connection.heldBytes, 0);
    assert.ok(!playbook.connection.isIgnored, 'its bytes are counted to the end');
  });

  test('is what any other upgrade makes, too', () => {
    const upgrade = new Playbook()
      .client(get('/exec', 'Upgrade: SPDY/3.1'))
      .server(`${head(101, 'Upgrade: SPDY/3.1')}x`);
    assert.deepEqual(told(upgrade.finish()), ['tunnel closed server - -/0 -/1']);
    assert.equal(upgrade.sessions[0]?.agreement.upgrade, 'spdy/3.1');
  });

  test('began earlier where the client did not wait for the answer', () => {
    const playbook = new Playbook().client(connect).client('early').server(head(200)).client('late').finish();
    assert.deepEqual(told(playbook), ['tunnel closed server - -/9 -/0 gap 5']);
  });

  test('lasts from the end of its handshake to what was heard last', () => {
    const playbook = tunnel();
    const start = playbook.time;
    playbook.wait(700_000).client('x');
    const end = playbook.time;
    playbook.wait(1000).close('shutdown');
    assert.deepEqual(
      playbook.sessions.map(({ startTime, endTime }) => [startTime, endTime]),
      [[start, end]],
    );
    assert.deepEqual(
      tunnel()
        .close('idle')
        .sessions.map(({ startTime, endTime }) => endTime - startTime),
      [0],
    );
  });

  test('keeps its connection from being idle, and costs no more the longer it is', () => {
    const playbook = tunnel();
    const { heldBytes } = playbook.connection;
    assert.equal(playbook.connection.underWay, 1);
    for (let count = 0; count < 1000; count++) playbook.client('x'.repeat(1000)).server('y'.repeat(1000));
    assert.equal(playbook.connection.heldBytes, heldBytes);
    assert.ok(heldBytes > 0 && heldBytes < 2000);
    playbook.close('reset');
    assert.equal(playbook.connection.underWay, 0);
  });

  test('has the head of its handshake, but no body of it', () => {
    const options = { bodyLimitBytes: 100 };
    const upload = 'POST /up HTTP/1.1\r\nUpgrade: x\r\nContent-Length: 4\r\n\r\nbody';
    const playbook = new Playbook(options).client(upload).server(head(101, 'Upgrade: x')).finish();
    assert.ok(playbook.exchanges[0]?.request?.body !== undefined);
    assert.equal(playbook.sessions[0]?.handshake.request?.body, undefined);
    assert.equal(playbook.sessions[0]?.handshake.request?.head.target, '/up');
  });
});
