import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { droppedRecords, unaccounted } from '../../../src/sink/account.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { RecordEncoder } from '../../../src/sink/record-encoder.ts';
import type { Transport } from '../../../src/sink/transport.ts';
import { LogLines } from '../program/log-lines.ts';
import { createRecord } from '../record/create-record.ts';
import { contractSettings } from './contract.ts';
import { flatEncoder } from './fluentd-tools.ts';

/** For tests in which nothing may be sent twice, however busy the machine is. */
export const unhurried = { ackTimeoutMs: 30_000 };
/** Room for everything: here, drops would be the transport's. */
export const roomySettings = { ...contractSettings, queueBytes: 64 * 1024 * 1024 };

/** A delivery through a transport, and the ids of what was written to it. */
export class DeliveryLoad {
  readonly lines = new LogLines();
  readonly ids: string[] = [];
  readonly delivery: Delivery;

  constructor(t: TestContext, transport: Transport, encoder: RecordEncoder = flatEncoder) {
    this.delivery = new Delivery({
      name: 'sink',
      settings: roomySettings,
      transport,
      encoder,
      log: this.lines.log,
    });
    t.after(() => this.delivery.close(0));
  }

  get account() {
    return this.delivery.account;
  }

  write(count: number): void {
    for (let index = 0; index < count; index++) {
      const record = createRecord(this.ids.length);
      this.ids.push(record.id);
      this.delivery.write(record);
    }
  }

  async until(holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 60_000; !holds(); await sleep(5)) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(this.account)}\n${this.lines.all.join('\n')}`);
    }
  }

  /** The same of a server that does not acknowledge, so that it may still read what was delivered. */
  async allArrivedSoon(received: () => readonly string[]): Promise<void> {
    await this.delivery.close(30_000);
    await this.until(() => received().length >= this.ids.length);
    await this.allArrived(received);
  }

  /** Everything arrived, with the ids that were written, and nothing was dropped. */
  async allArrived(received: () => readonly string[]): Promise<void> {
    await this.delivery.close(30_000);
    const arrived = new Set(received());
    const missing = this.ids.filter((id) => !arrived.has(id));
    const state = `${JSON.stringify(this.account)}\n${this.lines.all.join('\n')}`;
    assert.deepEqual([missing.length, missing.slice(0, 5)], [0, []], state);
    assert.deepEqual([arrived.size, this.account.delivered], [this.ids.length, this.ids.length], state);
    assert.deepEqual([droppedRecords(this.account), unaccounted(this.account)], [0, 0], state);
  }
}
