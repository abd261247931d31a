import type { Output } from '../output.ts';
import type { SinkContext } from '../sink-context.ts';
import { createDatagramEncoder } from './datagram-encoder.ts';
import { createLineEncoder, fromEarlierBatch } from './line-encoder.ts';
import { createLogstashTransport, type LogstashSettings } from './logstash.ts';

export function openLogstash(settings: LogstashSettings, { encodings, ownTraffic, account }: SinkContext): Output {
  const { toEvent } = encodings;
  return {
    kind: 'batches',
    encoder: createLineEncoder(settings.type === 'udp' ? createDatagramEncoder(toEvent, account) : toEvent),
    transport: createLogstashTransport(settings, ownTraffic),
    fromEarlierBatch,
  };
}
