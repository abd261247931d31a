// What every sink promises, whatever its protocol: one suite for all of them, with real sockets where the transport has
// some.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { droppedRecords, unaccounted } from '../../../src/sink/account.ts';
import type { Batch } from '../../../src/sink/batch.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import type { DeliverySettings } from '../../../src/sink/delivery/delivery-settings.ts';
import type { RecordEncoder } from '../../../src/sink/record-encoder.ts';
import type { Transport } from '../../../src/sink/transport.ts';
import { LogLines } from '../program/log-lines.ts';
import { createRecord } from '../record/create-record.ts';

/**
 * How the server behaves from now on. `away`: nobody listens, and what was connected is cut off. `silent`: takes
 * connections and bytes and never answers. `refusing`: answers that it will never take these records.
 */
export type Behaviour = 'working' | 'away' | 'silent' | 'refusing';

/** A transport and the server that it speaks to, made anew for each test. */
export type ContractServer = {
  /** Gives up waiting for an answer within about a second. */
  readonly transport: Transport;
  readonly encoder: RecordEncoder;
  /** Ids of the records that have arrived, in the order of arrival, with duplicates. */
  received(): readonly string[];
  behave(behaviour: Behaviour): Promise<void>;
  /** Frees everything, also the transport's sockets. */
  close(): Promise<void>;
};

export type ContractOptions = {
  /** What the server of this protocol never does, and why: clauses about it do not apply. */
  readonly cannot?: { readonly [Name in Exclude<Behaviour, 'working'>]?: string };
  /** Why this machine cannot make a server go away: those clauses are skipped with it. */
  readonly missing?: string | undefined;
  /** Why records may be lost without being counted when the server dies: the protocol has no acknowledgement. */
  readonly unacknowledged?: string;
  /** Why a check cannot tell that the server is away: nothing answers in this protocol. */
  readonly uncheckable?: string;
};

/** Small limits and short waits, so that everything happens soon. */
export const contractSettings: DeliverySettings = {
  queueBytes: 4 * 1024 * 1024,
  whenFull: 'drop-oldest',
  batchRecords: 100,
  batchBytes: 64 * 1024,
  batchAgeMs: 20,
  inFlight: 4,
  retryMinMs: 5,
  retryMaxMs: 50,
  maxAgeMs: 60_000,
};

/**
 * When a clause holds: not where it does not apply (`because`), and it cannot be tried where something is missing
 * (`skip`).
 */
type Condition = { readonly because?: string | undefined; readonly skip?: string | undefined | false };

