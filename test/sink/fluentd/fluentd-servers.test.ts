import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FluentdSettings } from '../../../src/sink/fluentd/fluentd.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { capturedEnds } from '../../support/sink/captured-ends.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';
import { flatEncoder, fluentdTransport } from '../../support/sink/fluentd-tools.ts';
import { ForwardServer } from '../../support/sink/forward-server.ts';

/** Three servers in order of preference, and a transport to them. */
async function three(t: TestContext, changes: Partial<FluentdSettings> = {}) {
  const servers = [
    await new ForwardServer().start(),
    await new ForwardServer().start(),
    await new ForwardServer().start(),
  ];
  const [a, b, c] = servers as [ForwardServer, ForwardServer, ForwardServer];
  const transport = fluentdTransport([a.port, b.port, c.port], changes);
  t.after(async () => {
    transport.close();
    for (const server of servers) await server.stop();
  });
  let next = 0;
  const send = async () => {
    const outcome = await transport.send(encodedBatch(flatEncoder, [createRecord(next++)]));
    return 'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;
  };
  const counts = () => servers.map((server) => server.entries.length);
  return { a, b, c, transport, send, counts };
}

describe('of several fluentd servers', () => {
  test('the first is used, on one connection, as long as it works', async (t) => {
    const { a, send, counts } = await three(t);
    for (let index = 0; index < 5; index++) assert.equal(await send(), 'delivered');
    assert.deepEqual([counts(), a.connections], [[5, 0, 0], 1]);
  });

  test('the next is used at once when one is away, and the first again when it is back', async (t) => {
    const { a, b, send, counts } = await three(t);
    await a.stop();
    await b.stop();
    assert.equal(await send(), 'delivered');
    assert.deepEqual(counts(), [0, 0, 1]);
    await a.start();
    assert.equal(await send(), 'delivered');
    assert.deepEqual(counts(), [0, 0, 2]);
    for (const deadline = Date.now() + 60_000; a.entries.length === 0 && Date.now() < deadline; await sleep(20)) {
      assert.equal(await send(), 'delivered');
    }
    assert.ok(a.entries.length > 0);
    assert.equal(b.entries.length, 0);
  });

  test('the connection that is no longer preferred is closed', async (t) => {
    const { a, b, send } = await three(t);
    await a.stop();
    assert.equal(await send(), 'delivered');
    await a.start();
    for (const deadline = Date.now() + 60_000; b.sockets.size > 0 && Date.now() < deadline; await sleep(20))
      await send();
    assert.deepEqual([b.sockets.size, a.sockets.size], [0, 1]);
  });

  test('one that takes connections but acknowledges nothing is left for the next', async (t) => {
    const { a, b, send, counts } = await three(t, { comeBackMs: 60_000 });
    a.answer = () => {};
    assert.match(await send(), /^retry: .*acknowledges nothing/);
    for (let index = 0; index < 3; index++) assert.equal(await send(), 'delivered');
    assert.deepEqual([counts(), b.connections], [[1, 3, 0], 1]);
  });

  test('each is named when none works', async (t) => {
    const { a, b, c, send } = await three(t);
    for (const server of [a, b, c]) await server.stop();
    const reason = await send();
    assert.match(reason, /^retry: /);
    for (const { port } of [a, b, c])
      assert.ok(reason.includes(`127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`));
  });

  test('a check looks at each', async (t) => {
    const { b, transport, counts } = await three(t);
    await b.stop();
    const { isFine, sentence } = await transport.check();
    assert.ok(isFine);
    assert.equal(sentence.match(/acknowledges/g)?.length, 2, sentence);
    assert.equal(sentence.match(/ECONNREFUSED/g)?.length, 1, sentence);
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  test('a close ends what is under way and what is being opened', async (t) => {
    const { a, transport, send } = await three(t);
    a.answer = () => {};
    const sending = send();
    while (a.entries.length === 0) await sleep(1);
    transport.close();
    assert.match(await sending, /^retry: /);
    assert.match(await send(), /^retry: /);
    assert.equal(a.entries.length, 1);
  });

  test('localhost is found whichever of its addresses the server listens on, and named when it is not', async (t) => {
    const { a } = await three(t);
    const servers = [{ host: 'localhost', port: a.port }];
    const transport = fluentdTransport([], { servers });
    t.after(() => transport.close());
    assert.ok((await transport.check()).isFine);
    await a.stop();
    const { isFine, sentence } = await transport.check();
    assert.equal(isFine, false);
    assert.equal(sentence, `localhost:${a.port}: nobody listens there (ECONNREFUSED)`);
  });

  test('every connection is known as own traffic', async (t) => {
    const ownTraffic = new OwnTraffic();
    const { a, send } = await three(t, { ownTraffic });
    assert.equal(await send(), 'delivered');
    const [socket] = a.sockets;
    assert.ok(socket?.remotePort);
    assert.ok(ownTraffic.isOwn(capturedEnds('127.0.0.1', a.port, '127.0.0.1', socket.remotePort)));
    assert.ok(!ownTraffic.isOwn(capturedEnds('127.0.0.1', a.port, '127.0.0.1', 1)));
  });
});
