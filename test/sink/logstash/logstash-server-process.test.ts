// Inputs of Logstash in processes of their own, which are killed and stopped. Over tcp nothing acknowledges, so what a
// killed server had read and not processed is lost: only standing still is tried there.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { createLineEncoder } from '../../../src/sink/logstash/line-encoder.ts';
import { createLogstashTransport } from '../../../src/sink/logstash/logstash.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { DeliveryLoad } from '../../support/sink/delivery-load.ts';
import { ServerProcess } from '../../support/sink/server-process.ts';

type Type = 'tcp' | 'http';

async function setUp(t: TestContext, type: Type, timeoutMs: number) {
  const child = new ServerProcess(t, 'logstash-input-child.ts', [type]);
  await child.start();
  const transport = createLogstashTransport(
    {
      type,
      server: { host: '127.0.0.1', port: child.port },
      udpRate: 1000,
      field: type === 'http' ? 'http_log' : undefined,
      timeoutMs,
      connectTimeoutMs: 10_000,
      settleMs: 200,
      tls: undefined,
      credentials: undefined,
    },
    new OwnTraffic(),
  );
  return { child, load: new DeliveryLoad(t, transport, createLineEncoder(createEncodings('flat').toEvent)) };
}

describe('an input of Logstash in a process of its own', () => {
  test('is killed and restarted again and again over http: every record arrives', { timeout: 300_000 }, async (t) => {
    const { child, load } = await setUp(t, 'http', 5000);
    for (let round = 0; round < 3; round++) {
      load.write(2000);
      await load.until(() => child.ids().length > 1000 * round);
      child.kill('SIGKILL');
      load.write(1000);
      await child.start();
    }
    await load.allArrived(() => child.ids());
    t.diagnostic(`${child.ids().length - load.ids.length} of ${load.ids.length} records came twice`);
  });

  test('is stopped for longer than a request may take over http: every record arrives', {
    timeout: 300_000,
  }, async (t) => {
    const { child, load } = await setUp(t, 'http', 500);
    load.write(500);
    await load.until(() => load.account.delivered > 0);
    child.kill('SIGSTOP');
    load.write(500);
    await load.until(() => load.account.state === 'failing');
    child.kill('SIGCONT');
    await load.allArrived(() => child.ids());
  });

  for (const type of ['tcp', 'http'] as const) {
    test(`is stopped for a moment over ${type}: nothing is sent twice`, { timeout: 300_000 }, async (t) => {
      const { child, load } = await setUp(t, type, 30_000);
      load.write(1000);
      child.kill('SIGSTOP');
      load.write(1000);
      await sleep(300);
      child.kill('SIGCONT');
      await load.allArrivedSoon(() => child.ids());
      assert.equal(child.ids().length, load.ids.length);
    });
  }
});