/** Runs the suite. `open` starts a server that works, and a transport to it. */
export function sinkContract(
  name: string,
  open: (t: TestContext) => Promise<ContractServer>,
  { cannot = {}, missing, unacknowledged, uncheckable }: ContractOptions = {},
): void {
  const always: Condition = {};
  const whenAway: Condition = { because: cannot.away, skip: missing };
  const whenSilent: Condition = { because: cannot.silent ?? unacknowledged };
  describe(`${name} keeps the contract of sinks:`, () => {
    /**
     * One test with a server, a delivery to it, and the account balanced at the end; none where the clause does not
     * apply.
     */
    const contract = (
      title: string,
      settings: Partial<DeliverySettings>,
      { because, skip = false }: Condition,
      run: (parts: ContractParts) => Promise<void>,
    ) => {
      if (because !== undefined) return;
      test(title, { skip, timeout: 300_000 }, async (t) => {
        const server = await open(t);
        const parts = new ContractParts(server, { ...contractSettings, ...settings });
        t.after(() => parts.end());
        await run(parts);
        parts.balanced();
      });
    };

    contract('every record arrives, once and in order', { inFlight: 1 }, always, async (parts) => {
      const ids = parts.write(1000);
      await parts.delivery.close(10_000);
      await parts.arrived(ids.length);
      assert.deepEqual(parts.server.received(), ids);
      assert.equal(parts.account.delivered, 1000);
    });

    contract('no batch has more records or bytes than allowed', { batchRecords: 7 }, always, async (parts) => {
      parts.write(500);
      for (let index = 0; index < 50; index++) parts.writeOne(1000 + index, 30_000);
      await parts.delivery.close(10_000);
      assert.ok(parts.sent.length >= 71 + 24, String(parts.sent.length));
      for (const batch of parts.sent) assert.ok(batch.ends.length <= 7 && batch.bytes.length <= 64 * 1024);
      assert.equal(parts.account.delivered, 550);
    });

    contract('a record that waits long enough is sent though its batch is not full', {}, always, async (parts) => {
      const ids = parts.write(3);
      await parts.until(() => parts.account.delivered === 3);
      await parts.arrived(3);
      assert.deepEqual(parts.server.received(), ids);
    });

    contract('records wait for a server that is away, in order', { inFlight: 1 }, whenAway, async (parts) => {
      await parts.server.behave('away');
      const ids = parts.write(500);
      await parts.until(() => parts.account.retried > 0 && parts.account.state === 'failing');
      await parts.server.behave('working');
      await parts.until(() => parts.account.delivered === 500);
      await parts.arrived(500);
      assert.deepEqual(distinct(parts.server.received()), ids);
      assert.equal(droppedRecords(parts.account), 0);
      assert.equal(parts.account.state, 'working');
      assert.equal(parts.lines.matching(/does not take records/).length, 1, parts.lines.all.join('\n'));
      assert.equal(parts.lines.matching(/takes records again/).length, 1, parts.lines.all.join('\n'));
    });

    contract(
      'a server that goes away and comes back again and again loses nothing',
      {},
      { ...whenAway, because: cannot.away ?? unacknowledged },
      async (parts) => {
        const ids: string[] = [];
        for (let round = 0; round < 5; round++) {
          ids.push(...parts.write(300, ids.length));
          await parts.server.behave('away');
          ids.push(...parts.write(300, ids.length));
          await sleep(20);
          await parts.server.behave('working');
        }
        await parts.delivery.close(30_000);
        await parts.arrived(ids.length);
        assert.deepEqual(distinct(parts.server.received()).toSorted(), ids.toSorted());
        assert.equal(parts.account.delivered, ids.length);
      },
    );

    contract('what is not acknowledged is sent again', {}, whenSilent, async (parts) => {
      await parts.server.behave('silent');
      const ids = parts.write(50);
      await parts.until(() => parts.account.retried > 0);
      assert.equal(parts.account.delivered, 0);
      await parts.server.behave('working');
      await parts.until(() => parts.account.delivered === 50);
      await parts.arrived(50);
      assert.deepEqual(distinct(parts.server.received()), ids);
    });

    contract(
      'refused records are dropped and counted, not sent again',
      {},
      { because: cannot.refusing },
      async (parts) => {
        await parts.server.behave('refusing');
        parts.write(50);
        await parts.until(() => parts.account.dropped.rejected === 50);
        assert.equal(parts.account.retried, 0);
        assert.equal(parts.lines.matching(/the server refused (it|them)/).length, 1, parts.lines.all.join('\n'));
        await parts.server.behave('working');
        parts.write(10, 50);
        await parts.until(() => parts.account.delivered === 10);
      },
    );

    for (const whenFull of ['drop-oldest', 'drop-newest'] as const) {
      const settings = { whenFull, queueBytes: 256 * 1024, inFlight: 1 };
      contract(`a full queue takes no more memory and counts (${whenFull})`, settings, whenAway, async (parts) => {
        await parts.server.behave('away');
        const ids = parts.write(100);
        await parts.until(() => parts.account.retried > 0);
        ids.push(...parts.write(3000, 100));
        assert.ok(parts.account.queuedBytes <= 256 * 1024, String(parts.account.queuedBytes));
        assert.ok(parts.account.dropped.queue_full > 0);
        parts.balanced();
        await parts.server.behave('working');
        await parts.delivery.close(10_000);
        const { delivered } = parts.account;
        assert.equal(delivered + parts.account.dropped.queue_full, 3100);
        await parts.arrived(delivered);
        const kept = distinct(parts.server.received());
        assert.equal(kept.length, delivered);
        assert.equal(kept.at(whenFull === 'drop-oldest' ? -1 : 0), ids.at(whenFull === 'drop-oldest' ? -1 : 0));
      });
    }

    contract('close hands over what is queued', { batchAgeMs: 60_000 }, always, async (parts) => {
      const ids = parts.write(5000);
      await parts.delivery.close(20_000);
      assert.equal(parts.account.delivered, 5000);
      await parts.arrived(5000);
      assert.equal(new Set(parts.server.received()).size, ids.length);
    });

    for (const [behaviour, condition] of [
      ['away', whenAway],
      ['silent', whenSilent],
    ] as const) {
      contract(`close stops at its deadline when the server is ${behaviour}`, {}, condition, async (parts) => {
        await parts.server.behave(behaviour);
        parts.write(1000);
        await parts.delivery.close(50);
        assert.equal(parts.account.dropped.shutdown, 1000);
        assert.deepEqual([parts.account.queued, parts.account.queuedBytes, parts.account.inFlight], [0, 0, 0]);
      });
    }

    contract('close may be told to hurry', {}, whenAway, async (parts) => {
      await parts.server.behave('away');
      parts.write(10);
      const closing = parts.delivery.close(Infinity);
      await parts.delivery.close(20);
      await closing;
      assert.equal(parts.account.dropped.shutdown, 10);
    });

    contract('write never throws, whatever the record and whenever it comes', {}, always, async (parts) => {
      const odd = ['\ud800', '\0', '\n"\\', '\u2028', '😀'.repeat(100)].join('');
      parts.delivery.write(createRecord(1, { userAgent: odd, path: odd, url: odd, requestBody: odd }));
      parts.delivery.write(createRecord(2, { responseBody: 'x'.repeat(10 * 1024 * 1024) }));
      const broken = createRecord(3);
      Object.defineProperty(broken, 'method', { enumerable: true, get: () => assert.fail('broken record') });
      parts.delivery.write(broken);
      parts.write(5, 10);
      await parts.delivery.close(10_000);
      parts.delivery.write(createRecord(4));
      assert.equal(parts.account.written, 9);
      assert.equal(parts.account.dropped.shutdown, 1);
      assert.ok(parts.account.dropped.encoding_failed <= 1);
      assert.ok(parts.account.delivered >= 6, JSON.stringify(parts.account));
    });

    contract('a check says what it found, sends no record and never rejects', {}, always, async (parts) => {
      const found = await parts.server.transport.check();
      assert.deepEqual([found.isFine, /\w/.test(found.sentence)], [true, true], found.sentence);
      assert.deepEqual(parts.server.received(), []);
    });

    contract(
      'a check notices that the server is away',
      {},
      { ...whenAway, because: cannot.away ?? uncheckable },
      async (parts) => {
        await parts.server.behave('away');
        assert.equal((await parts.server.transport.check()).isFine, false);
      },
    );
  });
}

