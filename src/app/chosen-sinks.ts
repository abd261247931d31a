import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { createSinkAccount } from '../sink/account.ts';
import { Delivery } from '../sink/delivery/delivery.ts';
import { createEncodings } from '../sink/encodings.ts';
import type { BatchOutput } from '../sink/output.ts';
import type { OwnTraffic } from '../sink/own-traffic.ts';
import type { Sink } from '../sink/sink.ts';
import type { OutputReader, SinkContext } from '../sink/sink-context.ts';
import { Spool } from '../sink/spool/spool.ts';
import type { CheckResult } from '../sink/transport.ts';
import { openSink, type SinkName } from '../sinks.ts';
import type { Log } from '../telemetry/log.ts';

/** Where the chosen sinks are opened. */
export type SinkSurroundings = OutputReader & {
  readonly settings: Settings;
  /** A capture file can wait for the sinks, a live capture cannot. */
  readonly isLive: boolean;
  readonly ownTraffic: OwnTraffic;
  readonly log: Log;
};

/**
 * One piece of a capture file may become several megabytes of records, and none of them should be dropped before it is
 * asked to wait.
 */
const leastFileQueueBytes = 16 * 1024 * 1024;

/** Opens them one after the other. Throws `SpoolInUseError` when another process uses the spool of one. */
export async function openSinks(surroundings: SinkSurroundings): Promise<readonly Sink[]> {
  const { settings } = surroundings;
  const sinks: Sink[] = [];
  for (const context of contexts(surroundings)) {
    const output = await openSink(context.name, settings.sinks, context);
    sinks.push(
      output.kind === 'records'
        ? output.open(queueBytes(surroundings))
        : await openDelivery(output, context, surroundings),
    );
  }
  return sinks;
}

/** Tries each for real, all at the same time, without sending a record. */
export function checkSinks(
  surroundings: SinkSurroundings,
): Promise<readonly (CheckResult & { readonly name: SinkName })[]> {
  return Promise.all(
    contexts(surroundings).map(async (context) => {
      const { name } = context;
      const output = await openSink(name, surroundings.settings.sinks, context);
      if (output.kind === 'records') return { name, ...output.check() };
      const result = await output.transport.check();
      await output.transport.close();
      return { name, ...result };
    }),
  );
}

/** Records are encoded once for all sinks; each has an account of its own. */
function contexts(surroundings: SinkSurroundings): readonly (SinkContext & { readonly name: SinkName })[] {
  const { settings, ownTraffic, log } = surroundings;
  const encodings = createEncodings(settings.record.schema);
  return settings.sinks.sendLogsTo.map((name) => ({
    name,
    account: createSinkAccount(),
    log,
    encodings,
    ownTraffic,
    reader: surroundings,
  }));
}

async function openDelivery(
  output: BatchOutput,
  context: SinkContext,
  surroundings: SinkSurroundings,
): Promise<Delivery> {
  const { queue, spool } = surroundings.settings.delivery;
  const { encoder, transport, maxBatchBytes = queue.batchBytes, fromEarlierBatch } = output;
  const { name, account, log } = context;
  const { directory, limitBytes } = spool;
  const options = { name, account, log, limitBytes, fromEarlierBatch };
  return new Delivery({
    name,
    settings: { ...queue, queueBytes: queueBytes(surroundings), batchBytes: Math.min(queue.batchBytes, maxBatchBytes) },
    transport,
    encoder,
    log,
    account,
    spool: directory === undefined ? undefined : await Spool.open({ ...options, directory: join(directory, name) }),
  });
}

function queueBytes({ settings, isLive }: SinkSurroundings): number {
  const { queueBytes } = settings.delivery.queue;
  return isLive ? queueBytes : Math.max(queueBytes, leastFileQueueBytes);
}
