// A server in a process of its own that is killed and stopped.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../../support/program/start-program.ts';
import { fluentdTransport } from '../../support/sink/fluentd-tools.ts';
import { ForwardLoad, unhurried } from '../../support/sink/forward-load.ts';

describe('a forward server in a process of its own', () => {
  test('is killed and restarted again and again under load: every record arrives', { timeout: 300_000 }, async (t) => {
    const child = new Child(t);
    await child.start();
    const load = new ForwardLoad(t, fluentdTransport([child.port]));
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
    const child = new Child(t);
    await child.start();
    const load = new ForwardLoad(t, fluentdTransport([child.port]));
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
    const child = new Child(t);
    await child.start();
    const load = new ForwardLoad(t, fluentdTransport([child.port], unhurried));
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

/** A server process that appends the id of each record to a file. */
class Child {
  port = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'forward-server-'));
  #process: ChildProcess | undefined;

  constructor(t: TestContext) {
    t.after(() => {
      this.kill('SIGKILL');
      // What was killed may be writing its last.
      rmSync(this.#folder, { recursive: true, maxRetries: 5 });
    });
  }

  async start(): Promise<void> {
    const program = join(import.meta.dirname, '../../support/sink/forward-server-child.ts');
    const options = ['--import', 'tsx', program, this.#file, String(this.port)];
    const child = startProgram(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    this.port = await new Promise((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
      child.once('exit', () => reject(new Error('the server did not start')));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  ids(): readonly string[] {
    return readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
  }

  get #file(): string {
    return join(this.#folder, 'received');
  }
}