/** A delivery to the server of one test, and what it did. */
class ContractParts {
  readonly server: ContractServer;
  readonly delivery: Delivery;
  readonly lines = new LogLines();
  /** Every attempt. */
  readonly sent: Batch[] = [];

  constructor(server: ContractServer, settings: DeliverySettings) {
    const { transport, encoder } = server;
    this.server = server;
    const recording: Transport = {
      ...(transport.inFlight === undefined ? {} : { inFlight: transport.inFlight }),
      send: (batch) => {
        this.sent.push(batch);
        return transport.send(batch);
      },
      close: () => transport.close(),
      check: () => transport.check(),
    };
    this.delivery = new Delivery({ name: 'sink', settings, transport: recording, encoder, log: this.lines.log });
  }

  get account() {
    return this.delivery.account;
  }

  /** Writes this many records; returns their ids. */
  write(count: number, from = 0): string[] {
    return Array.from({ length: count }, (_, index) => this.writeOne(from + index));
  }

  writeOne(index: number, bodyBytes = 100): string {
    const record = createRecord(index, { responseBody: 'b'.repeat(bodyBytes) });
    this.delivery.write(record);
    return record.id;
  }

  async until(holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 60_000; !holds(); await sleep(5)) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(this.account)}\n${this.lines.all.join('\n')}`);
    }
  }

  /** A protocol without acknowledgement may be behind. */
  arrived(count: number): Promise<void> {
    return this.until(() => new Set(this.server.received()).size >= count);
  }

  balanced(): void {
    assert.equal(unaccounted(this.account), 0, JSON.stringify(this.account));
    for (const value of Object.values(this.account)) if (typeof value === 'number') assert.ok(value >= 0);
  }

  async end(): Promise<void> {
    await this.delivery.close(0);
    await this.server.close();
  }
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}
