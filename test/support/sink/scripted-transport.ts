import { type Batch, contentOf, keyOf } from '../../../src/sink/batch.ts';
import type { SendOutcome, Transport } from '../../../src/sink/transport.ts';

/** What to do with a batch: an outcome, or `never` answers only when the transport is closed. */
export type Step = SendOutcome | 'never';

export const delivered: SendOutcome = { kind: 'delivered' };
export const away: SendOutcome = { kind: 'retry', reason: 'connect ECONNREFUSED' };

/** A server in memory that does what a test says. What it takes is in `received`, one text for each record. */
export class ScriptedTransport implements Transport {
  readonly received: string[] = [];
  /** The keys of what is in `received`. */
  readonly keys: string[] = [];
  /** Every attempt, in order. */
  readonly sent: Batch[] = [];
  /** Most batches that were under way at once. */
  mostUnderWay = 0;
  isClosed = false;
  /** What it does from now on. */
  answer: (batch: Batch) => Step | Promise<Step> = () => delivered;
  #underWay = 0;
  readonly #hanging: (() => void)[] = [];

  async send(batch: Batch): Promise<SendOutcome> {
    this.sent.push(batch);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.#underWay);
    await new Promise(setImmediate);
    const step = await this.answer(batch);
    const outcome = step === 'never' ? await this.#hang() : step;
    this.#underWay--;
    this.#take(batch, outcome);
    return outcome;
  }

  /** Ends all that hangs. */
  close(): void {
    this.isClosed = true;
    for (const release of this.#hanging.splice(0)) release();
  }

  async check() {
    const step = await this.answer({ id: '', bytes: Buffer.alloc(0), ends: [], keyEnds: undefined });
    const isFine = step !== 'never' && step.kind === 'delivered';
    return { isFine, sentence: isFine ? 'the script delivers' : 'the script does not deliver' };
  }

  async #hang(): Promise<SendOutcome> {
    await new Promise<void>((resolve) => this.#hanging.push(resolve));
    return { kind: 'retry', reason: 'closed' };
  }

  #take(batch: Batch, outcome: SendOutcome): void {
    if (outcome.kind !== 'delivered' && outcome.kind !== 'mixed') return;
    const left = new Set(outcome.kind === 'mixed' ? [...outcome.retry, ...outcome.rejected] : []);
    for (const index of batch.ends.keys()) {
      if (left.has(index)) continue;
      this.received.push(contentOf(batch, index).toString());
      this.keys.push(keyOf(batch, index));
    }
  }
}
