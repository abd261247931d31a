// The file sink and what is not a regular file: pipes, devices and links.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, lstatSync, openSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickBatch } from '../../../src/sink/batch.ts';
import { startProgram } from '../../support/program/start-program.ts';
import {
  batchOf,
  deliver,
  idsOf,
  KiB,
  linesIn,
  namesBeside,
  openForTest as open,
  sendFive,
  tell,
  temporaryPath,
} from '../../support/sink/file-tools.ts';

describe('what is not a regular file is appended to, never rotated and never cut back:', () => {
  const small = { rotateBytes: KiB, rotateAgeMs: 1, stallMs: 50 };

  function pipe(t: TestContext): string {
    const path = temporaryPath(t);
    execFileSync('mkfifo', [path]);
    return path;
  }

  test('a device', async (t) => {
    const { transport, lines } = open(t, '/dev/null', small);
    await deliver(transport, 0, 5);
    await deliver(transport, 5, 5);
    assert.deepEqual(lines.all, ['info  file: /dev/null is a link, a pipe or a device, so it is never rotated']);
    assert.ok(lstatSync('/dev/null').isCharacterDevice());
    assert.deepEqual(await transport.check(), {
      isFine: true,
      sentence: '/dev/null can be appended to; it is a link, a pipe or a device: never rotated',
    });
  });

  test('a device that is always full', async (t) => {
    const { transport } = open(t, '/dev/full', small);
    assert.match(await sendFive(transport), /^retry: .*ENOSPC/);
    assert.match(await sendFive(transport), /^retry: .*ENOSPC/);
  });

  test('a link to a file, whose unfinished line is ended all the same', async (t) => {
    const path = temporaryPath(t);
    symlinkSync('target', path);
    writeFileSync(join(dirname(path), 'target'), 'half');
    const { transport } = open(t, path, small);
    await deliver(transport, 0, 5);
    await deliver(transport, 5, 5);
    assert.ok(lstatSync(path).isSymbolicLink());
    assert.deepEqual(linesIn(path).slice(1), linesIn(path).slice(-10));
    assert.equal(linesIn(path)[0], 'half');
    assert.deepEqual(namesBeside(path), ['']);
  });

  test('a pipe that nobody reads', async (t) => {
    const path = pipe(t);
    const { transport } = open(t, path, small);
    assert.match(await sendFive(transport), /^retry: .*pipe|^retry: .*nobody reads it \(ENXIO\)$/);
    assert.ok(lstatSync(path).isFIFO());
  });

  test('a pipe that is checked, whose reader does not notice', async (t) => {
    const path = pipe(t);
    const reader = startProgram('cat', [path], { stdio: 'ignore' });
    const ended = once(reader, 'exit');
    t.after(() => reader.kill());
    const { transport } = open(t, path, small);
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(await transport.check(), {
        isFine: true,
        sentence: `${path} is a pipe, which is not tried because its reader would notice; never rotated`,
      });
      await sleep(20);
    }
    assert.equal(reader.exitCode, null);
    reader.kill();
    await ended;
  });

  test('a pipe whose reader stops gets the rest later, and no broken record but the one it stopped in', async (t) => {
    const path = pipe(t);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    t.after(() => closeSync(reader));
    const { transport } = open(t, path, small);
    const batch = batchOf(0, 200);
    const outcome = await transport.send(batch);
    assert.ok(outcome.kind === 'mixed', tell(outcome));
    assert.match(outcome.reason, /its reader takes nothing \(EAGAIN\)$/);
    let text = readAll(reader);
    const again = await transport.send(pickBatch(batch, outcome.retry.slice(0, 40)));
    assert.equal(again.kind, 'delivered', tell(again));
    text += readAll(reader);
    const lines = text.split('\n').slice(0, -1);
    const written = 200 - outcome.retry.length;
    const whole = [...lines.slice(0, written), ...lines.slice(-40)];
    assert.ok(lines.length - whole.length <= 1);
    assert.deepEqual(
      whole.map((line) => JSON.parse(line).id),
      idsOf(0, written + 40),
    );
  });

  test('a pipe whose reader is gone', async (t) => {
    const path = pipe(t);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { transport } = open(t, path, small);
    await deliver(transport, 0, 5);
    closeSync(reader);
    assert.match(await sendFive(transport), /^retry: .*its reader is gone \(EPIPE\)$/);
    assert.match(await sendFive(transport), /^retry: .*nobody reads it \(ENXIO\)$/);
  });

  function readAll(file: number): string {
    const chunks: Buffer[] = [];
    const bytes = Buffer.alloc(64 * KiB);
    try {
      for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) {
        chunks.push(Buffer.from(bytes.subarray(0, read)));
      }
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    }
    return Buffer.concat(chunks).toString();
  }
});
