import type { LogRecord } from '../../record/record.ts';
import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { acceptableEvent } from './acceptable-event.ts';
import { createDatagramEncoder, maxDatagramBytes } from './datagram-encoder.ts';
import { createLineEncoder, fromEarlierBatch } from './line-encoder.ts';
import { createLogstashTransport, eventShape, type LogstashSettings } from './logstash.ts';

export function openLogstash(settings: LogstashSettings, { encodings, ownTraffic, account }: SinkContext): Output {
  const toEvent = (record: LogRecord) => acceptableEvent(encodings.toEvent(record));
  const mostBytes = maxDatagramBytes - eventShape(settings).addedBytes;
  return {
    kind: 'batches',
    encoder: createLineEncoder(settings.type === 'udp' ? createDatagramEncoder(toEvent, account, mostBytes) : toEvent),
    transport: createLogstashTransport(settings, ownTraffic),
    fromEarlierBatch,
  };
}
