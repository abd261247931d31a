import type { Batch } from './batch.ts';

/** What became of one attempt to hand over a batch. */
export type SendOutcome =
  /** `duplicates`: how many of the records were there already. */
  | { readonly kind: 'delivered'; readonly duplicates?: number }
  /**
   * Later it may work: the network, a server that is away or busy. `afterMs`: as the server asked. `maybeByRecord`: or
   * it fails at one of these records, and always will.
   */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number; readonly maybeByRecord?: true }
  /** It will not work until the configuration is changed: credentials, certificates. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  /** Too large at once. */
  | { readonly kind: 'too-large' }
  /** Never, for none of these records. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /**
   * Told one by one: the indexes of the records to send again, and of those that were refused. The others were
   * delivered.
   */
  | {
      readonly kind: 'mixed';
      readonly duplicates: number;
      readonly retry: readonly number[];
      readonly rejected: readonly number[];
      readonly reason: string;
      readonly afterMs?: number;
    };

/** Why a server took nothing. */
export type Failure = Extract<SendOutcome, { kind: 'retry' | 'misconfigured' }>;

/** What a look at the server found, in one sentence for the operator. */
export type CheckResult = { readonly isFine: boolean; readonly sentence: string };

/** How batches travel to one kind of server. It knows one protocol, and nothing about queues and retries. */
export interface Transport {
  /** Batches that may be under way at once, where the protocol decides it and not the configuration. */
  readonly inFlight?: number;
  /**
   * Tries once. Never rejects; gives up by itself after a time of its own. Keeps no bytes of the batch once it has
   * settled.
   */
  send(batch: Batch): Promise<SendOutcome>;
  /**
   * Ends connections and closes files; sends under way end soon, as far as they came. Nothing is sent afterwards.
   * A transport that has work to finish gives it up when `expired` resolves.
   */
  close(expired?: Promise<void>): void | Promise<void>;
  /** Connects, authenticates, asks for the version, sends no record. Never rejects. */
  check(): Promise<CheckResult>;
}
