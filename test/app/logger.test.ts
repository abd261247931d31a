import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '../../src/app/logger.ts';
import type { Source } from '../../src/capture/source.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';

test('a live capture ended when it was stopped, not when all that it had captured was read', async () => {
  const loaded = loadSettings({ METRICS_PORT: '0' });
  assert.ok(loaded.kind === 'ok');
  const lines: string[] = [];
  const logger = await Logger.create({
    settings: loaded.settings,
    isLive: true,
    readsToEnd: false,
    where: 'on nothing',
    captureFiles: 0,
    localIps: [],
    pretty: undefined,
    hostname: 'here',
    version: '0',
    readBody: undefined,
    nameOf: undefined,
    clientIp: { form: 'full' },
    log: createLog(
      (line) => lines.push(line),
      false,
      () => new Date(),
    ),
  });
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const source: Source = {
    run: async () => {
      await stopped;
      // As the kernel hands over the block that it is filling.
      await sleep(50);
      return { kind: 'stopped' };
    },
    stop,
  };
  const running = logger.run(source);
  logger.stop();
  const stopTime = Date.now();
  await running;
  const ended = /capture ended at (\S+) with/.exec(lines.join(''))?.[1] ?? '';
  assert.ok(Date.parse(ended) <= stopTime, `${ended}, stopped at ${new Date(stopTime).toISOString()}`);
});
