// Run by the spool tests, and killed by them: writes records without end through a delivery with a spool, to a server
// that takes every third batch, and says what has reached the disk (`spooled ID`) and the server (`delivered ID`).
import { writeSync } from 'node:fs';
import type { LogRecord } from '../../../src/record/record.ts';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { type Batch, contentOf } from '../../../src/sink/batch.ts';
import { Delivery } from '../../../src/sink/delivery/delivery.ts';
import { Spool } from '../../../src/sink/spool/spool.ts';
import type { SendOutcome } from '../../../src/sink/transport.ts';
import { LogLines } from '../program/log-lines.ts';
import { createRecord } from '../record/create-record.ts';
import { contractSettings } from './contract.ts';

const [directory = '', first = '0'] = process.argv.slice(2);
const account = createSinkAccount();
const { log } = new LogLines();
const spool = await Spool.open({ name: 'sink', directory, limitBytes: 64 * 1024 * 1024, account, log });
let attempts = 0;

function say(what: string, batch: Batch): void {
  const lines = batch.ends.map((_, index) => `${what} ${contentOf(batch, index).toString().slice(0, -1)}\n`);
  writeSync(1, lines.join(''));
}

const transport = {
  /** A batch is sent only when it is on disk. */
  async send(batch: Batch): Promise<SendOutcome> {
    say('spooled', batch);
    await new Promise(setImmediate);
    if (attempts++ % 3 !== 0) return { kind: 'retry', reason: 'busy' };
    say('delivered', batch);
    return { kind: 'delivered' };
  },
  close: () => {},
  check: async () => ({ isFine: true, sentence: '' }),
};

const settings = { ...contractSettings, batchAgeMs: 1, retryMinMs: 1, retryMaxMs: 5, queueBytes: 4096 };
const encoder = { key: ({ id }: LogRecord) => `key of ${id}`, content: ({ id }: LogRecord) => `${id};` };
const delivery = new Delivery({ name: 'sink', settings, transport, encoder, log, account, spool });
let index = Number(first);
setInterval(() => {
  for (let count = 0; count < 20; count++) delivery.write(createRecord(index++));
}, 1);
