// What the network and servers do to the fluentd sink: real sockets.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack } from 'msgpackr';
import { unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import { createEntryEncoder } from '../../../src/sink/fluentd/entry-encoder.ts';
import type { FluentdSettings } from '../../../src/sink/fluentd/fluentd.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { DeliveryLoad, roomySettings, unhurried } from '../../support/sink/delivery-load.ts';
import { fluentdTransport } from '../../support/sink/fluentd-tools.ts';
import { acknowledge, ForwardServer } from '../../support/sink/forward-server.ts';

async function open(t: TestContext, changes: Partial<FluentdSettings> = {}) {
  const server = await new ForwardServer().start();
  t.after(() => server.stop());
  const load = new DeliveryLoad(t, fluentdTransport([server.port], changes));
  const allArrived = () => load.allArrived(() => server.ids());
  return { server, load, allArrived };
}

describe('the fluentd sink loses nothing', () => {
  test('when connections are reset again and again under load', async (t) => {
    const { server, load, allArrived } = await open(t);
    for (let round = 0; round < 20; round++) {
      load.write(500);
      await sleep(5);
      server.reset();
    }
    await allArrived();
    assert.ok(server.connections > 3);
  });

  test('when a server resets in the middle of a packet', async (t) => {
    const { server, load, allArrived } = await open(t);
    server.greet = (socket) => {
      if (server.connections > 10) return;
      let seen = 0;
      socket.on('data', (bytes: Buffer) => {
        seen += bytes.length;
        if (seen > 5000) socket.resetAndDestroy();
      });
    };
    load.write(2000);
    await allArrived();
    assert.ok(server.connections > 10);
  });

  test('when a server closes politely with packets under way', async (t) => {
    const { server, load, allArrived } = await open(t);
    server.answer = (chunk, socket) => {
      if (server.chunks.length % 7 === 0) socket.end();
      else acknowledge(chunk, socket);
    };
    load.write(3000);
    await allArrived();
  });

  test('when acknowledgements come in any order', async (t) => {
    const { server, load, allArrived } = await open(t, unhurried);
    let held: (() => void)[] = [];
    server.answer = (chunk, socket) => {
      held.unshift(() => acknowledge(chunk, socket));
      if (held.length < 3) return;
      for (const answer of held) answer();
      held = [];
    };
    const flush = setInterval(() => {
      for (const answer of held) answer();
      held = [];
    }, 100);
    t.after(() => clearInterval(flush));
    load.write(2000);
    await allArrived();
    assert.equal(load.account.retried, 0);
  });

  test('when acknowledgements come in pieces of one byte', async (t) => {
    const { server, load, allArrived } = await open(t, unhurried);
    server.answer = async (chunk, socket) => {
      socket.setNoDelay(true);
      for (const byte of pack({ ack: chunk })) {
        socket.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
    };
    load.write(50);
    await load.until(() => load.account.delivered === 50);
    load.write(30);
    await allArrived();
    assert.equal(load.account.retried, 0);
  });

  test('when an acknowledgement is withheld', async (t) => {
    const { server, load, allArrived } = await open(t);
    server.answer = (chunk, socket) => {
      if (server.connections > 2) acknowledge(chunk, socket);
    };
    load.write(500);
    await allArrived();
    assert.ok(load.account.retried > 0);
    assert.match(load.lines.all.join('\n'), /it acknowledges nothing for 0\.5 s/);
  });

  test('when one acknowledgement is withheld while others keep coming', async (t) => {
    const { server, load, allArrived } = await open(t);
    const [withheld, seen] = [new Set<string>(), new Set<string>()];
    server.answer = (chunk = '', socket) => {
      if (seen.size === 0) withheld.add(chunk);
      if (!withheld.has(chunk) || server.connections > 1) acknowledge(chunk, socket);
      seen.add(chunk);
    };
    const trickle = setInterval(() => load.write(100), 20);
    t.after(() => clearInterval(trickle));
    await load.until(() => server.connections > 1);
    clearInterval(trickle);
    await allArrived();
    assert.match(load.lines.all.join('\n'), /later chunks but not an earlier one/);
  });

  test('when another chunk is acknowledged', async (t) => {
    const { server, load, allArrived } = await open(t);
    server.answer = (chunk, socket) => {
      acknowledge(server.connections === 1 ? 'AAAAAAAAAAAAAAAAAAAAAA==' : chunk, socket);
    };
    load.write(500);
    await allArrived();
    assert.match(load.lines.all.join('\n'), /a chunk that it was not sent: AAAA/);
  });

  test('when a server is so slow that each packet waits longer than the timeout, but it keeps answering', async (t) => {
    // Four packets are under way at once: each waits for 2.8 s.
    const { server, load, allArrived } = await open(t, { ackTimeoutMs: 2500 });
    let turn = Promise.resolve();
    server.answer = (chunk, socket) => {
      turn = turn.then(() => sleep(700)).then(() => acknowledge(chunk, socket));
    };
    load.write(800);
    await allArrived();
    assert.deepEqual([load.account.retried, server.connections], [0, 1]);
  });

  test('when a half-open connection takes everything and answers nothing', async (t) => {
    const { server, load, allArrived } = await open(t);
    load.write(10);
    await load.until(() => load.account.delivered === 10);
    // From now on this connection is a black hole; only a new one works.
    for (const socket of server.sockets) socket.unpipe().pause();
    load.write(500);
    await allArrived();
    assert.equal(server.connections, 2);
  });

  test('when records of a batch with several tags are acknowledged in part', async (t) => {
    const server = await new ForwardServer().start();
    t.after(() => server.stop());
    const refused = new Set<string>();
    server.answer = (chunk = '', socket) => {
      const isOutgoing = server.entries.at(-1)?.tag === 'http.outgoing';
      if (!isOutgoing || refused.size > 0) return acknowledge(chunk, socket);
      refused.add(chunk);
      // The acknowledgement of the other tag is on its way: let it arrive first.
      setTimeout(() => socket.destroy(), 50);
    };
    const encoder = createEntryEncoder(({ id }) => ({ id }), 'http.%{direction}');
    const transport = fluentdTransport([server.port]);
    const delivery = new Delivery({
      name: 'fluentd',
      settings: roomySettings,
      transport,
      encoder,
      log: new LogLines().log,
    });
    for (let index = 0; index < 50; index++) {
      delivery.write(createRecord(index, { direction: index % 2 === 0 ? 'incoming' : 'outgoing' }));
    }
    await delivery.close(10_000);
    const count = (tag: string) => server.entries.filter((entry) => entry.tag === tag).length;
    assert.deepEqual([count('http.incoming'), count('http.outgoing')], [25, 50]);
    assert.deepEqual(
      [delivery.account.delivered, delivery.account.retried, unaccounted(delivery.account)],
      [50, 25, 0],
    );
    assert.equal(new Set(server.ids()).size, 50);
  });

  test('when a name is not known yet', async (t) => {
    const server = await new ForwardServer().start();
    t.after(() => server.stop());
    const servers = [{ host: 'no-such-host.invalid', port: 24_224 }];
    const transport = fluentdTransport([], { servers });
    const load = new DeliveryLoad(t, transport);
    load.write(100);
    await load.until(() => load.account.retried > 0);
    assert.match(load.lines.all.join('\n'), /no-such-host\.invalid:24224: DNS/);
    servers[0] = { host: '127.0.0.1', port: server.port };
    await load.allArrived(() => server.ids());
  });
});

describe('the fluentd sink knows what it speaks to:', () => {
  const greetings: readonly (readonly [title: string, greeting: Buffer | string, reason: RegExp])[] = [
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /does not speak the Forward protocol/],
    ['an SSH server', 'SSH-2.0-OpenSSH_9.2p1\r\n', /does not speak the Forward protocol/],
    ['a TLS alert', Buffer.from('15030300020246', 'hex'), /does not speak the Forward protocol/],
    ['nonsense', Buffer.from('c1c1', 'hex'), /does not speak the Forward protocol/],
    ['a server that wants a key', pack(['HELO', { nonce: Buffer.from('abc'), auth: '' }]), /FLUENTD_SHARED_KEY/],
  ];
  for (const [title, greeting, reason] of greetings) {
    for (const acks of [true, false]) {
      test(`${title}, ${acks ? 'with' : 'without'} acknowledgements`, async (t) => {
        const { server, load } = await open(t, { acks });
        server.answer = () => {};
        server.greet = (socket) => void socket.write(greeting);
        load.write(10);
        await load.until(() => load.account.state === 'misconfigured');
        assert.match(load.account.lastError ?? '', reason);
        assert.equal(load.account.delivered, 0);
      });
    }
  }
});
