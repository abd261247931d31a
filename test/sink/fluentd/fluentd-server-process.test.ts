// A server in a process of its own that is killed and stopped.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeliveryLoad, unhurried } from '../../support/sink/delivery-load.ts';
import { fluentdTransport } from '../../support/sink/fluentd-tools.ts';
import { ServerProcess } from '../../support/sink/server-process.ts';

describe('a forward server in a process of its own', () => {
  test('is killed and restarted again and again under load: every record arrives', { timeout: 300_000 }, async (t) => {
    const child = new ServerProcess(t, 'forward-server-child.ts');
    await child.start();
    const load = new DeliveryLoad(t, fluentdTransport([child.port]));
    for (let round = 0; round < 6; round++) {
      load.write(2000);
      await sleep(30);
      child.kill('SIGKILL');
      load.write(1000);
      await child.start();
    }
    await load.allArrived(() => child.ids());
    t.diagnostic(`${child.ids().length - load.ids.length} of ${load.ids.length} records came twice`);
  });

  test('is stopped for longer than the acknowledgement timeout: every record arrives', {
    timeout: 300_000,
  }, async (t) => {
    const child = new ServerProcess(t, 'forward-server-child.ts');
    await child.start();
    const load = new DeliveryLoad(t, fluentdTransport([child.port]));
    const trickle = setInterval(() => load.write(50), 10);
    t.after(() => clearInterval(trickle));
    await load.until(() => load.account.delivered > 0);
    child.kill('SIGSTOP');
    await load.until(() => load.account.state === 'failing');
    await sleep(1500);
    child.kill('SIGCONT');
    await load.until(() => load.account.state === 'working');
    clearInterval(trickle);
    await load.allArrived(() => child.ids());
    t.diagnostic(`${child.ids().length - load.ids.length} of ${load.ids.length} records came twice`);
  });

  test('is stopped for a moment: nothing is sent twice', { timeout: 300_000 }, async (t) => {
    const child = new ServerProcess(t, 'forward-server-child.ts');
    await child.start();
    const load = new DeliveryLoad(t, fluentdTransport([child.port], unhurried));
    load.write(1000);
    child.kill('SIGSTOP');
    load.write(1000);
    await sleep(500);
    assert.ok(load.account.queued > 0);
    child.kill('SIGCONT');
    await load.allArrived(() => child.ids());
    assert.equal(child.ids().length, load.ids.length);
  });
});
