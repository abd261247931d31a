import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { PeerNames } from '../../src/app/peer-names.ts';

/** Names whose lookups are answered when a test says so, and whose clock stands still. */
class Scripted {
  nowMs = 0;
  readonly asked: string[] = [];
  readonly #open = new Map<string, { resolve: (names: readonly string[]) => void; reject: (error: Error) => void }>();
  readonly names = new PeerNames(
    (ip) => {
      this.asked.push(ip);
      return new Promise((resolve, reject) => this.#open.set(ip, { resolve, reject }));
    },
    () => this.nowMs,
  );

  async answer(ip: string, ...names: readonly string[]): Promise<void> {
    this.#open.get(ip)?.resolve(names);
    await setImmediate();
  }

  async refuse(ip: string): Promise<void> {
    this.#open.get(ip)?.reject(new Error('ENOTFOUND'));
    await setImmediate();
  }
}

test('the first sight of an address has no name, and asks once; later ones have it', async () => {
  const scripted = new Scripted();
  assert.equal(scripted.names.name('10.0.0.1'), undefined);
  assert.equal(scripted.names.name('10.0.0.1'), undefined);
  await scripted.answer('10.0.0.1', 'cart.shop.svc.cluster.local');
  assert.equal(scripted.names.name('10.0.0.1'), 'cart.shop.svc.cluster.local');
  assert.deepEqual(scripted.asked, ['10.0.0.1']);
});

test('a name lives five minutes, then it is asked for again', async () => {
  const scripted = new Scripted();
  scripted.names.name('10.0.0.1');
  await scripted.answer('10.0.0.1', 'old');
  scripted.nowMs = 299_999;
  assert.equal(scripted.names.name('10.0.0.1'), 'old');
  scripted.nowMs = 300_000;
  assert.equal(scripted.names.name('10.0.0.1'), undefined);
  await scripted.answer('10.0.0.1', 'new');
  assert.equal(scripted.names.name('10.0.0.1'), 'new');
  assert.equal(scripted.asked.length, 2);
});

test('that there is no name is known for a minute', async () => {
  const scripted = new Scripted();
  scripted.names.name('10.0.0.1');
  await scripted.refuse('10.0.0.1');
  scripted.nowMs = 59_999;
  assert.equal(scripted.names.name('10.0.0.1'), undefined);
  assert.equal(scripted.asked.length, 1);
  scripted.nowMs = 60_000;
  assert.equal(scripted.names.name('10.0.0.1'), undefined);
  assert.equal(scripted.asked.length, 2);
});

test('four lookups are under way at most; an address that was skipped is tried at its next sight', async () => {
  const scripted = new Scripted();
  for (const ip of ['a', 'b', 'c', 'd', 'e']) scripted.names.name(ip);
  assert.deepEqual(scripted.asked, ['a', 'b', 'c', 'd']);
  await scripted.refuse('b');
  scripted.names.name('e');
  assert.deepEqual(scripted.asked, ['a', 'b', 'c', 'd', 'e']);
});

test('a thousand addresses are known at most, and the one that was answered first is forgotten', async () => {
  const scripted = new Scripted();
  for (let index = 0; index <= 1000; index++) {
    scripted.names.name(`ip-${index}`);
    await scripted.answer(`ip-${index}`, `name-${index}`);
  }
  assert.equal(scripted.names.name('ip-1'), 'name-1');
  assert.equal(scripted.names.name('ip-1000'), 'name-1000');
  assert.equal(scripted.names.name('ip-0'), undefined);
  assert.equal(scripted.asked.at(-1), 'ip-0');
});

test('of several names it is always the same one, without its final dot; what is no name is left out', async () => {
  const scripted = new Scripted();
  const nameOf = async (ip: string, ...names: readonly string[]) => {
    scripted.names.name(ip);
    await scripted.answer(ip, ...names);
    return scripted.names.name(ip);
  };
  assert.equal(await nameOf('1', 'b.svc', 'a.svc.'), 'a.svc');
  assert.equal(await nameOf('2', 'a.svc', 'b.svc'), 'a.svc');
  assert.equal(await nameOf('3', '"},{', 'a b', '', '.', 'x'.repeat(254), 'é'), undefined);
  assert.equal(await nameOf('4'), undefined);
});

test('a resolver that throws at once is an address without a name', async () => {
  const names = new PeerNames(() => {
    throw new Error('EINVAL');
  });
  assert.equal(names.name('not an address'), undefined);
  await setImmediate();
  assert.equal(names.name('not an address'), undefined);
});

test('of several names in the hosts file it is the first one that is a host name', async () => {
  const hosts = new Map([
    ['::1', ['localhost', 'ip6-localhost', 'ip6-loopback']],
    ['10.0.0.5', ['web-0.nginx.default.svc.cluster.local', 'web-0']],
    ['10.0.0.6', ['-', 'zebra', 'ant']],
  ]);
  const names = PeerNames.fromDns({ names: async (ip) => hosts.get(ip) ?? [] });
  const nameOf = async (ip: string) => {
    names.name(ip);
    await setImmediate();
    return names.name(ip);
  };
  assert.equal(await nameOf('::1'), 'localhost');
  assert.equal(await nameOf('10.0.0.5'), 'web-0.nginx.default.svc.cluster.local');
  assert.equal(await nameOf('10.0.0.6'), 'zebra');
});
